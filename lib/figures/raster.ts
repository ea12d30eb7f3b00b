import { pngUri } from './png.ts';
import type { Layout } from './types.ts';

/** A plane cut into `resolution * resolution` pixels, row by row from the top. */
export interface Plane {
  xRange: readonly [number, number];
  yRange: readonly [number, number];
  resolution: number;
}

/** The middle of each pixel, `[n, 2]` numbers one after the other. */
export function pixelCentres({ xRange, yRange, resolution }: Plane): Float64Array {
  const points = new Float64Array(resolution * resolution * 2);
  for (let row = 0; row < resolution; row++) {
    for (let column = 0; column < resolution; column++) {
      const i = 2 * (row * resolution + column);
      points[i] = xRange[0] + ((column + 0.5) / resolution) * (xRange[1] - xRange[0]);
      points[i + 1] = yRange[1] - ((row + 0.5) / resolution) * (yRange[1] - yRange[0]);
    }
  }
  return points;
}

/** Lays coloured pixels (red, green, blue of each) behind a chart, whose axes then end with the plane. */
export function layBehind(layout: Layout, plane: Plane, data: Uint8Array): void {
  const { xRange, yRange, resolution } = plane;
  layout.xaxis = { ...layout.xaxis, range: [xRange[0], xRange[1]], showgrid: false };
  layout.yaxis = { ...layout.yaxis, range: [yRange[0], yRange[1]], showgrid: false };
  layout.images = [
    {
      source: pngUri({ width: resolution, height: resolution, channels: 3, data }),
      xref: 'x',
      yref: 'y',
      x: xRange[0],
      y: yRange[1],
      sizex: xRange[1] - xRange[0],
      sizey: yRange[1] - yRange[0],
      sizing: 'stretch',
      layer: 'below',
    },
  ];
}
