import { Figure, layoutOf } from './figure.ts';
import { lineTrace, type Series } from './line-chart.ts';
import { type ColourMapName, mapColour } from './palette.ts';
import { layBehind, pixelCentres } from './raster.ts';
import { extent } from './scale.ts';
import type { ChartOptions } from './types.ts';

export interface SurfaceChartOptions extends ChartOptions {
  /** The height over each point of the plane. */
  f(x: number, y: number): number;
  xRange: readonly [number, number];
  yRange: readonly [number, number];
  /** Ways over the surface, each with its `x` and `y`: the steps of an optimiser. */
  paths?: readonly Series[];
  /** Colours follow the logarithm of the height above its lowest point: valleys are seen beside steep walls. */
  logHeight?: boolean;
  /** Lines of equal height; default 12. */
  contours?: number;
  colours?: ColourMapName;
  /** Points along each axis; default 160. */
  resolution?: number;
}

/**
 * A surface over the plane from above, its height as colour with lines of equal height, and ways over it.
 *
 * @throws where no height is finite.
 * @example
 * import { surfaceChart } from 'convbook';
 * surfaceChart({
 *   title: 'A bowl', xTitle: 'w1', yTitle: 'w2', alt: 'A path down to the middle of a bowl',
 *   f: (x, y) => x * x + 4 * y * y, xRange: [-2, 2], yRange: [-2, 2],
 *   paths: [{ name: 'descent', x: [1.8, 1, 0.3, 0], y: [1.5, 0.2, 0, 0] }],
 * });
 */
export function surfaceChart(options: SurfaceChartOptions): Figure {
  const { f, xRange, yRange, paths = [], contours = 12, resolution: n = 160 } = options;
  const plane = { xRange, yRange, resolution: n };
  const centres = pixelCentres(plane);
  const heights = Float64Array.from({ length: n * n }, (_, i) => f(centres[2 * i]!, centres[2 * i + 1]!));
  const range = extent(heights);
  if (!range) throw new TypeError('The surface has no finite height in its range; choose another range.');
  const [low, high] = range;
  const floor = (high - low) * 1e-4 || 1;
  const part = (height: number) =>
    options.logHeight
      ? Math.log((height - low + floor) / floor) / Math.log((high - low + floor) / floor)
      : (height - low) / (high - low || 1);
  const data = new Uint8Array(n * n * 3);
  const band = (i: number) => Math.floor(part(heights[i]!) * contours);
  for (let i = 0; i < n * n; i++) {
    const edge = (i % n < n - 1 && band(i) !== band(i + 1)) || (i + n < n * n && band(i) !== band(i + n));
    // Pale, so that the paths stand out; the lines of equal height a little darker.
    const colour = mapColour(options.colours ?? 'viridis', part(heights[i]!));
    for (let c = 0; c < 3; c++)
      data[3 * i + c] = Math.round((255 + (colour[c]! - 255) * 0.55) * (edge ? 0.8 : 1));
  }
  const layout = layoutOf({
    width: 600,
    height: 480,
    ...options,
    legend: options.legend ?? paths.length > 1,
  });
  layBehind(layout, plane, data);
  return new Figure(
    paths.map((path, i) => lineTrace(path, i, { markersUpTo: 60 })),
    layout,
  );
}
