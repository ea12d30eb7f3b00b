import { type PictureInput, picture } from './image.ts';

export interface HogOptions {
  /** Pixels along a cell's side; default 8. */
  cell?: number;
  /** Cells along a block's side; blocks overlap by all but one cell; default 2. */
  block?: number;
  /** Orientations from 0 to 180 degrees; default 9. */
  bins?: number;
}

export interface Hog {
  /** `[blockRows, blockColumns, block, block, bins]`, flattened: what a classifier takes. */
  descriptor: Float32Array;
  shape: readonly [number, number, number, number, number];
  /** The cells before normalisation, `[rows, columns, bins]`: what a figure shows. */
  cells: Float32Array;
  cellShape: readonly [number, number, number];
}

/**
 * Histograms of oriented gradients (Dalal and Triggs 2005): gradients by [-1, 0, 1], per pixel of the channel with
 * the largest one; their orientations without sign, weighted by magnitude and shared between the two nearest bins; in cells, whose blocks
 * are normalised by L2-Hys (L2, cut at 0.2, L2 again).
 *
 * The descriptor has (rows - block + 1) * (columns - block + 1) * block^2 * bins numbers, with floor(height / cell) rows.
 *
 * @example
 * import { hog } from 'convbook';
 * const picture = { data: new Float32Array(128 * 64), height: 128, width: 64, channels: 1 };
 * console.log(hog(picture).descriptor.length); // 3780, as in the paper
 */
export function hog(input: PictureInput, { cell = 8, block = 2, bins = 9 }: HogOptions = {}): Hog {
  for (const [name, value] of Object.entries({ cell, block, bins })) {
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`hog: ${name} is ${value}; expected a whole number of at least 1.`);
  }
  const { data, height, width, channels } = picture(input);
  const rows = Math.floor(height / cell);
  const columns = Math.floor(width / cell);
  if (rows < block || columns < block) {
    throw new Error(
      `hog: a picture of ${height} x ${width} has ${rows} x ${columns} cells of ${cell} pixels; a block takes ${block} x ${block}.`,
    );
  }
  const cells = new Float32Array(rows * columns * bins);
  for (let y = 0; y < rows * cell; y++) {
    for (let x = 0; x < columns * cell; x++) {
      let [gx, gy, most] = [0, 0, -1];
      for (let c = 0; c < channels; c++) {
        const at = (yy: number, xx: number) => data[(yy * width + xx) * channels + c]!;
        const dx = at(y, Math.min(width - 1, x + 1)) - at(y, Math.max(0, x - 1));
        const dy = at(Math.min(height - 1, y + 1), x) - at(Math.max(0, y - 1), x);
        const size = dx * dx + dy * dy;
        if (size > most) [gx, gy, most] = [dx, dy, size];
      }
      if (most <= 0) continue;
      let angle = Math.atan2(gy, gx) / Math.PI; // in half turns
      if (angle < 0) angle += 1;
      // Bin centres lie at (b + 1/2) / bins of a half turn; the vote is shared linearly.
      const place = angle * bins - 0.5;
      const low = Math.floor(place);
      const share = place - low;
      const from = (Math.floor(y / cell) * columns + Math.floor(x / cell)) * bins;
      const magnitude = Math.sqrt(most);
      cells[from + ((low + bins) % bins)]! += magnitude * (1 - share);
      cells[from + ((low + 1) % bins)]! += magnitude * share;
    }
  }
  const blockRows = rows - block + 1;
  const blockColumns = columns - block + 1;
  const size = block * block * bins;
  const descriptor = new Float32Array(blockRows * blockColumns * size);
  for (let by = 0; by < blockRows; by++) {
    for (let bx = 0; bx < blockColumns; bx++) {
      const part = descriptor.subarray((by * blockColumns + bx) * size, (by * blockColumns + bx + 1) * size);
      for (let cy = 0; cy < block; cy++) {
        const from = ((by + cy) * columns + bx) * bins;
        part.set(cells.subarray(from, from + block * bins), cy * block * bins);
      }
      normalize(part);
      for (let i = 0; i < size; i++) part[i] = Math.min(0.2, part[i]!);
      normalize(part);
    }
  }
  return {
    descriptor,
    shape: [blockRows, blockColumns, block, block, bins],
    cells,
    cellShape: [rows, columns, bins],
  };
}

function normalize(values: Float32Array): void {
  const norm = Math.sqrt(values.reduce((a, v) => a + v * v, 1e-10));
  for (let i = 0; i < values.length; i++) values[i]! /= norm;
}
