import { drawingBundle } from './figure.ts';
import {
  type EpochValues,
  type StepPoint,
  type TrainingCurvesOptions,
  trainingCurves,
} from './training-curves.ts';

/** What `fit` tells its callbacks; those of lib/training fit. */
interface BatchInfo {
  readonly epoch: number;
  readonly step: number;
  readonly totalStep: number;
  readonly values: Readonly<Record<string, number>>;
  readonly means: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number | undefined;
}

interface Control {
  readonly epochs: number;
  readonly steps: number | undefined;
  readonly history: { readonly epochs: readonly EpochValues[]; readonly stopped?: string | undefined };
}

/** Shows a MIME bundle; `update` replaces what an earlier call with the same id showed. */
export type ShowBundle = (
  data: Record<string, unknown>,
  metadata: Record<string, unknown>,
  options: { displayId: string; update: boolean },
) => void;

export interface LiveTrainingOptions extends TrainingCurvesOptions {
  /** Milliseconds between two pictures; default 500. Fewer come where drawing would take more than 1 % of the time. */
  every?: number;
  /** Points of single steps that are kept; default 300. */
  points?: number;
  /** Where the pictures go; default the notebook, and lines of text outside of one. */
  show?: ShowBundle;
}

export interface LiveTraining {
  onTrainBegin(control: Control): void;
  onBatchEnd(info: BatchInfo, control: Control): void;
  onEpochEnd(record: EpochValues, control: Control): void;
  onTrainEnd(history: unknown, control: Control): void;
  /** Seconds spent on drawing so far. */
  readonly seconds: number;
}

/**
 * Callbacks for `fit` that draw the training while it runs: loss and metrics by step and epoch, learning rate, steps per
 * second, time left. One output that changes in place and stays as a static figure.
 *
 * @example
 * import { Dense, fit, liveTraining, Sequential } from 'convbook';
 * const model = new Sequential([new Dense({ units: 2 })]);
 * await fit(model, { xs: [[0], [1]], ys: [0, 1] }, { epochs: 3, callbacks: [liveTraining({ title: 'A line' })] });
 */
export function liveTraining(options: LiveTrainingOptions = {}): LiveTraining {
  return new Live(options);
}

interface Host {
  display(
    data: Record<string, unknown>,
    metadata?: Record<string, unknown>,
    options?: { displayId?: string; update?: boolean },
  ): void;
}

let count = 0;

class Live implements LiveTraining {
  seconds = 0;
  private readonly options: LiveTrainingOptions;
  private readonly show: ShowBundle | undefined;
  private readonly displayId = `convbook-training-${process.pid}-${Date.now().toString(36)}-${++count}`;
  private points: StepPoint[] = [];
  private stride = 1;
  private latest: BatchInfo | undefined;
  private shown = false;
  private next = 0;
  private began = 0;

  constructor(options: LiveTrainingOptions) {
    this.options = options;
    const host = (globalThis as Record<symbol, unknown>)[Symbol.for('convbook.host')] as Host | undefined;
    this.show =
      options.show ?? (host ? (data, metadata, more) => host.display(data, metadata, more) : undefined);
  }

  onTrainBegin(control: Control): void {
    this.points = [];
    this.stride = 1;
    this.latest = undefined;
    this.began = performance.now();
    this.draw(control, 'waiting for the first step');
  }

  onBatchEnd(info: BatchInfo, control: Control): void {
    this.latest = info;
    if (info.totalStep % this.stride === 0) {
      const x = control.steps
        ? info.epoch + (info.step + 1) / control.steps
        : info.epoch + 1 - 1 / (info.step + 2);
      this.points.push({ x, values: info.values, learningRate: info.learningRate });
      if (this.points.length > (this.options.points ?? 300)) {
        // Every second point at twice the distance: memory and drawing stay bounded, the curve even.
        this.points = this.points.filter((_, i) => i % 2 === 0);
        this.stride *= 2;
      }
    }
    if (performance.now() >= this.next) this.draw(control, this.line(control));
  }

  onEpochEnd(record: EpochValues, control: Control): void {
    if (this.show) {
      if (performance.now() >= this.next) this.draw(control, this.line(control));
      return;
    }
    const values = Object.entries(record.values).map(([name, value]) => `${name} ${value.toFixed(4)}`);
    console.log(`epoch ${record.epoch + 1}/${control.epochs}  ${values.join('  ')}`);
  }

  onTrainEnd(_history: unknown, control: Control): void {
    const time = `${((performance.now() - this.began) / 1000).toFixed(1)} s`;
    this.draw(control, control.history.stopped ? `${control.history.stopped} (${time})` : `done in ${time}`);
  }

  private draw(control: Control, status: string): void {
    if (!this.show) return;
    const start = performance.now();
    const title = this.options.title ? `${this.options.title}: ${status}` : status;
    const started = this.latest !== undefined || control.history.epochs.length > 0;
    const data: Record<string, unknown> = { 'text/plain': title };
    const metadata: Record<string, unknown> = {};
    if (started) {
      const curves = trainingCurves(
        { batches: this.points, epochs: control.history.epochs },
        { ...this.options, title, epochs: control.epochs },
      );
      Object.assign(data, drawingBundle(curves.toSvg(), curves.alt, `${title}\n${curves.alt}`));
      metadata['image/svg+xml'] = { alt: curves.alt };
    }
    this.show(data, metadata, { displayId: this.displayId, update: this.shown });
    this.shown = true;
    const took = performance.now() - start;
    this.seconds += took / 1000;
    // At most 1 % of the time goes into drawing, however slow the machine is.
    this.next = performance.now() + Math.max(this.options.every ?? 500, took * 99);
  }

  private line(control: Control): string {
    const info = this.latest;
    if (!info) return 'waiting for the first step';
    const parts = [
      `epoch ${info.epoch + 1}/${control.epochs}`,
      `step ${info.step + 1}${control.steps ? `/${control.steps}` : ''}`,
      `learning rate ${Number(info.learningRate.toPrecision(3))}`,
      `${Number(info.stepsPerSecond.toPrecision(3))} steps/s`,
    ];
    if (info.secondsLeft !== undefined) parts.push(`${Math.ceil(info.secondsLeft)} s left`);
    return parts.join(', ');
  }
}
