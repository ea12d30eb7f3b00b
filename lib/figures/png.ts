import { encode } from 'fast-png';

/** Pixels row by row: 1 (grey), 3 (RGB) or 4 (RGBA) bytes each. */
export interface Bitmap {
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  data: Uint8Array;
}

/** A PNG file as a `data:` address, small enough to stand inside an SVG. */
export function pngUri({ width, height, channels, data }: Bitmap): string {
  return `data:image/png;base64,${pngBase64({ width, height, channels, data })}`;
}

export function pngBase64({ width, height, channels, data }: Bitmap): string {
  return Buffer.from(encode({ width, height, channels, data, depth: 8 }, { zlib: { level: 9 } })).toString(
    'base64',
  );
}
