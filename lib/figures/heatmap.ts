import { Figure, layoutOf } from './figure.ts';
import { type ColourMapName, plotlyScale } from './palette.ts';
import { extent, niceTicks } from './scale.ts';
import { label, rounded, textWidth } from './text.ts';
import type { Axis, ChartOptions, HeatTrace, Numbers } from './types.ts';

export interface HeatmapOptions extends ChartOptions {
  /** Rows of numbers, the first row at the top. */
  values: readonly Numbers[];
  /** Names of the rows and columns; default their numbers. */
  rowNames?: readonly string[];
  columnNames?: readonly string[];
  /** Default `diverging` where there are values on both sides of zero, else `viridis`. */
  colours?: ColourMapName;
  range?: readonly [number, number];
  /** The number in each cell; default for up to 144 cells. */
  showValues?: boolean;
  /** What the colours mean, beside their scale. */
  colourTitle?: string;
  /** False: the cells fill the figure. Default: they are square where the map is not too long for that. */
  square?: boolean;
  /** Large maps are thinned to this many rows and columns; default 120. */
  most?: number;
}

/**
 * A matrix as colours.
 *
 * @example
 * import { heatmap } from 'convbook';
 * heatmap({
 *   title: 'Weights', xTitle: 'input', yTitle: 'unit', alt: 'One weight of four is negative.',
 *   values: [[1, -2], [3, 0.5]],
 * });
 */
export function heatmap(options: HeatmapOptions): Figure {
  const rows = options.values.length;
  const columns = options.values[0]?.length ?? 0;
  if (rows === 0 || columns === 0)
    throw new TypeError(`A heat map needs rows and columns, and got ${rows} x ${columns}.`);
  const ragged = options.values.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new TypeError(
      `Row ${ragged} of the heat map has ${options.values[ragged]!.length} values and row 0 has ${columns}.`,
    );
  }
  const most = options.most ?? 120;
  const kept = (count: number) => {
    const step = Math.max(1, Math.ceil(count / most));
    return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  };
  const [rowIndices, columnIndices] = [kept(rows), kept(columns)];
  const z = rowIndices.map((r) => columnIndices.map((c) => rounded(options.values[r]![c]!)));
  const [low, high] = options.range ?? extent(z.flat()) ?? [0, 1];
  const signed = options.colours === 'diverging' || (options.colours === undefined && low < 0 && high > 0);
  const reach = Math.max(-low, high) || 1;
  const showValues = options.showValues ?? rows * columns <= 144;
  const layout = layoutOf({ ...options, ...sizeOf(options, rows, columns) });
  const named = (names: readonly string[] | undefined, indices: number[]) =>
    names ? indices.map((i) => names[i] ?? String(i)) : indices;
  const trace: HeatTrace = {
    type: 'heatmap',
    z,
    x: named(options.columnNames, columnIndices),
    y: named(options.rowNames, rowIndices),
    zmin: signed ? -reach : low,
    zmax: signed ? reach : high,
    colorscale: plotlyScale(options.colours ?? (signed ? 'diverging' : 'viridis')),
    showscale: true,
    ...(options.colourTitle
      ? { colorbar: { title: { text: options.colourTitle, side: 'right' as const } } }
      : {}),
    ...(showValues
      ? { text: z.map((row) => row.map((v) => (v === null ? '' : label(v, 3)))), texttemplate: '%{text}' }
      : {}),
  };
  const axis = (names: readonly string[] | undefined, indices: number[]): Partial<Axis> => {
    if (names)
      return { type: 'category', categories: indices.map((i) => names[i] ?? String(i)), showgrid: false };
    const half = 0.5 * ((indices[1] ?? 1) - indices[0]!);
    const range: [number, number] = [indices[0]! - half, indices.at(-1)! + half];
    const whole = niceTicks(indices[0]!, indices.at(-1)!, 10).filter(Number.isInteger);
    return { type: 'linear', range, showgrid: false, tickvals: whole };
  };
  layout.xaxis = { ...layout.xaxis, ...axis(options.columnNames, columnIndices) };
  layout.yaxis = { ...layout.yaxis, ...axis(options.rowNames, rowIndices), autorange: 'reversed' };
  return new Figure([trace], layout);
}

/** The size at which cells are square, the room for labels and the colour scale left out (about 155 and 92 pixels). */
function sizeOf(options: HeatmapOptions, rows: number, columns: number): { width: number; height: number } {
  const { width = 640, height = 440, square = true } = options;
  const ratio = columns / rows;
  if (options.width || options.height || !square || ratio < 0.4 || ratio > 2.5) return { width, height };
  const names = Math.max(0, ...(options.rowNames ?? []).map((name) => textWidth(name, 12) - 20));
  const side = Math.min(348 / rows, 485 / columns);
  return { width: Math.round(side * columns + 155 + names), height: Math.round(side * rows + 92) };
}
