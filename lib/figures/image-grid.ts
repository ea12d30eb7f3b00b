import { Drawing, requireAlt } from './figure.ts';
import { type ColourMapName, colour, mapColour, rgb, textOn } from './palette.ts';
import { type Bitmap, pngUri } from './png.ts';
import { extent } from './scale.ts';
import { open, text } from './svg.ts';
import { at, textWidth } from './text.ts';
import type { Numbers } from './types.ts';

/** A tensor, told by its shape and how it is read: the figures work with any engine and with none. */
interface TensorLike {
  readonly shape: readonly number[];
  dataSync(): Numbers;
}

/** A frame with a name on an image. */
export interface ImageBox {
  x: number;
  y: number;
  width: number;
  height: number;
  label?: string;
  /** Default the next of the palette. */
  colour?: string;
  /** For what a detector found, beside what is there. */
  dashed?: boolean;
}

export interface ImageGridOptions {
  alt: string;
  title?: string;
  /** `[height, width]` or `[height, width, channels]` of one image; not needed for tensors. */
  shape?: readonly number[];
  /** A short text under each image: `4, not 9`. */
  captions?: readonly string[];
  /** Captions in the colour of mistakes (and with a cross in front), for instance where a classifier was wrong. */
  wrong?: readonly boolean[];
  columns?: number;
  /** How wide one image is drawn, in pixels; default by their number. */
  size?: number;
  /** Values that become the ends of the colours. Default: bytes 0 to 255; else the values' own, around zero where signed. */
  range?: readonly [number, number];
  /** Each image takes its own range: for filters, whose sizes differ. */
  each?: boolean;
  /** For images of one channel. Default `grey`; `diverging` where values go below zero. */
  colours?: ColourMapName;
  /** Boxes on each image, in its pixels; `x`, `y` is the upper left corner. */
  boxes?: readonly (readonly ImageBox[])[];
  /** Images shown at most; default 100. */
  most?: number;
}

/**
 * Images in a grid with captions: digits, filters, feature maps, mistakes.
 *
 * @param images A tensor `[n, h, w]`, `[n, h, w, 1 | 3]` or `[h, w]`; or one array of numbers with `shape`; or one array
 *   for each image with `shape`.
 * @example
 * import { imageGrid } from 'convbook';
 * imageGrid([[0, 1, 1, 0], [1, 0, 0, 1]], { shape: [2, 2], captions: ['a', 'b'], alt: 'Two chess boards' });
 */
