import type { Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import type { EpochRecord, History } from './history.ts';
import type { TrainingOptimizer } from './optimizer.ts';

/** What a callback may look at and do while `fit` runs. */
export interface TrainingControl {
  readonly model: Layer;
  readonly optimizer: TrainingOptimizer;
  readonly epochs: number;
  /** Steps an epoch; undefined for a stream's first epoch. */
  readonly steps: number | undefined;
  readonly history: History;
  /** The learning rate of the next step; setting it takes effect at once, without retracing a compiled step. */
  learningRate: number;
  /** Ends the training after this batch or epoch; `reason` is a sentence and ends up in `history.stopped`. */
  stop(reason: string): void;
  /** Writes a checkpoint of everything that the training needs to go on bit for bit. */
  save(file: string): Promise<void>;
}

/** What a callback remembers between epochs, for checkpoints. */
export interface CallbackState {
  json: unknown;
  tensors?: Readonly<Record<string, Tensor>>;
}

/** What is known after a step. Counts start at 0. */
export interface BatchInfo {
  epoch: number;
  /** The step in this epoch. */
  step: number;
  /** The step since the start of the training. */
  totalStep: number;
  /** Examples in this batch. */
  size: number;
  /** This batch's loss. */
  loss: number;
  /** This batch's loss and metrics by name. */
  values: Readonly<Record<string, number>>;
  /** Means over the epoch so far. */
  means: Readonly<Record<string, number>>;
  learningRate: number;
  /** Milliseconds of this step: waiting for its batch, and computing until its figures were read. */
  spent: { readonly data: number; readonly compute: number };
  stepsPerSecond: number;
  examplesPerSecond: number;
  /** Seconds until the last epoch's end, validation left out; undefined while the number of steps is unknown. */
  secondsLeft: number | undefined;
}

/** Functions that `fit` calls; each may be left out and may return a promise, which `fit` waits for. */
export interface Callback {
  onTrainBegin?(control: TrainingControl): void | Promise<void>;
  onEpochBegin?(epoch: number, control: TrainingControl): void | Promise<void>;
  onBatchBegin?(totalStep: number, control: TrainingControl): void | Promise<void>;
  onBatchEnd?(info: BatchInfo, control: TrainingControl): void | Promise<void>;
  onEpochEnd?(record: EpochRecord, control: TrainingControl): void | Promise<void>;
  onTrainEnd?(history: History, control: TrainingControl): void | Promise<void>;
  /** For checkpoints: gives what the callback remembers, and takes it back. `loadState` owns the tensors it gets. */
  saveState?(): CallbackState;
  loadState?(state: CallbackState): void;
}

type Hook = Exclude<keyof Callback, 'saveState' | 'loadState'>;

/** Calls one hook of all callbacks, in order. Returns undefined where none had anything to wait for. */
export function callAll<H extends Hook>(
  callbacks: readonly Callback[],
  hook: H,
  ...args: Parameters<NonNullable<Callback[H]>>
): Promise<void> | undefined {
  let waiting: Promise<void> | undefined;
  for (const callback of callbacks) {
    const call = callback[hook] as ((...a: unknown[]) => void | Promise<void>) | undefined;
    if (!call) continue;
    if (waiting) waiting = waiting.then(() => call.apply(callback, args));
    else {
      const result = call.apply(callback, args);
      if (result instanceof Promise) waiting = result;
    }
  }
  return waiting;
}
