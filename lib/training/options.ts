import { Adam } from '../optimizers/adam.ts';
import { LossScaler } from '../optimizers/loss-scaler.ts';
import { tensorflow } from '../runtime/state.ts';
import type { Tensor } from '../runtime/tf.ts';
import type { Precision } from '../runtime/trace/precision.ts';
import type { Callback } from './callbacks.ts';
import { positiveInteger, type TrainingData } from './data.ts';
import { compileStep, defaultLoss, metricFunctions } from './defaults.ts';
import { asOptimizer, type TrainingOptimizer } from './optimizer.ts';
import type { Regularizer } from './regularizers.ts';
import type { Schedule } from './schedules.ts';
import type { LossFunction, MetricFunction, TrainFunctions } from './train-step.ts';

export interface FitOptions {
  /** Passes over the data; default 1. */
  epochs?: number;
  /** Examples a step; default 32. */
  batchSize?: number;
  /** One of the library's optimisers or of `tf.train`; default Adam. */
  optimizer?: Parameters<typeof asOptimizer>[0];
  /** The optimiser's first learning rate; default what the optimiser has (Adam 0.001). */
  learningRate?: number;
  /** The learning rate as a function of the progress; see `schedules`. Called before each step. */
  schedule?: Schedule;
  /** `(output, ys) => scalar`, the mean over the batch; default softmax cross-entropy of logits. */
  loss?: LossFunction;
  /** Names (`'accuracy'`, `'top5'`, `'binaryAccuracy'`) or functions; default accuracy. */
  metrics?: readonly string[] | Readonly<Record<string, MetricFunction>>;
  /** Data to test on after each epoch. */
  validationData?: TrainingData;
  /** Or: the share of the data to hold back for that, chosen at random with the seed. */
  validationSplit?: number;
  /** Examples a validation batch; default 256. */
  validationBatchSize?: number;
  /** Trains on these examples alone, by number; a number may come more than once. For data in memory. */
  only?: Int32Array;
  /** A new order each epoch; default true. */
  shuffle?: boolean;
  /** Decides the order of the examples, and the first weights of a model that has none; default 0. */
  seed?: number;
  /** Leaves out a last batch that isn't full; default false. */
  dropLast?: boolean;
  /** Batches whose gradients are averaged for one update: a large batch in little memory; default 1. */
  accumulate?: number;
  /** A penalty on the kernels, reported as `penalty` beside `loss`. */
  regularizer?: Regularizer;
  /** Adds `weightDecay * w` to the gradients of kernels; default 0. For AdamW, use that optimiser's own. */
  weightDecay?: number;
  /** The largest joint L2 norm of the gradients; larger ones are scaled down. */
  clipNorm?: number;
  /** Changes each training batch's examples inside the step; see `augment`. */
  augment?: (xs: Tensor) => Tensor;
  callbacks?: Callback | readonly Callback[];
  /** Ends the training after the running step when aborted; `fit` then resolves, with `history.stopped` set. */
  signal?: AbortSignal;
  /** False: run each operation by itself. Default: compiled steps where the engine has them. */
  compile?: boolean;
  /** A checkpoint file to go on from; see `checkpoint`. */
  resume?: string;
  /**
   * The type that matrix products and convolutions compute in; weights and sums stay float32. bfloat16 and float16 need compiled
   * steps on TensorFlow. float16 scales the loss (see `LossScaler`) and leaves out steps whose gradients overflow. Default 'float32'.
   */
  precision?: Precision;
}

/** The options with their defaults filled in. */
export interface Settings {
  epochs: number;
  batchSize: number;
  optimizer: TrainingOptimizer;
  schedule: Schedule | undefined;
  loss: LossFunction;
  metrics: Readonly<Record<string, MetricFunction>>;
  validationData: TrainingData | undefined;
  validationSplit: number;
  validationBatchSize: number;
  only: Int32Array | undefined;
  shuffle: boolean;
  seed: number;
  dropLast: boolean;
  accumulate: number;
  regularizer: Regularizer | undefined;
  weightDecay: number;
  clipNorm: number | undefined;
  augment: ((xs: Tensor) => Tensor) | undefined;
  callbacks: readonly Callback[];
  signal: AbortSignal | undefined;
  resume: string | undefined;
  compile(functions: TrainFunctions): TrainFunctions;
  /** Scales the loss of float16 steps. */
  scaler: LossScaler | undefined;
  /** A step is one compiled call, its update included. Otherwise the update waits for the figures: no op has to be held back. */
  oneCall: boolean;
  /** Frees what the settings made themselves: the optimiser, where none was given. */
  dispose(): void;
}

