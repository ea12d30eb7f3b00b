import { Figure, layoutOf } from './figure.ts';
import { PALETTE, rgb } from './palette.ts';
import { axisRange } from './ranges.ts';
import { layBehind, pixelCentres } from './raster.ts';
import { type PointGroup, scatterTraces } from './scatter-chart.ts';
import type { ChartOptions } from './types.ts';

export interface DecisionBoundaryOptions extends ChartOptions {
  groups: readonly PointGroup[];
  /**
   * Called once with all points of a grid, `[n, 2]` numbers one after the other; gives a class number for each, or
   * `n * classes` scores, whose largest counts and whose size is shown as strength (as probabilities, 0 to 1).
   */
  predict(points: Float32Array): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Points of the grid along each axis; default 120. */
  resolution?: number;
}

/**
 * Points of two coordinates over the regions that a classifier gives to each class.
 *
 * @example
 * import { decisionBoundary } from 'convbook';
 * await decisionBoundary({
 *   title: 'A line', xTitle: 'x', yTitle: 'y', alt: 'Left of zero is class a, right of it class b.',
 *   groups: [{ name: 'a', x: [-1], y: [0] }, { name: 'b', x: [1], y: [0] }],
 *   predict: (points) => Array.from({ length: points.length / 2 }, (_, i) => (points[2 * i]! > 0 ? 1 : 0)),
 * });
 */
export async function decisionBoundary(options: DecisionBoundaryOptions): Promise<Figure> {
  const { resolution = 120 } = options;
  const layout = layoutOf({
    width: 560,
    height: 480,
    ...options,
    legend: options.legend ?? options.groups.length > 1,
  });
  const traces = scatterTraces(options.groups);
  const xRange = axisRange(
    traces.flatMap((t) => t.x),
    { given: options.xRange, room: 0.1 },
  );
  const yRange = axisRange(
    traces.flatMap((t) => t.y),
    { given: options.yRange, room: 0.1 },
  );
  const plane = { xRange, yRange, resolution };
  const points = Float32Array.from(pixelCentres(plane));
  const answer = await options.predict(points);
  const count = points.length / 2;
  const classes = answer.length / count;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new TypeError(
      `predict got ${count} points and gave ${answer.length} numbers; expected a class for each point, or a score for each class and point.`,
    );
  }
  const data = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (answer[i * classes + c]! > answer[i * classes + best]!) best = c;
    const chosen = classes === 1 ? Math.round(answer[i]!) : best;
    const strength = classes === 1 ? 1 : Math.min(1, Math.max(0, answer[i * classes + best]!));
    const colour = rgb(PALETTE[((chosen % PALETTE.length) + PALETTE.length) % PALETTE.length]!);
    for (let k = 0; k < 3; k++) data[3 * i + k] = Math.round(255 + (colour[k]! - 255) * 0.32 * strength);
  }
  layBehind(layout, plane, data);
  return new Figure(traces, layout);
}
