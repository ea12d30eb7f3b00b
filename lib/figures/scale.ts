import { label } from './text.ts';
import type { Axis } from './types.ts';

/** Maps data to a span of pixels and knows where its ticks are. */
export interface Scale {
  position(value: number | string): number;
  ticks: { at: number; text: string }[];
  /** Pixels of one category; 0 for numbers. */
  band: number;
}

/** The least and the largest finite number; undefined where there is none. */
export function extent(values: Iterable<number | null | undefined>): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** About `count` round numbers within a range: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, count = 6): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => span / s <= count)!;
  const ticks: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  for (let i = first; i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

export function makeScale(axis: Axis, from: number, to: number, ticksWanted: number): Scale {
  if (axis.type === 'category') return categories(axis.categories ?? [], from, to);
  const log = axis.type === 'log';
  // Plotly's ranges of logarithmic axes are powers of ten.
  const [low, high] = axis.range ?? [0, 1];
  const [a, b] = axis.autorange === 'reversed' ? [high, low] : [low, high];
  const place = (value: number) => from + ((value - a) / (b - a || 1)) * (to - from);
  const position = (value: number | string) => place(log ? Math.log10(Number(value)) : Number(value));
  if (axis.tickvals) {
    const texts = axis.ticktext ?? axis.tickvals.map((v) => label(v));
    return {
      position,
      band: 0,
      ticks: axis.tickvals.map((v, i) => ({ at: position(v), text: texts[i] ?? '' })),
    };
  }
  const ticks = log
    ? logTicks(low, high)
    : niceTicks(low, high, ticksWanted).map((v) => ({ value: v, text: label(v) }));
  return { position, band: 0, ticks: ticks.map(({ value, text }) => ({ at: position(value), text })) };
}

function logTicks(low: number, high: number): { value: number; text: string }[] {
  const ticks: { value: number; text: string }[] = [];
  const step = Math.max(1, Math.ceil((high - low) / 7));
  for (let p = Math.ceil(low - 1e-9); p <= high + 1e-9; p += step)
    ticks.push({ value: 10 ** p, text: label(10 ** p) });
  if (ticks.length >= 2) return ticks;
  return [1, 2, 5]
    .flatMap((m) => [Math.floor(low) - 1, Math.floor(low), Math.floor(low) + 1].map((p) => m * 10 ** p))
    .filter((v) => Math.log10(v) >= low - 1e-9 && Math.log10(v) <= high + 1e-9)
    .sort((x, y) => x - y)
    .map((value) => ({ value, text: label(value) }));
}

function categories(names: readonly string[], from: number, to: number): Scale {
  const band = (to - from) / Math.max(1, names.length);
  const places = new Map(names.map((name, i) => [name, from + band * (i + 0.5)]));
  const position = (value: number | string) => places.get(String(value)) ?? from;
  return { position, band: Math.abs(band), ticks: names.map((text) => ({ at: places.get(text)!, text })) };
}
