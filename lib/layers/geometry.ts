// Where a window lands on an image: the one place that knows padding, stride, dilation and the output size, for
// convolutions and pooling alike.

import type { Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { Window } from './receptive-field.ts';
import { checkCount, ShapeError } from './shape.ts';

/** One number for both directions, or `[vertical, horizontal]`. */
export type Pair = number | readonly [vertical: number, horizontal: number];

/**
 * - `'valid'`: no padding;
 * - `'same'`: output size `ceil(N / S)`, an odd leftover goes to the bottom and right (TensorFlow's rule);
 * - a number `P`, or `[vertical, horizontal]`: that many zeros on each side;
 * - `[[top, bottom], [left, right]]`: each side by itself.
 */
export type Padding =
  | 'valid'
  | 'same'
  | Pair
  | readonly [readonly [number, number], readonly [number, number]];

/** What to do where `(N - F + 2P) / S + 1` is not whole: an error, leave out the last rows, or pad for one more. */
export type Rounding = 'exact' | 'floor' | 'ceil';

/** A window's settings, both directions written out. */
export interface Geometry {
  size: readonly [number, number];
  stride: readonly [number, number];
  dilation: readonly [number, number];
  padding: Padding;
  rounding: Rounding;
}

/** Where the window lies on one image size: output size and zeros on each side. */
export interface Placement {
  output: readonly [number, number];
  pads: readonly [readonly [number, number], readonly [number, number]];
}

/** Checks and writes out a pair option of a layer. */
export function pair(value: Pair, what: string, least = 1): readonly [number, number] {
  const both = typeof value === 'number' ? [value, value] : value;
  if (!Array.isArray(both) || both.length !== 2) {
    throw new TypeError(
      `${what} must be a number or [vertical, horizontal]; it is ${JSON.stringify(value)}.`,
    );
  }
  return [checkCount(both[0], what, least), checkCount(both[1], what, least)];
}

/** Checks a padding option; an unknown word or a wrong nesting gives a sentence. */
export function checkPadding(padding: Padding, layer: string): Padding {
  if (padding === 'valid' || padding === 'same') return padding;
  const fine = (n: unknown): n is number => typeof n === 'number' && Number.isInteger(n) && n >= 0;
  if (fine(padding)) return padding;
  const sides: unknown = padding;
  if (Array.isArray(sides) && sides.length === 2) {
    if (sides.every(fine)) return padding;
    if (sides.every((side) => Array.isArray(side) && side.length === 2 && side.every(fine))) return padding;
  }
  throw new TypeError(
    `${layer}: unknown padding ${JSON.stringify(padding)}. It may be 'valid', 'same', a whole number, ` +
      '[vertical, horizontal] or [[top, bottom], [left, right]].',
  );
}

/** The window that a filter of this geometry sees, its holes included. */
export const windowOf = ({ size, stride, dilation }: Geometry): Window => ({
  size: [extent(size[0], dilation[0]), extent(size[1], dilation[1])],
  stride,
});

/** Size of a window with its holes: `(F - 1) * dilation + 1`. */
export const extent = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** The output size and zeros per side at an image size. Throws a sentence where the window does not fit. */
export function place(height: number, width: number, geometry: Geometry, layer: unknown): Placement {
  const rows = placeAlong(0, height, geometry, layer);
  const columns = placeAlong(1, width, geometry, layer);
  return { output: [rows.output, columns.output], pads: [rows.pads, columns.pads] };
}

function placeAlong(
  d: 0 | 1,
  n: number,
  g: Geometry,
  layer: unknown,
): { output: number; pads: readonly [number, number] } {
  const f = extent(g.size[d], g.dilation[d]);
  const s = g.stride[d];
  if (g.padding === 'same') {
    const output = Math.ceil(n / s);
    const total = Math.max((output - 1) * s + f - n, 0);
    return { output, pads: [Math.floor(total / 2), Math.ceil(total / 2)] };
  }
  const [before, after] = sides(g.padding, d);
  const room = n - f + before + after;
  const along = d === 0 ? 'height' : 'width';
  if (room < 0) {
    throw new ShapeError(
      `${layer}: a window of ${f} is larger than the ${along} ${n}${before + after ? ` with ${before} + ${after} of padding` : ''}. ` +
        "Use a smaller kernelSize, or padding: 'same'.",
    );
  }
  if (room % s === 0) return { output: room / s + 1, pads: [before, after] };
  if (g.rounding === 'floor') return { output: Math.floor(room / s) + 1, pads: [before, after] };
  if (g.rounding === 'ceil') {
    const output = Math.ceil(room / s) + 1;
    // A last window that would start in the padding after the image sees nothing: it is left out.
    if ((output - 1) * s < n + before) return { output, pads: [before, after + (output - 1) * s - room] };
    return { output: output - 1, pads: [before, after] };
  }
  const padText = before === after ? `2*${before}` : `${before} + ${after}`;
  throw new ShapeError(
    `${layer}: the ${along} does not come out whole: (N - F + 2P) / S + 1 = (${n} - ${f} + ${padText}) / ${s} + 1 = ` +
      `${(room / s + 1).toFixed(2)}. Change stride, padding or kernelSize, use padding: 'same', ` +
      "or say rounding: 'floor' to leave out the last rows.",
  );
}

function sides(padding: Exclude<Padding, 'same'>, d: 0 | 1): readonly [number, number] {
  if (padding === 'valid') return [0, 0];
  if (typeof padding === 'number') return [padding, padding];
  const side = padding[d];
  return typeof side === 'number' ? [side, side] : side;
}

/** The padding word that TensorFlow's kernels know for a placement, or undefined where zeros must be added by hand. */
export function nativePadding(
  height: number,
  width: number,
  geometry: Geometry,
  placement: Placement,
): 'valid' | 'same' | undefined {
  const { pads, output } = placement;
  if (pads.flat().every((p) => p === 0)) return 'valid';
  const same = place(height, width, { ...geometry, padding: 'same' }, '');
  return same.output.join() === output.join() && same.pads.join() === pads.join() ? 'same' : undefined;
}

/** Adds a placement's border to a batch of images. */
export function padImages(x: Tensor4D, pads: Placement['pads'], value = 0): Tensor4D {
  const border: [number, number][] = [[0, 0], [...pads[0]], [...pads[1]], [0, 0]];
  return tf.pad(x, border, value);
}

/** `3x3`, or `5` options like `, stride 2, same` for `toString`. */
export function describeWindow(g: Geometry): string {
  const both = (p: readonly [number, number]) => (p[0] === p[1] ? `${p[0]}` : `${p[0]}x${p[1]}`);
  return [
    `${g.size[0]}x${g.size[1]}`,
    ...(g.stride.some((s) => s !== 1) ? [`stride ${both(g.stride)}`] : []),
    ...(g.padding === 'valid' || g.padding === 0
      ? []
      : [typeof g.padding === 'string' ? g.padding : `pad ${JSON.stringify(g.padding)}`]),
    ...(g.dilation.some((d) => d !== 1) ? [`dilation ${both(g.dilation)}`] : []),
  ].join(', ');
}