const known: Record<keyof FitOptions, true> = {
  epochs: true,
  batchSize: true,
  optimizer: true,
  learningRate: true,
  schedule: true,
  loss: true,
  metrics: true,
  validationData: true,
  validationSplit: true,
  validationBatchSize: true,
  only: true,
  shuffle: true,
  seed: true,
  dropLast: true,
  accumulate: true,
  regularizer: true,
  weightDecay: true,
  clipNorm: true,
  augment: true,
  callbacks: true,
  signal: true,
  compile: true,
  resume: true,
  precision: true,
};

export function settle(options: FitOptions): Settings {
  for (const name of Object.keys(options)) {
    if (!(name in known)) {
      throw new Error(`fit has no option "${name}"; it has ${Object.keys(known).join(', ')}.`);
    }
  }
  const { epochs = 1, batchSize = 32, accumulate = 1, validationBatchSize = 256 } = options;
  positiveInteger('epochs', epochs, 0);
  positiveInteger('batchSize', batchSize);
  positiveInteger('accumulate', accumulate);
  positiveInteger('validationBatchSize', validationBatchSize);
  const { validationSplit = 0, weightDecay = 0, clipNorm, learningRate } = options;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new Error(`validationSplit is ${validationSplit}; expected a share of at least 0 and below 1.`);
  }
  if (!(weightDecay >= 0)) throw new Error(`weightDecay is ${weightDecay}; expected a number of at least 0.`);
  if (clipNorm !== undefined && !(clipNorm > 0))
    throw new Error(`clipNorm is ${clipNorm}; expected a number above 0.`);
  if (learningRate !== undefined && !(learningRate >= 0 && Number.isFinite(learningRate))) {
    throw new Error(`learningRate is ${learningRate}; expected a number of at least 0.`);
  }
  const made = options.optimizer === undefined ? new Adam() : undefined;
  const optimizer = asOptimizer(options.optimizer ?? made);
  if (learningRate !== undefined) optimizer.learningRate = learningRate;
  const { callbacks = [], precision = 'float32' } = options;
  const oneCall = options.compile !== false && optimizer.compilable && tensorflow() !== undefined;
  if (precision !== 'float32' && !oneCall) {
    throw new Error(
      `The precision ${precision} needs compiled steps on TensorFlow, with one of this library's optimisers. ` +
        'Leave out `precision`, or what is in its way.',
    );
  }
  const scaler = precision === 'float16' ? new LossScaler() : undefined;
  return {
    epochs,
    batchSize,
    optimizer,
    schedule: options.schedule,
    loss: options.loss ?? defaultLoss,
    metrics: metricFunctions(options.metrics),
    validationData: options.validationData,
    validationSplit,
    validationBatchSize,
    only: options.only,
    shuffle: options.shuffle ?? true,
    seed: options.seed ?? 0,
    dropLast: options.dropLast ?? false,
    accumulate,
    regularizer: options.regularizer,
    weightDecay,
    clipNorm,
    augment: options.augment,
    callbacks: Array.isArray(callbacks) ? callbacks : [callbacks as Callback],
    signal: options.signal,
    resume: options.resume,
    dispose: () => {
      made?.dispose();
      scaler?.dispose();
    },
    scaler,
    oneCall,
    compile: (functions) => {
      const wanted = options.compile ?? (optimizer.compilable ? undefined : false);
      const train = compileStep(
        functions.train as (xs: Tensor, ys: Tensor) => Tensor,
        'fit',
        wanted,
        precision,
      );
      const backward = compileStep(functions.backward, 'fit', wanted, precision);
      const update = compileStep(functions.update, 'the update of fit', wanted);
      const collect = compileStep(functions.collect, 'the sum of gradients', wanted);
      const updateCollected = compileStep(functions.updateCollected, 'the update of fit', wanted);
      const test = compileStep(functions.test, 'evaluate', options.compile);
      const dispose = () => {
        for (const compiled of [train, backward, update, collect, updateCollected, test]) compiled.dispose();
        functions.dispose();
      };
      return { ...functions, train: train.aside, backward, update, collect, updateCollected, test, dispose };
    },
  };
}
