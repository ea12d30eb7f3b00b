import { Figure, layoutOf } from './figure.ts';
import { colour } from './palette.ts';
import { axisRange } from './ranges.ts';
import { extent, niceTicks } from './scale.ts';
import { rounded } from './text.ts';
import type { BarTrace, ChartOptions, Numbers } from './types.ts';

export interface HistogramOptions extends Omit<ChartOptions, 'yTitle'> {
  values: Numbers;
  /** About how many bins; their edges are round numbers. Default 30. */
  bins?: number;
  yTitle?: string;
  /** Shares that sum to 1 instead of counts. */
  share?: boolean;
}

/**
 * How often values fall into each of some equal bins. Only the counts go into the figure, never the values.
 *
 * @throws where no value is finite.
 * @example
 * import { histogram } from 'convbook';
 * histogram({ title: 'Activations', xTitle: 'value', alt: 'Most values lie near zero.', values: [0, 0.1, -0.1, 2] });
 */
export function histogram(options: HistogramOptions): Figure {
  const { values, share = false } = options;
  const { edges, counts, outside } = binCounts(values, options.bins ?? 30);
  const total = share ? values.length - outside : 1;
  const layout = layoutOf({ ...options, yTitle: options.yTitle ?? (share ? 'share' : 'count') });
  const width = edges[1]! - edges[0]!;
  const trace: BarTrace = {
    type: 'bar',
    name: options.title,
    x: counts.map((_, i) => rounded((edges[i]! + edges[i + 1]!) / 2) ?? 0),
    y: counts.map((count) => (options.yLog && count === 0 ? null : rounded(count / total))),
    width: counts.map(() => rounded(width) ?? width),
    marker: { color: colour(0) },
    showlegend: false,
  };
  layout.xaxis.range = axisRange([edges[0]!, edges.at(-1)!], { given: options.xRange, room: 0.01 });
  layout.yaxis.range = axisRange(trace.y, { given: options.yRange, log: options.yLog, zero: !options.yLog });
  layout.barmode = 'overlay';
  layout.bargap = 0;
  return new Figure([trace], layout);
}

/** Counts in equal bins with round edges. `outside` counts the values that are not finite. */
export function binCounts(
  values: Numbers,
  bins: number,
): { edges: number[]; counts: number[]; outside: number } {
  const range = extent(Array.from(values));
  if (!range)
    throw new TypeError(
      `A histogram needs at least one finite number, and got none among ${values.length} values.`,
    );
  let [low, high] = range;
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const ticks = niceTicks(low, high, bins);
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : high - low;
  const start = Math.floor(low / step + 1e-9);
  const count = Math.max(1, Math.ceil(high / step - 1e-9) - start);
  const edges = Array.from({ length: count + 1 }, (_, i) => Number(((start + i) * step).toPrecision(12)));
  const counts = new Array<number>(count).fill(0);
  let outside = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) outside++;
    else counts[Math.min(count - 1, Math.max(0, Math.floor(values[i]! / step + 1e-9) - start))]! += 1;
  }
  return { edges, counts, outside };
}
