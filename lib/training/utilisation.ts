import { type Drawing, drawingBundle } from '../figures/figure.ts';
import { lineChart, panels, type ShowBundle } from '../figures/index.ts';
import { type Load, LoadSampler } from '../runtime/load.ts';
import type { BatchInfo, Callback } from './callbacks.ts';

export interface UtilisationOptions {
  /** Milliseconds between two samples; default 500. */
  every?: number;
  /** Samples that are kept; default 240. When there are more, neighbours are joined. */
  samples?: number;
  title?: string;
  /** Where the charts go; default the notebook, and one line of text at the end outside of one. */
  show?: ShowBundle;
  /** A clock in milliseconds, for tests. */
  now?: () => number;
  /** The load since the call before, for tests. */
  load?: () => Load;
}

/** What the time between two samples went into, in shares of it, and how busy the machine was. */
export interface UtilisationSample extends Load {
  /** Seconds since the training began. */
  seconds: number;
  steps: number;
  /** Waiting for the next batch. */
  data: number;
  /** Steps, until their figures were read. */
  compute: number;
  /** Everything else: callbacks, drawing, validation, the event loop. */
  idle: number;
}

export interface Utilisation extends Callback {
  readonly samples: readonly UtilisationSample[];
  /** The charts as they are. */
  draw(): Drawing;
  toString(): string;
}

interface Host {
  display(data: Record<string, unknown>, metadata: Record<string, unknown>, options: object): void;
}

let count = 0;

/**
 * A callback for `fit` that charts, while it runs, what the training waits for: data, computing or neither, and how busy the
 * cores, the memory and an NVIDIA GPU are. A GPU that keeps less than busy waits for data or for the event loop.
 *
 * @example
 * import { Dense, fit, Sequential, utilisation } from 'convbook';
 * const watch = utilisation({ every: 0, show: () => {} }); // in a notebook neither is needed
 * const model = new Sequential([new Dense({ units: 2 })]);
 * await fit(model, { xs: [[0], [1]], ys: [0, 1] }, { epochs: 3, callbacks: [watch] });
 * console.log(watch.samples.length, String(watch).split(',')[0]); // 3 3 steps
 */
export function utilisation(options: UtilisationOptions = {}): Utilisation {
  return new Watch(options);
}

class Watch implements Utilisation {
  samples: UtilisationSample[] = [];
  private readonly options: UtilisationOptions;
  private readonly now: () => number;
  private readonly load: () => Load;
  private readonly displayId = `convbook-utilisation-${process.pid}-${Date.now().toString(36)}-${++count}`;
  private began = 0;
  private last = 0;
  private drawn = Number.NEGATIVE_INFINITY;
  private shown = false;
  private open = { steps: 0, data: 0, compute: 0 };

