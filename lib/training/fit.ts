import type { Layer } from '../layers/layer.ts';
import { fromCallSite } from '../runtime/call-site.ts';
import { tf } from '../runtime/tf.ts';
import { type BatchInfo, type Callback, callAll, type TrainingControl } from './callbacks.ts';
import { loadCheckpoint, saveCheckpoint, streamsOf } from './checkpoint.ts';
import type { Batch, BatchSource, TrainingData } from './data.ts';
import { defaultLoss } from './defaults.ts';
import { testBatches } from './evaluate.ts';
import { type EpochRecord, History, validationName } from './history.ts';
import { checkClassNumbers } from './labels.ts';
import { type FitOptions, type Settings, settle } from './options.ts';
import { overlap } from './overlap.ts';
import { Breather, Means, Speedometer } from './pace.ts';
import { splitValidation } from './split.ts';
import { Stepper } from './stepper.ts';
import { type StepGradients, type TrainFunctions, trainFunctions } from './train-step.ts';

/**
 * Trains a model by minibatch gradient descent and gives the history of its figures.
 *
 * A step is forward, loss, backward and one update of the optimiser; it is compiled where the engine can. The loss and
 * the metrics of an epoch are means over its examples, in training mode, while the weights move.
 *
 * @param model any layer or model; built from the first batch (with `seed`) where it has no weights yet
 * @param data `{ xs, ys }` or `{ images, labels }` in memory, an (async) iterable of batches, or a function that makes one
 * @throws where data and model don't fit, where labels are missing, or where the loss is no longer finite; the error then
 *   names the layer and the step, and the model keeps the weights from before that step
 *
 * @example
 * import { Dense, fit, Sequential, tf } from 'convbook';
 * const xs = tf.randomUniform([64, 2], -1, 1, 'float32', 1);
 * const ys = tf.tidy(() => tf.squeeze(xs.slice([0, 0], [-1, 1]).greater(0), [1]).toInt()); // is the first number positive?
 * const model = new Sequential([new Dense({ units: 2 })]);
 * const history = await fit(model, { xs, ys }, { epochs: 20, batchSize: 16, learningRate: 0.05 });
 * console.log(history.last.values['accuracy']! > 0.9); // true
 */
export function fit(model: Layer, data: TrainingData, options: FitOptions = {}): Promise<History> {
  return fromCallSite(fit, () => {
    const settings = settle(options);
    const { train, validation } = splitValidation(data, settings);
    return new Run(model, train, validation, settings).start(data);
  });
}

/** What `overlap` frees where a step or the batch behind it failed. */
const freed = {
  step: ({ figures, gradients }: StepGradients) => tf.dispose([figures, ...gradients]),
  batch: (result: IteratorResult<Batch>) => {
    if (!result.done) tf.dispose([result.value.xs, result.value.ys]);
  },
};

/** One call of `fit`: its state between steps. */
class Run {
  private readonly model: Layer;
  private readonly source: BatchSource;
  private readonly validation: BatchSource | undefined;
  private readonly settings: Settings;
  private readonly callbacks: readonly Callback[];
  private readonly history = new History();
  private stepper!: Stepper;
  private readonly breather = new Breather();
  private readonly speed = new Speedometer();
  private functions!: TrainFunctions;
  private epoch = 0;
  private step = 0;
  totalStep = 0;
  private means = new Means();
  private stopReason: string | undefined;

  constructor(model: Layer, source: BatchSource, validation: BatchSource | undefined, settings: Settings) {
    this.model = model;
    this.source = source;
    this.validation = validation;
    this.settings = settings;
    this.callbacks = settings.callbacks;
  }

  async start(data: TrainingData): Promise<History> {
    const { settings } = this;
    await this.build();
    if (settings.loss === defaultLoss) checkClassNumbers(this.model, data, this.model.builtFor!);
    this.functions = settings.compile(trainFunctions(this.model, settings.optimizer, settings));
    this.stepper = new Stepper(this.model, settings, this.functions, this.breather);
    const control = this.control();
    try {
      await callAll(this.callbacks, 'onTrainBegin', control);
      if (settings.resume) await this.resume(settings.resume);
      if (settings.signal?.aborted) this.stopReason = abortReason(settings.signal, this.epoch, this.step);
      while (this.epoch < settings.epochs && !this.stopReason) await this.runEpoch(control);
      this.history.stopped = this.stopReason;
      await callAll(this.callbacks, 'onTrainEnd', this.history, control);
    } finally {
      this.stepper.dispose();
      this.functions.dispose();
      settings.dispose();
    }
    return this.history;
  }

  /** Makes the weights from the shape of the first example, where the model has none. */
  private async build(): Promise<void> {
    if (this.model.builtFor) return;
    for await (const { xs, ys } of this.source.batches(0)) {
      const shape = xs.shape.slice(1);
      tf.dispose([xs, ys]);
      this.model.build(shape, this.settings.seed);
      return;
    }
  }

  private async resume(file: string): Promise<void> {
    const state = await loadCheckpoint(
      file,
      this.model,
      this.settings.optimizer,
      this.callbacks,
      streamsOf(this.model, this.settings.augment),
    );
    this.epoch = state.epoch;
    this.step = state.step;
    this.totalStep = state.totalStep;
    this.means = Means.from(state.means);
    for (const record of state.history.epochs) this.history.add(record);
  }

