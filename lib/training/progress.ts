import type { BatchInfo, Callback, TrainingControl } from './callbacks.ts';
import type { EpochRecord, History } from './history.ts';

/** What a display of a running training needs to know. A plain object: it can be copied, sent and stored. */
export interface ProgressState {
  status: 'waiting' | 'running' | 'done';
  /** From 1, for people. */
  epoch: number;
  epochs: number;
  /** Steps done in this epoch. */
  step: number;
  steps: number | undefined;
  /** Done of the whole training, from 0 to 1; undefined while the number of steps is unknown. */
  part: number | undefined;
  learningRate: number;
  stepsPerSecond: number;
  examplesPerSecond: number;
  secondsLeft: number | undefined;
  /** Means over the epoch so far, by name. */
  means: Readonly<Record<string, number>>;
  /** One point a step (thinned out evenly where there are many): `x` counts epochs. */
  batches: readonly { x: number; values: Readonly<Record<string, number>>; learningRate: number }[];
  epochRecords: readonly EpochRecord[];
  /** Why it ended early. */
  stopped: string | undefined;
}

export type ProgressListener = (state: ProgressState) => void;

export interface ProgressOptions {
  /** Milliseconds between two calls of the listeners; default 250. An epoch's end and the end always come through. */
  every?: number;
  /** Points kept of the curve of single steps; default 400. */
  points?: number;
}

/**
 * A callback that holds a training's progress for whoever shows it: a text line, a live figure, a web page.
 *
 * @example
 * import { Dense, fit, Sequential, TrainingProgress } from 'convbook';
 * const progress = new TrainingProgress();
 * const off = progress.subscribe((state) => console.log(state.status, state.epoch, state.means['loss']));
 * await fit(new Sequential([new Dense({ units: 2 })]), { xs: [[0], [1]], ys: [0, 1] }, { epochs: 3, callbacks: progress });
 * off();
 * console.log(progress.state.status); // done
 */
export class TrainingProgress implements Callback {
  private readonly listeners = new Set<ProgressListener>();
  private readonly every: number;
  private readonly points: number;
  private curve: { x: number; values: Readonly<Record<string, number>>; learningRate: number }[] = [];
  private stride = 1;
  private lastTold = Number.NEGATIVE_INFINITY;
  private lastBatch: BatchInfo | undefined;
  private control: TrainingControl | undefined;
  private status: ProgressState['status'] = 'waiting';

  constructor({ every = 250, points = 400 }: ProgressOptions = {}) {
    this.every = every;
    this.points = points;
  }

  /** Calls a listener with each new state; gives the function that ends it. */
  subscribe(listener: ProgressListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get state(): ProgressState {
    const batch = this.lastBatch;
    const control = this.control;
    const steps = control?.steps;
    const epochs = control?.epochs ?? 0;
    const epoch = batch?.epoch ?? 0;
    const step = batch ? batch.step + 1 : 0;
    return {
      status: this.status,
      epoch: epoch + 1,
      epochs,
      step,
      steps,
      part:
        this.status === 'done'
          ? 1
          : steps && epochs
            ? Math.min(1, (epoch * steps + step) / (steps * epochs))
            : undefined,
      learningRate: batch?.learningRate ?? Number.NaN,
      stepsPerSecond: batch?.stepsPerSecond ?? 0,
      examplesPerSecond: batch?.examplesPerSecond ?? 0,
      secondsLeft: batch?.secondsLeft,
      means: batch?.means ?? {},
      batches: this.curve,
      epochRecords: control?.history.epochs ?? [],
      stopped: control?.history.stopped,
    };
  }

  onTrainBegin(control: TrainingControl): void {
    this.control = control;
    this.curve = [];
    this.stride = 1;
    this.lastBatch = undefined;
    this.status = 'running';
    this.tell();
  }

  onBatchEnd(info: BatchInfo, control: TrainingControl): void {
    this.lastBatch = info;
    if (info.totalStep % this.stride === 0) {
      const x = control.steps ? info.epoch + (info.step + 1) / control.steps : info.totalStep + 1;
      this.curve.push({ x, values: info.values, learningRate: info.learningRate });
      if (this.curve.length > this.points) {
        // Half the points at twice the distance: the curve stays even and its memory bounded.
        this.curve = this.curve.filter((_, i) => i % 2 === 0);
        this.stride *= 2;
      }
    }
    if (performance.now() - this.lastTold >= this.every) this.tell();
  }

  onEpochEnd(): void {
    this.tell();
  }

  onTrainEnd(_history: History): void {
    this.status = 'done';
    this.tell();
  }

  private tell(): void {
    this.lastTold = performance.now();
    if (this.listeners.size === 0) return;
    const state = this.state;
    for (const listener of this.listeners) listener(state);
  }
}

/**
 * One line about a running training: `epoch 2/5  step 120/938  loss 0.1234  accuracy 0.9621  85 steps/s  42 s left`.
 *
 * @example
 * import { progressLine, TrainingProgress } from 'convbook';
 * console.log(progressLine(new TrainingProgress().state)); // waiting for the first step
 */
export function progressLine(state: ProgressState): string {
  if (state.step === 0 && state.status !== 'done') return 'waiting for the first step';
  const parts = [
    `epoch ${state.epoch}/${state.epochs}`,
    `step ${state.step}${state.steps ? `/${state.steps}` : ''}`,
    ...Object.entries(state.means).map(([name, value]) => `${name} ${value.toFixed(4)}`),
    `${state.stepsPerSecond.toPrecision(3)} steps/s`,
  ];
  if (state.status === 'done') parts.push(state.stopped ?? 'done');
  else if (state.secondsLeft !== undefined) parts.push(`${Math.ceil(state.secondsLeft)} s left`);
  return parts.join('  ');
}
