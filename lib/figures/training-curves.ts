import type { Drawing, Figure } from './figure.ts';
import { lineChart, type Series } from './line-chart.ts';
import { colour, dash } from './palette.ts';
import { panels } from './panels.ts';

/** The epochs of a training, as `History` of lib/training has them. */
export interface EpochValues {
  readonly epoch: number;
  readonly values: Readonly<Record<string, number>>;
  readonly learningRate: number;
}

/** One step of a training. */
export interface StepPoint {
  readonly x: number;
  readonly values: Readonly<Record<string, number>>;
  readonly learningRate?: number;
}

export interface CurvePoints {
  /** Single steps, thinned out; `x` counts epochs. */
  readonly batches?: readonly StepPoint[];
  readonly epochs: readonly EpochValues[];
}

export interface TrainingCurvesOptions {
  title?: string;
  width?: number;
  /** The length of the horizontal axis in epochs, so that a running training does not stretch it. */
  epochs?: number;
  /** Shows the learning rate where it changed; default true. */
  learningRate?: boolean;
}

/**
 * The curves of a training beside each other: each figure (loss, accuracy …) with its validation, and the learning rate
 * where it changes.
 *
 * @param training A `History`, or its epochs with the points of single steps.
 * @example
 * import { History, trainingCurves } from 'convbook';
 * const history = new History();
 * history.add({ epoch: 0, values: { loss: 2, accuracy: 0.4, valLoss: 2.5 }, learningRate: 0.1, steps: 10, seconds: 1 });
 * history.add({ epoch: 1, values: { loss: 1, accuracy: 0.7, valLoss: 2.1 }, learningRate: 0.1, steps: 10, seconds: 1 });
 * trainingCurves(history);
 */
export function trainingCurves(training: CurvePoints, options: TrainingCurvesOptions = {}): Drawing {
  const charts = trainingCharts(training, options);
  const alt = charts.map((chart) => chart.alt).join(' ');
  return panels(charts, {
    alt: options.title ? `${options.title}. ${alt}` : alt,
    ...(options.title ? { title: options.title } : {}),
    width: options.width ?? Math.min(960, 480 * charts.length),
    columns: Math.min(3, charts.length),
  });
}

/** One chart for each figure of a training; the loss first. */
export function trainingCharts(training: CurvePoints, options: TrainingCurvesOptions = {}): Figure[] {
  const { epochs: records, batches = [] } = training;
  const names = [
    ...new Set([...batches.slice(0, 1), ...records].flatMap(({ values }) => Object.keys(values))),
  ];
  const plain = names.filter((name) => !isValidation(name, names));
  const last = Math.max(options.epochs ?? 0, records.length, batches.at(-1)?.x ?? 0, 1);
  const range: [number, number] = [0, last * 1.02];
  const charts = plain.map((name) => {
    const validation = validationOf(name);
    const series: Series[] = [];
    const add = (label: string, index: number, key: string) => {
      const having = records.filter(({ values }) => values[key] !== undefined);
      if (having.length === 0) return;
      const x = having.map(({ epoch }) => epoch + 1);
      const y = having.map(({ values }) => values[key]!);
      series.push({
        name: label,
        x,
        y,
        colour: colour(index),
        dash: dash(index),
        markers: having.length <= 40,
      });
    };
    const steps = batches.filter(({ values }) => values[name] !== undefined);
    if (steps.length > 0) {
      const y = steps.map(({ values }) => values[name]!);
      series.push({
        name: 'steps',
        x: steps.map(({ x }) => x),
        y,
        colour: '#9ecae1',
        dash: 'solid',
        width: 1,
      });
    }
    add('training', 0, name);
    add('validation', 1, validation);
    return lineChart({
      title: name,
      xTitle: 'epoch',
      yTitle: name,
      alt: altOf(name, records, validation, steps.at(-1)?.values[name]),
      series,
      xRange: range,
      ...(yRangeOf(name, series) ?? {}),
      width: 480,
      height: 320,
      legend: series.length > 1,
      most: 300,
    });
  });
  const rates = options.learningRate === false ? undefined : ratesOf(training);
  if (rates) {
    const [first, highest, last] = [rates.y[0]!, Math.max(...rates.y), rates.y.at(-1)!];
    const over = highest > Math.max(first, last) * 1.001 ? ` over ${short(highest)}` : '';
    charts.push(
      lineChart({
        title: 'learning rate',
        xTitle: 'epoch',
        yTitle: 'learning rate',
        alt: `The learning rate goes from ${short(first)}${over} to ${short(last)}.`,
        series: [{ name: 'learning rate', ...rates, markers: false }],
        xRange: range,
        fromZero: true,
        width: 480,
        height: 320,
        most: 300,
      }),
    );
  }
  return charts;
}

/** The learning rate by steps where they tell it, else by epochs; undefined where it never changed. */
function ratesOf({ batches = [], epochs }: CurvePoints): { x: number[]; y: number[] } | undefined {
  const steps = batches.filter(({ learningRate }) => learningRate !== undefined);
  const [x, y] =
    steps.length > 1
      ? [steps.map((step) => step.x), steps.map((step) => step.learningRate!)]
      : [epochs.map(({ epoch }) => epoch + 1), epochs.map(({ learningRate }) => learningRate)];
  return new Set(y).size > 1 ? { x, y } : undefined;
}

/** Single steps jump: the axis follows the bulk of them, so that one bad step does not flatten the curve. */
function yRangeOf(name: string, series: readonly Series[]): { yRange: [number, number] } | undefined {
  const all = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  if (all.length < 20) return undefined;
  const sorted = Float64Array.from(all).sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
  const bounded = /accuracy|precision|recall|iou/i.test(name) && sorted.at(-1)! <= 1;
  const [low, high] = [at(0.005), bounded ? sorted.at(-1)! : at(0.985)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return {
    yRange: [
      low >= 0 && low - room < 0 ? 0 : low - room,
      bounded ? Math.min(1.005, high + room) : high + room,
    ],
  };
}

function altOf(
  name: string,
  records: readonly EpochValues[],
  validation: string,
  latest: number | undefined,
): string {
  const first = records[0]?.values[name];
  const last = records.at(-1)?.values[name];
  if (first === undefined || last === undefined) {
    return `The training ${name} by steps${latest === undefined ? '' : `, last ${short(latest)}`}.`;
  }
  const other = records.at(-1)?.values[validation];
  const ending = other === undefined ? '' : `, in validation ${short(other)}`;
  return records.length === 1
    ? `The training ${name} is ${short(last)} after one epoch${ending}.`
    : `The training ${name} goes from ${short(first)} to ${short(last)} in ${records.length} epochs${ending}.`;
}

const short = (value: number) => String(Number(value.toPrecision(3)));
const validationOf = (name: string) => `val${name[0]!.toUpperCase()}${name.slice(1)}`;
const isValidation = (name: string, names: readonly string[]) =>
  names.some((other) => other !== name && validationOf(other) === name);
