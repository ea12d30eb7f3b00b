import type { Pixels } from './png.ts';

export type Values = ArrayLike<number>;

/** How a tensor's shape reads as pictures: how many, how large, and where pixel (i, y, x, channel) lies in its values. */
export interface PictureLayout {
  count: number;
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** What the pictures are, for the caption: `image`, `channel`, `heat map`. */
  kind: string;
  index(picture: number, y: number, x: number, channel: number): number;
}

/**
 * Reads a shape as pictures: `[h, w]` is a heat map, `[h, w, 1|3|4]` an image, `[n, h, w, 1|3|4]` images, `[n, h, w]`
 * heat maps, and `[n, h, w, c]` the channels of the first example. Undefined where a picture would tell nothing.
 */
export function pictureLayout(shape: readonly number[]): PictureLayout | undefined {
  const last = shape.at(-1)!;
  const colours = last === 1 || last === 3 || last === 4;
  if (shape.length === 2) {
    const [h, w] = shape as [number, number];
    if (h < 2 || w < 2) return undefined;
    return { count: 1, height: h, width: w, channels: 1, kind: 'heat map', index: (_, y, x) => y * w + x };
  }
  if (shape.length === 3 && colours) {
    const [h, w, c] = shape as [number, number, 1 | 3 | 4];
    if (h < 2 || w < 2) return undefined;
    return {
      count: 1,
      height: h,
      width: w,
      channels: c,
      kind: 'image',
      index: (_, y, x, k) => (y * w + x) * c + k,
    };
  }
  if (shape.length === 3) {
    const [n, h, w] = shape as [number, number, number];
    if (h < 2 || w < 2) return undefined;
    return {
      count: n,
      height: h,
      width: w,
      channels: 1,
      kind: 'heat map',
      index: (i, y, x) => (i * h + y) * w + x,
    };
  }
  if (shape.length !== 4) return undefined;
  const [n, h, w, c] = shape as [number, number, number, number];
  if (h < 2 || w < 2) return undefined;
  if (colours) {
    const channels = c as 1 | 3 | 4;
    return {
      count: n,
      height: h,
      width: w,
      channels,
      kind: 'image',
      index: (i, y, x, k) => ((i * h + y) * w + x) * c + k,
    };
  }
  return {
    count: c,
    height: h,
    width: w,
    channels: 1,
    kind: 'channel',
    index: (i, y, x) => (y * w + x) * c + i,
  };
}

export interface GridOptions {
  /** The values that become black and white; the values' own range where it is left out. */
  range?: readonly [number, number];
  /** Pictures shown at most. */
  most?: number;
  columns?: number;
}

/** A grid of pictures with thin lines between them, in grey or, where values go below zero, from blue over white to red. */
export function pictureGrid(values: Values, layout: PictureLayout, options: GridOptions = {}): Pixels {
  const { most = 32 } = options;
  const shown = Math.min(layout.count, most);
  const columns = Math.min(shown, options.columns ?? (shown <= 8 ? shown : Math.ceil(Math.sqrt(shown * 2))));
  const rows = Math.ceil(shown / columns);
  const step = Math.max(1, Math.ceil(Math.max(layout.height * rows, layout.width * columns) / 512));
  const h = Math.ceil(layout.height / step);
  const w = Math.ceil(layout.width / step);
  const [low, high] = options.range ?? rangeOf(values, layout, shown);
  const signed = layout.channels === 1 && low < 0 && high > 0;
  const channels = signed ? 3 : layout.channels;
  const gap = shown > 1 ? 1 : 0;
  const width = columns * (w + gap) - gap;
  const height = rows * (h + gap) - gap;
  const data = new Uint8Array(width * height * channels).fill(gap ? 160 : 0);
  const span = high - low || 1;
  const reach = Math.max(-low, high);
  for (let i = 0; i < shown; i++) {
    const top = Math.floor(i / columns) * (h + gap);
    const left = (i % columns) * (w + gap);
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const to = ((top + y) * width + left + x) * channels;
        if (signed) {
          diverging(values[layout.index(i, y * step, x * step, 0)]! / reach, data, to);
          continue;
        }
        for (let c = 0; c < channels; c++) {
          const value = (values[layout.index(i, y * step, x * step, c)]! - low) / span;
          data[to + c] = Math.round(255 * Math.min(1, Math.max(0, value)));
        }
      }
    }
  }
  return { width, height, channels, data };
}

/** Blue (-1) over white (0) to red (1): apart for every common kind of colour blindness. */
function diverging(value: number, out: Uint8Array, at: number): void {
  const v = Math.min(1, Math.max(-1, Number.isFinite(value) ? value : 0));
  const end = v < 0 ? [0x21, 0x66, 0xac] : [0xb2, 0x18, 0x2b];
  const t = Math.abs(v);
  for (let c = 0; c < 3; c++) out[at + c] = Math.round(255 + (end[c]! - 255) * t);
}

/** [0, 1] and [0, 255] stay as they are, so that a dark image looks dark; other values take their own range. */
function rangeOf(values: Values, layout: PictureLayout, shown: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < shown; i++) {
    for (let y = 0; y < layout.height; y++) {
      for (let x = 0; x < layout.width; x++) {
        for (let c = 0; c < layout.channels; c++) {
          const value = values[layout.index(i, y, x, c)]!;
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
    }
  }
  if (!(low <= high)) return [0, 1];
  if (layout.kind === 'image' && low >= 0 && high <= 1) return [0, 1];
  if (layout.kind === 'image' && low >= 0 && high <= 255 && high > 1) return [0, 255];
  return [low, high];
}