  private async runEpoch(control: TrainingControl): Promise<void> {
    const { epoch, settings } = this;
    const began = performance.now();
    await callAll(this.callbacks, 'onEpochBegin', epoch, control);
    this.speed.restart();
    const batches = this.source.batches(epoch, this.step);
    const iterator =
      Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
    const asked = performance.now();
    let next = await iterator.next();
    let waited = performance.now() - asked;
    try {
      while (!next.done && !this.stopReason) {
        const batch = next.value;
        next = { done: true, value: undefined };
        try {
          await callAll(this.callbacks, 'onBatchBegin', this.totalStep, control);
          this.schedule();
          const rate = settings.optimizer.learningRate;
          const both = await overlap(
            () => this.stepper.start(batch, this),
            () => iterator.next(),
            freed,
          );
          next = both.batch;
          const spent = { data: waited, compute: both.compute };
          waited = both.data;
          await this.finish(batch, both.step, { rate, spent, last: Boolean(next.done) }, control);
        } finally {
          tf.dispose([batch.xs, batch.ys]);
        }
        await this.breather.breathe();
        if (settings.signal?.aborted) this.stopReason ??= abortReason(settings.signal, epoch, this.step);
      }
    } finally {
      if (!next.done) tf.dispose([next.value.xs, next.value.ys]);
      await iterator.return?.();
    }
    if (!next.done) return; // stopped within the epoch: its means would be those of another number of examples
    await this.endEpoch(began, control);
  }

  /** Waits for a step and tells the callbacks. */
  private async finish(
    batch: Batch,
    started: StepGradients,
    { rate, spent, last }: { rate: number; spent: { data: number; compute: number }; last: boolean },
    control: TrainingControl,
  ): Promise<void> {
    const size = batch.xs.shape[0]!;
    const began = performance.now();
    const { epoch, totalStep } = this;
    const values = await this.stepper.finish(batch, started, { epoch, totalStep, last });
    spent.compute += performance.now() - began;
    this.means.add(values, size);
    this.speed.add(size);
    this.step++;
    this.totalStep++;
    if (!this.callbacks.some((c) => c.onBatchEnd)) return;
    const stepsPerSecond = this.speed.stepsPerSecond;
    const left = this.source.steps && this.source.steps * (this.settings.epochs - this.epoch) - this.step;
    const info: BatchInfo = {
      epoch: this.epoch,
      step: this.step - 1,
      totalStep: this.totalStep - 1,
      size,
      loss: values['loss']!,
      values,
      means: this.means.values,
      learningRate: rate,
      spent,
      stepsPerSecond,
      examplesPerSecond: this.speed.examplesPerSecond,
      secondsLeft: left !== undefined && stepsPerSecond > 0 ? left / stepsPerSecond : undefined,
    };
    await callAll(this.callbacks, 'onBatchEnd', info, control);
  }

  private schedule(): void {
    const { schedule, optimizer, epochs } = this.settings;
    if (!schedule) return;
    const steps = this.source.steps;
    optimizer.learningRate = schedule({
      step: this.totalStep,
      epoch: this.epoch + (steps ? this.step / steps : 0),
      steps: steps && steps * epochs,
      stepsPerEpoch: steps,
      epochs,
    });
  }

  private async endEpoch(began: number, control: TrainingControl): Promise<void> {
    const values = this.means.values;
    const steps = this.step;
    if (this.validation) {
      const figures = await testBatches(this.validation, this.functions.test, this.testNames, this.breather);
      for (const [name, value] of Object.entries(figures)) values[validationName(name)] = value;
    }
    const record: EpochRecord = {
      epoch: this.epoch,
      values,
      learningRate: this.settings.optimizer.learningRate,
      steps,
      seconds: (performance.now() - began) / 1000,
    };
    this.history.add(record);
    // From here on a checkpoint belongs to the start of the next epoch.
    this.epoch++;
    this.step = 0;
    this.means = new Means();
    await callAll(this.callbacks, 'onEpochEnd', record, control);
    if (this.settings.signal?.aborted)
      this.stopReason ??= abortReason(this.settings.signal, record.epoch, steps);
  }

  private get testNames(): string[] {
    return this.functions.names.filter((name) => name !== 'penalty');
  }

  private control(): TrainingControl {
    const { model, settings, source, history } = this;
    return {
      model,
      history,
      optimizer: settings.optimizer,
      epochs: settings.epochs,
      get steps() {
        return source.steps;
      },
      get learningRate() {
        return settings.optimizer.learningRate;
      },
      set learningRate(rate: number) {
        settings.optimizer.learningRate = rate;
      },
      stop: (reason) => {
        this.stopReason ??= reason;
      },
      save: (file) =>
        saveCheckpoint(file, model, settings.optimizer, this.callbacks, streamsOf(model, settings.augment), {
          epoch: this.epoch,
          step: this.step,
          totalStep: this.totalStep,
          means: this.means.toJSON(),
          history: history.toJSON(),
        }),
    };
  }
}

function abortReason(signal: AbortSignal, epoch: number, step: number): string {
  const reason = signal.reason instanceof Error ? signal.reason.message : String(signal.reason ?? '');
  return `Stopped from outside in epoch ${epoch + 1} after ${step} of its steps${reason ? `: ${reason}` : ''}.`;
}
