import { crc32, deflateSync } from 'node:zlib';

/** Pixels row by row: 1 (grey), 3 (RGB) or 4 (RGBA) bytes each. */
export interface Pixels {
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOUR_TYPE = { 1: 0, 3: 2, 4: 6 } as const;

/** A PNG file (8 bits a channel, no filters). Written here because loading an image library costs the kernel's start 25 ms. */
export function encodePng({ width, height, channels, data }: Pixels): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, COLOUR_TYPE[channels], 0, 0, 0], 8);
  const row = width * channels;
  const lines = new Uint8Array((row + 1) * height); // each line starts with its filter, 0: none
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** A PNG file in base64, as `image/png` wants it. */
export function pngBase64(pixels: Pixels): string {
  return Buffer.from(encodePng(pixels)).toString('base64');
}

/** The same picture with each pixel drawn as a square of `factor` pixels: browsers blur what they enlarge themselves. */
export function enlarge(pixels: Pixels, factor: number): Pixels {
  if (factor <= 1) return pixels;
  const { width, height, channels, data } = pixels;
  const row = width * factor * channels;
  const out = new Uint8Array(row * height * factor);
  for (let y = 0; y < height; y++) {
    const start = y * factor * row;
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < factor; k++) {
        for (let c = 0; c < channels; c++) {
          out[start + (x * factor + k) * channels + c] = data[(y * width + x) * channels + c]!;
        }
      }
    }
    for (let k = 1; k < factor; k++) out.copyWithin(start + k * row, start, start + row);
  }
  return { width: width * factor, height: height * factor, channels, data: out };
}

/** Every n-th pixel, so that no side is longer than `most`. */
export function shrink(pixels: Pixels, most: number): Pixels {
  const step = Math.ceil(Math.max(pixels.width, pixels.height) / most);
  if (step <= 1) return pixels;
  const { channels, data } = pixels;
  const width = Math.ceil(pixels.width / step);
  const height = Math.ceil(pixels.height / step);
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        out[(y * width + x) * channels + c] = data[(y * step * pixels.width + x * step) * channels + c]!;
      }
    }
  }
  return { width, height, channels, data: out };
}
