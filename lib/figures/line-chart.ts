import { Figure, layoutOf } from './figure.ts';
import { colour, dash, symbol } from './palette.ts';
import { axisRange } from './ranges.ts';
import { rounded } from './text.ts';
import { thinOut } from './thin.ts';
import type { ChartOptions, LineTrace, Numbers } from './types.ts';

export interface Series {
  name: string;
  y: Numbers;
  /** Default 0, 1, 2 … */
  x?: Numbers;
  /** A dot at each point as well; default for curves of up to 12 points. */
  markers?: boolean;
  /** Default the next of the palette. */
  colour?: string;
  /** Plotly's names: solid, dash, dot, dashdot, longdash. */
  dash?: string;
  width?: number;
  opacity?: number;
  /** False keeps the curve out of the legend. */
  legend?: boolean;
}

export interface LineChartOptions extends ChartOptions {
  series: readonly Series[];
  /** The vertical axis starts at zero. */
  fromZero?: boolean;
  /** Points kept of each curve; default 600. Peaks stay. */
  most?: number;
}

/**
 * Curves over a common axis. Values that are not finite leave a gap.
 *
 * @throws where `alt` is missing, or a curve's `x` and `y` differ in length.
 * @example
 * import { lineChart } from 'convbook';
 * lineChart({
 *   title: 'Loss while training', xTitle: 'epoch', yTitle: 'cross-entropy',
 *   alt: 'The loss falls from 2.3 to 0.1 in three epochs.',
 *   series: [{ name: 'training', x: [1, 2, 3], y: [2.3, 0.4, 0.1] }],
 * });
 */
export function lineChart(options: LineChartOptions): Figure {
  const layout = layoutOf({ ...options, legend: options.legend ?? options.series.length > 1 });
  const traces = options.series.map((series, i) => lineTrace(series, i, options));
  layout.xaxis.range = axisRange(
    traces.flatMap((t) => t.x),
    { given: options.xRange, log: options.xLog, room: 0.02 },
  );
  layout.yaxis.range = axisRange(
    traces.flatMap((t) => t.y),
    {
      given: options.yRange,
      log: options.yLog,
      zero: options.fromZero ?? false,
    },
  );
  return new Figure(traces, layout);
}

/** One curve in plotly's form, the `index`-th of its figure. */
export function lineTrace(
  series: Series,
  index: number,
  options: {
    most?: number | undefined;
    xLog?: boolean | undefined;
    yLog?: boolean | undefined;
    markersUpTo?: number;
  } = {},
): LineTrace {
  const y = Array.from(series.y);
  const x = series.x ? Array.from(series.x) : y.map((_, k) => k);
  if (x.length !== y.length) {
    throw new TypeError(
      `The curve "${series.name}" has ${x.length} x and ${y.length} y values; it needs as many of each.`,
    );
  }
  const thin = thinOut(x, y, options.most);
  const points = series.markers ?? y.length <= (options.markersUpTo ?? 12);
  const own = series.colour ?? colour(index);
  return {
    type: 'scatter',
    mode: points ? 'lines+markers' : 'lines',
    name: series.name,
    x: thin.x.map((v) => visible(v, options.xLog)),
    y: thin.y.map((v) => visible(v, options.yLog)),
    line: { color: own, width: series.width ?? 2, dash: series.dash ?? dash(index) },
    ...(points ? { marker: { color: own, size: y.length > 12 ? 5 : 7, symbol: symbol(index) } } : {}),
    ...(series.opacity === undefined ? {} : { opacity: series.opacity }),
    ...(series.legend === false ? { showlegend: false } : {}),
  };
}

/** The value as it can be drawn: null on a logarithmic axis where it isn't positive. */
export function visible(value: number, log: boolean | undefined): number | null {
  return log && !(value > 0) ? null : rounded(value);
}
