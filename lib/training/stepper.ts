import type { Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { Batch } from './data.ts';
import { firstNonFinite, StatisticsGuard } from './guard.ts';
import type { Settings } from './options.ts';
import type { Breather } from './pace.ts';
import type { StepGradients, TrainFunctions } from './train-step.ts';

/** Where a training is, for errors; counts start at 0. */
export interface Place {
  epoch: number;
  totalStep: number;
  /** The epoch ends with this step. */
  last: boolean;
}

/** Runs the steps of a training: each starts, is waited for, and changes the weights only where its numbers are finite. */
export class Stepper {
  private readonly model: Layer;
  private readonly settings: Settings;
  private readonly functions: TrainFunctions;
  private readonly breather: Breather;
  private readonly guard: StatisticsGuard;
  /** Batches whose gradients wait for their update. */
  private collected = 0;

  constructor(model: Layer, settings: Settings, functions: TrainFunctions, breather: Breather) {
    this.model = model;
    this.settings = settings;
    this.functions = functions;
    this.breather = breather;
    this.guard = new StatisticsGuard(model);
  }

  /** Starts one step, in another thread where it is one call. Its gradients come where they wait for an update. */
  start({ xs, ys }: Batch, { totalStep }: Pick<Place, 'totalStep'>): StepGradients | Promise<StepGradients> {
    if (xs.shape[0] === 0) throw new Error(`Step ${totalStep + 1} got a batch of zero examples.`);
    this.guard.hold();
    if (!this.settings.oneCall) return this.functions.backward(xs, ys);
    const figures = this.functions.train(xs, ys);
    return Promise.resolve(figures).then((made) => ({ figures: made, gradients: [] }));
  }

  /** Waits for a step's figures, checks them, and updates the weights where that waited. Frees what the step gave. */
  async finish(
    batch: Batch,
    { figures, gradients }: StepGradients,
    place: Place,
  ): Promise<Record<string, number>> {
    try {
      const data = await figures.data();
      this.breather.check();
      const { names } = this.functions;
      const values = Object.fromEntries(names.map((name, i) => [name, data[i]!]));
      if (data[names.length] !== 1) this.notFinite(batch, values, gradients, place);
      else this.update(gradients, place.last);
      return values;
    } finally {
      tf.dispose([figures, ...gradients]);
    }
  }

  private update(gradients: Tensor[], last: boolean): void {
    const { accumulate, oneCall } = this.settings;
    if (accumulate === 1) {
      if (!oneCall) this.functions.update(...gradients).dispose();
      return;
    }
    if (!oneCall) this.functions.collect(...gradients).dispose();
    this.collected++;
    if (this.collected < accumulate && !last) return;
    tf.tidy(() => void this.functions.updateCollected(tf.scalar(this.collected)));
    this.collected = 0;
  }

  /** A float16 step whose gradients overflowed is left out: the next one has a smaller scale. Any other one is an error. */
  private notFinite(
    { xs, ys }: Batch,
    values: Readonly<Record<string, number>>,
    gradients: readonly Tensor[],
    place: Place,
  ): void {
    this.guard.restore();
    const { scaler, optimizer } = this.settings;
    const loss = values['loss']! + (values['penalty'] ?? 0);
    if (scaler && Number.isFinite(loss) && scaler.scale.dataSync()[0]! > 1) return;
    const step = `step ${place.totalStep + 1} (epoch ${place.epoch + 1})`;
    const what = Number.isFinite(loss)
      ? `The gradients in ${step} are not finite, though the loss is.`
      : `The loss became ${Number.isNaN(loss) ? 'NaN' : 'infinite'} in ${step}.`;
    const again = () => (gradients.length > 0 ? gradients : this.functions.backward(xs, ys).gradients);
    const where = firstNonFinite(this.model, xs, again);
    throw new Error(
      `${what} ${where ? `The first number that is not finite comes from ${where}. ` : ''}` +
        'The model has its weights from before that step. ' +
        `A smaller learning rate than ${optimizer.learningRate}, clipNorm, or a look at the data usually helps.`,
    );
  }

  dispose(): void {
    this.guard.dispose();
  }
}