  constructor(options: UtilisationOptions) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
    const sampler = options.load ? undefined : new LoadSampler();
    this.load = options.load ?? (() => sampler!.sample());
  }

  onTrainBegin(): void {
    this.samples = [];
    this.open = { steps: 0, data: 0, compute: 0 };
    this.began = this.now();
    this.last = this.began;
    this.load(); // the load of before is not this training's
  }

  onBatchEnd({ spent }: BatchInfo): void {
    this.open.steps++;
    this.open.data += spent.data;
    this.open.compute += spent.compute;
    if (this.now() - this.last >= (this.options.every ?? 500)) this.take();
  }

  onTrainEnd(): void {
    if (this.open.steps > 0) this.take(true);
    else this.show(true);
  }

  private take(end = false): void {
    const now = this.now();
    const passed = Math.max(now - this.last, Number.MIN_VALUE);
    const { steps, data, compute } = this.open;
    const share = (part: number) => Math.min(1, part / passed);
    this.samples.push({
      ...this.load(),
      seconds: (now - this.began) / 1000,
      steps,
      data: share(data),
      compute: share(compute),
      idle: Math.max(0, 1 - share(data) - share(compute)),
    });
    this.open = { steps: 0, data: 0, compute: 0 };
    this.last = now;
    if (this.samples.length > (this.options.samples ?? 240)) this.samples = joined(this.samples);
    this.show(end);
  }

  /** One output that changes in place; drawing takes at most 1 % of the time. */
  private show(end: boolean): void {
    const host = (globalThis as Record<symbol, unknown>)[Symbol.for('convbook.host')] as Host | undefined;
    const show: ShowBundle | undefined =
      this.options.show ?? (host ? (data, metadata, more) => host.display(data, metadata, more) : undefined);
    if (!show) {
      if (end) console.log(String(this));
      return;
    }
    const start = performance.now();
    if (!end && start < this.drawn) return;
    if (this.samples.length === 0) return;
    const drawing = this.draw();
    const data = drawingBundle(drawing.toSvg(), drawing.alt, `${this}\n${drawing.alt}`);
    show(data, { 'image/svg+xml': { alt: drawing.alt } }, { displayId: this.displayId, update: this.shown });
    this.shown = true;
    const done = performance.now();
    this.drawn = done + (done - start) * 99;
  }

  draw(): Drawing {
    const { samples } = this;
    const x = samples.map(({ seconds }) => seconds);
    const mean = (of: (sample: UtilisationSample) => number) => percent(average(samples, of));
    const shares = lineChart({
      title: 'what the time goes into',
      xTitle: 'seconds',
      yTitle: 'share of the time',
      alt: `Data take ${mean((s) => s.data)} of the time, computing ${mean((s) => s.compute)}, the rest ${mean((s) => s.idle)}.`,
      series: (['data', 'compute', 'idle'] as const).map((name) => ({
        name,
        x,
        y: samples.map((sample) => sample[name]),
      })),
      yRange: [0, 1],
      width: 480,
      height: 320,
    });
    const cores = samples.at(-1)?.cores ?? 1;
    const busy = average(samples, (s) => s.busyCores);
    const gpus = samples.filter(({ gpu }) => gpu);
    const gpuText =
      gpus.length > 0
        ? `The GPU computes ${percent(average(gpus, (s) => s.gpu!.utilisation))} of the time.`
        : 'The GPU was not measured.';
    const machine = lineChart({
      title: gpus.length > 0 ? 'how busy cores and GPU are' : 'how busy the cores are (GPU: not measured)',
      xTitle: 'seconds',
      yTitle: 'share that is busy',
      alt: `${busy.toFixed(1)} of ${cores} cores are busy. ${gpuText}`,
      series: [
        { name: `${cores} cores`, x, y: samples.map((s) => s.busyCores / s.cores) },
        ...(gpus.length > 0
          ? [{ name: 'GPU', x: gpus.map((s) => s.seconds), y: gpus.map((s) => s.gpu!.utilisation) }]
          : []),
      ],
      yRange: [0, 1],
      width: 480,
      height: 320,
      legend: true,
    });
    const top = Math.max(...samples.map((s) => s.residentBytes));
    const memory = lineChart({
      title: gpus.length > 0 ? 'memory of process and GPU' : 'memory of the process',
      xTitle: 'seconds',
      yTitle: 'MiB',
      alt: `The process holds up to ${mebibytes(top)}${gpus.length > 0 ? `, the GPU ${mebibytes(Math.max(...gpus.map((s) => s.gpu!.usedBytes)))}` : ''}.`,
      series: [
        { name: 'process', x, y: samples.map((s) => s.residentBytes / 2 ** 20) },
        ...(gpus.length > 0
          ? [{ name: 'GPU', x: gpus.map((s) => s.seconds), y: gpus.map((s) => s.gpu!.usedBytes / 2 ** 20) }]
          : []),
      ],
      fromZero: true,
      width: 480,
      height: 320,
      legend: gpus.length > 0,
    });
    const charts = [shares, machine, memory];
    const { title } = this.options;
    const alt = charts.map((chart) => chart.alt).join(' ');
    return panels(charts, {
      alt: title ? `${title}. ${alt}` : alt,
      ...(title ? { title } : {}),
      width: 960,
      columns: 3,
    });
  }

  toString(): string {
    const { samples } = this;
    const steps = samples.reduce((sum, sample) => sum + sample.steps, 0);
    if (steps === 0) return 'no steps yet';
    const each = ((samples.at(-1)!.seconds * 1000) / steps).toFixed(1);
    const share = (of: (sample: UtilisationSample) => number) => percent(average(samples, of));
    const { cores, gpu } = samples.at(-1)!;
    return (
      `${steps} steps, ${each} ms each: data ${share((s) => s.data)}, compute ${share((s) => s.compute)}, idle ${share((s) => s.idle)}; ` +
      `${average(samples, (s) => s.busyCores).toFixed(1)} of ${cores} cores, ` +
      `${mebibytes(Math.max(...samples.map((s) => s.residentBytes)))}; ` +
      (gpu
        ? `GPU ${percent(gpu.utilisation)}, ${mebibytes(gpu.usedBytes)} of ${mebibytes(gpu.totalBytes)}`
        : 'GPU not measured')
    );
  }
}

/** Lengths of time between samples differ, so means weigh them. */
function average(samples: readonly UtilisationSample[], of: (sample: UtilisationSample) => number): number {
  let sum = 0;
  let from = 0;
  for (const sample of samples) {
    sum += of(sample) * (sample.seconds - from);
    from = sample.seconds;
  }
  return from > 0 ? sum / from : 0;
}

/** Two neighbours as one sample: half as many, of twice the length. */
function joined(samples: readonly UtilisationSample[]): UtilisationSample[] {
  const result: UtilisationSample[] = [];
  for (let i = 0; i < samples.length; i += 2) {
    const [a, b] = [samples[i]!, samples[i + 1]];
    if (!b) {
      result.push(a);
      break;
    }
    const start = i === 0 ? 0 : samples[i - 1]!.seconds;
    const whole = b.seconds - start || 1;
    const mix = (of: (sample: UtilisationSample) => number) =>
      (of(a) * (a.seconds - start) + of(b) * (b.seconds - a.seconds)) / whole;
    result.push({
      ...b,
      steps: a.steps + b.steps,
      data: mix((s) => s.data),
      compute: mix((s) => s.compute),
      idle: mix((s) => s.idle),
      busyCores: mix((s) => s.busyCores),
      residentBytes: Math.max(a.residentBytes, b.residentBytes),
    });
  }
  return result;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
