import { Figure, layoutOf } from './figure.ts';
import { visible } from './line-chart.ts';
import { colour, symbol } from './palette.ts';
import { axisRange } from './ranges.ts';
import type { ChartOptions, LineTrace, Numbers } from './types.ts';

export interface PointGroup {
  name: string;
  x: Numbers;
  y: Numbers;
  /** A name for each point, shown under the mouse, or beside it with `showLabels`. */
  labels?: readonly string[];
  /** Diameter in pixels, one or one for each point; default by how many there are. */
  size?: number | readonly number[];
  colour?: string;
  symbol?: string;
  opacity?: number;
}

export interface ScatterChartOptions extends ChartOptions {
  groups: readonly PointGroup[];
  /** Points kept of each group; default 2000, evenly. */
  most?: number;
  /** Writes the labels beside the points: for few of them. */
  showLabels?: boolean;
  /** One unit is as long on both axes. */
  square?: boolean;
}

/**
 * Points in groups that differ by colour and form.
 *
 * @example
 * import { scatterChart } from 'convbook';
 * scatterChart({
 *   title: 'Two classes', xTitle: 'x', yTitle: 'y', alt: 'Two points, one of each class.',
 *   groups: [{ name: 'a', x: [0], y: [1] }, { name: 'b', x: [1], y: [0] }],
 * });
 */
export function scatterChart(options: ScatterChartOptions): Figure {
  const layout = layoutOf({ ...options, legend: options.legend ?? options.groups.length > 1 });
  const traces = scatterTraces(options.groups, options);
  // Names and large bubbles reach beyond their points.
  const room =
    options.showLabels || options.groups.some(({ size }) => typeof size === 'object') ? 0.14 : 0.05;
  layout.xaxis.range = axisRange(
    traces.flatMap((t) => t.x),
    { given: options.xRange, log: options.xLog, room },
  );
  layout.yaxis.range = axisRange(
    traces.flatMap((t) => t.y),
    { given: options.yRange, log: options.yLog, room },
  );
  if (options.square) {
    layout.yaxis.scaleanchor = 'x';
    layout.xaxis.constrain = 'domain';
  }
  return new Figure(traces, layout);
}

export function scatterTraces(
  groups: readonly PointGroup[],
  options: {
    most?: number | undefined;
    xLog?: boolean | undefined;
    yLog?: boolean | undefined;
    showLabels?: boolean | undefined;
  } = {},
): LineTrace[] {
  const total = groups.reduce((sum, group) => sum + group.x.length, 0);
  const usual = total > 1500 ? 4 : total > 300 ? 6 : 9;
  return groups.map((group, i) => {
    if (group.x.length !== group.y.length) {
      throw new TypeError(
        `The points of "${group.name}" have ${group.x.length} x and ${group.y.length} y values; each needs one of both.`,
      );
    }
    const step = Math.max(1, Math.ceil(group.x.length / (options.most ?? 2000)));
    const kept: number[] = [];
    for (let k = 0; k < group.x.length; k += step) kept.push(k);
    const size = group.size ?? usual;
    return {
      type: 'scatter',
      mode: options.showLabels && group.labels ? 'markers+text' : 'markers',
      name: group.name,
      x: kept.map((k) => visible(group.x[k]!, options.xLog)),
      y: kept.map((k) => visible(group.y[k]!, options.yLog)),
      marker: {
        color: group.colour ?? colour(i),
        size: typeof size === 'number' ? size : kept.map((k) => size[k]!),
        symbol: group.symbol ?? symbol(i),
        line: { color: '#fff', width: 0.5 },
      },
      ...(group.labels
        ? { text: kept.map((k) => group.labels![k]!), textposition: 'top center' as const }
        : {}),
      ...(group.opacity === undefined && typeof size === 'number' ? {} : { opacity: group.opacity ?? 0.75 }),
    };
  });
}