export function imageGrid(
  images: TensorLike | Numbers | readonly Numbers[],
  options: ImageGridOptions,
): Drawing {
  const { alt, title = '', captions, wrong } = options;
  requireAlt(alt);
  const { values, count: all, height, width, channels } = imagesOf(images, options.shape);
  const count = Math.min(all, options.most ?? 100);
  if (captions && captions.length < count) {
    throw new TypeError(
      `There are ${captions.length} captions for ${count} images; pass one for each, '' for none.`,
    );
  }
  const columns = Math.max(
    1,
    Math.min(count, options.columns ?? Math.min(10, Math.ceil(Math.sqrt(count * 1.8)))),
  );
  const rows = Math.ceil(count / columns);
  const size = options.size ?? Math.max(36, Math.min(120, Math.floor((640 - 8 * columns) / columns)));
  const drawnHeight = (size * height) / width;
  const font = Math.max(9, Math.min(12, size / 5));
  const told = Array.from({ length: count }, (_, i) =>
    captions?.[i] ? `${wrong?.[i] ? '✗ ' : ''}${captions[i]}` : '',
  );
  const widest = Math.max(0, ...told.map((caption) => textWidth(caption, font)));
  const gap = captions ? Math.max(8, Math.min(28, widest + 10 - size)) : 6;
  const lines = told.map((caption) => wrap(caption, size + gap - 6, font));
  const line = captions ? Math.max(...lines.map((parts) => parts.length)) * (font + 2) + 6 : 6;
  const top = title ? 34 : 6;
  const total = {
    width: Math.max(columns * (size + gap) + gap, 120),
    height: top + rows * (drawnHeight + line) + 6,
  };
  const sprite = spriteOf(values, { count, columns, rows, height, width, channels }, options);
  // One picture for all images: a PNG of its own for each would cost four times the bytes.
  // Small images are enlarged here: some renderers blur what they enlarge themselves.
  const uri = pngUri(enlarged(sprite, width < 24 ? Math.max(1, Math.min(8, Math.round(size / width))) : 1));
  const id = `grid-${count}-${width}x${height}`;
  const cells = Array.from({ length: count }, (_, i) => {
    const left = gap + (i % columns) * (size + gap);
    const y = top + Math.floor(i / columns) * (drawnHeight + line);
    const view = `${(i % columns) * width} ${Math.floor(i / columns) * height} ${width} ${height}`;
    const mark = `text-anchor="middle" font-size="${at(font)}"${wrong?.[i] ? ' fill="#b00020" font-weight="bold"' : ''}`;
    return (
      `<svg x="${at(left)}" y="${at(y)}" width="${at(size)}" height="${at(drawnHeight)}" viewBox="${view}" preserveAspectRatio="none">` +
      `<use href="#${id}"/></svg>` +
      `<rect x="${at(left)}" y="${at(y)}" width="${at(size)}" height="${at(drawnHeight)}" fill="none" stroke="#999" stroke-width="0.7"/>` +
      drawBoxes(options.boxes?.[i] ?? [], left, y, size / width, drawnHeight / height) +
      lines[i]!.map((part, k) =>
        text(left + size / 2, y + drawnHeight + font + 1 + k * (font + 2), part, mark),
      ).join('')
    );
  });
  const unique = `${id}-${uri.length.toString(36)}${uri.slice(-24, -8).replace(/[^a-z0-9]/gi, '')}`;
  const image = `<defs><image id="${id}" width="${sprite.width}" height="${sprite.height}" style="image-rendering:pixelated" href="${uri}"/></defs>`;
  const heading = text(total.width / 2, 22, title, 'text-anchor="middle" font-size="15" font-weight="bold"');
  const body = `${image}${heading}${cells.join('')}`.replaceAll(id, unique);
  return new Drawing(`${open(Math.ceil(total.width), Math.ceil(total.height), alt)}${body}</svg>`, alt);
}

function drawBoxes(boxes: readonly ImageBox[], left: number, top: number, sx: number, sy: number): string {
  return boxes
    .map((box, i) => {
      const own = box.colour ?? colour(i + 1);
      const [x, y, w, h] = [left + box.x * sx, top + box.y * sy, box.width * sx, box.height * sy];
      const dash = box.dashed ? ' stroke-dasharray="5 3"' : '';
      const frame = `<rect x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}" fill="none" stroke="${own}" stroke-width="2"${dash}/>`;
      // The name lies on a ground of its colour: over an image nothing else can be read.
      if (!box.label) return frame;
      const wide = textWidth(box.label, 10) + 6;
      const ground = `<rect x="${at(x)}" y="${at(Math.max(top, y - 13))}" width="${at(wide)}" height="13" fill="${own}"/>`;
      const ink = textOn(rgb(own));
      return (
        frame +
        ground +
        text(x + 3, Math.max(top, y - 13) + 10, box.label, `font-size="10" style="fill:${ink}"`)
      );
    })
    .join('');
}

/** Breaks a caption between words; at most three lines. */
function wrap(caption: string, room: number, font: number): string[] {
  const lines: string[] = [];
  for (const word of caption.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && (lines.length === 3 || textWidth(longer, font) <= room))
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

interface Images {
  values: Numbers;
  count: number;
  height: number;
  width: number;
  channels: 1 | 3;
}

function imagesOf(images: TensorLike | Numbers | readonly Numbers[], given?: readonly number[]): Images {
  let values: Numbers;
  let shape: readonly number[];
  if ('dataSync' in images) {
    values = images.dataSync();
    shape = images.shape.length === 2 ? [1, ...images.shape] : images.shape;
    if (images.shape.length === 3 && given?.length === 3) shape = [1, ...images.shape];
  } else {
    if (!given)
      throw new TypeError('Arrays have no shape of their own: pass { shape: [height, width] } beside them.');
    const size = given.reduce((a, b) => a * b, 1);
    if (typeof images[0] === 'number' || images.length === 0) values = images as Numbers;
    else {
      const odd = (images as readonly Numbers[]).findIndex((image) => image.length !== size);
      if (odd >= 0) {
        throw new TypeError(
          `Image ${odd} has ${(images as readonly Numbers[])[odd]!.length} values; the shape [${given.join(', ')}] takes ${size}.`,
        );
      }
      values = Float32Array.from((images as readonly Numbers[]).flatMap((image) => Array.from(image)));
      if ((images as readonly Numbers[]).every((image) => image instanceof Uint8Array))
        values = Uint8Array.from(Array.from(values));
    }
    if (values.length === 0 || values.length % size !== 0) {
      throw new TypeError(
        `${values.length} values are no whole number of images of shape [${given.join(', ')}], which take ${size} each.`,
      );
    }
    shape = [values.length / size, ...given];
  }
  const [count, height, width, channels = 1] = shape as [number, number, number, number?];
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3) || count === 0) {
    throw new TypeError(
      `The shape [${shape.join(', ')}] reads as no images; expected [n, height, width] or [n, height, width, 1 or 3].`,
    );
  }
  return { values, count, height, width, channels };
}

interface Grid {
  count: number;
  columns: number;
  rows: number;
  height: number;
  width: number;
  channels: 1 | 3;
}

function spriteOf(values: Numbers, grid: Grid, options: ImageGridOptions): Bitmap {
  const { count, columns, rows, height, width, channels } = grid;
  const size = height * width * channels;
  const shown = Array.from({ length: count * size }, (_, i) => values[i]!);
  const bytes = values instanceof Uint8Array || values instanceof Uint8ClampedArray;
  const common = options.range ?? (bytes ? ([0, 255] as const) : (extent(shown) ?? [0, 1]));
  const signed =
    options.colours === 'diverging' ||
    (options.colours === undefined && channels === 1 && common[0] < 0 && common[1] > 0);
  const map = options.colours ?? (signed ? 'diverging' : 'grey');
  const out = channels === 3 || (map !== 'grey' && map !== 'ink') ? 3 : 1;
  const table = Array.from({ length: 257 }, (_, i) => mapColour(map, i / 256)); // odd: zero has its own entry;
  const data = new Uint8Array(columns * width * rows * height * out).fill(255);
  for (let n = 0; n < count; n++) {
    const own = options.each ? (extent(shown.slice(n * size, (n + 1) * size)) ?? common) : common;
    const reach = Math.max(-own[0], own[1]) || 1;
    const [low, high] = signed ? [-reach, reach] : own;
    const part = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low || 1))) || 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = n * size + (y * width + x) * channels;
        const row = Math.floor(n / columns) * height + y;
        const to = (row * columns * width + (n % columns) * width + x) * out;
        if (channels === 3)
          for (let c = 0; c < 3; c++) data[to + c] = Math.round(255 * part(shown[from + c]!));
        else {
          const colour = table[Math.round(256 * part(shown[from]!))]!;
          for (let c = 0; c < out; c++) data[to + c] = colour[c]!;
        }
      }
    }
  }
  return { width: columns * width, height: rows * height, channels: out, data };
}

function enlarged(bitmap: Bitmap, factor: number): Bitmap {
  if (factor === 1) return bitmap;
  const { width, height, channels } = bitmap;
  const data = new Uint8Array(width * height * channels * factor * factor);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      for (let c = 0; c < channels; c++)
        data[(y * width * factor + x) * channels + c] = bitmap.data[from + c]!;
    }
  }
  return { width: width * factor, height: height * factor, channels, data };
}
