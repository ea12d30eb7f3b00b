// The convolution of every setting, built from the plain ones that all engines can also differentiate: TensorFlow's CPU
// kernels have no grouped gradient, tfjs no groups and no dilated gradient, and both refuse explicit padding backward.

import type { Tensor3D, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { extent, type Geometry, nativePadding, padImages, place } from './geometry.ts';

/** Convolves `[batch, H, W, D]` with a kernel `[FH, FW, D / groups, filters]`. */
export function convolve(
  x: Tensor4D,
  kernel: Tensor4D,
  geometry: Geometry,
  groups: number,
  layer: unknown,
): Tensor4D {
  const channels = x.shape[3];
  const [fh, fw, , filters] = kernel.shape;
  if (groups > 1 && groups === channels) {
    // Filter g * multiplier + m of a group of one channel is that channel's m-th filter.
    const perChannel = tf.reshape(kernel, [fh, fw, channels, filters / channels]) as Tensor4D;
    return convolveDepthwise(x, perChannel, geometry, layer);
  }
  return dilated(x, kernel, geometry, layer, (images, taps, stride, padding) => {
    if (groups === 1) return tf.conv2d(images, taps, stride, padding);
    const inputs = tf.split(images, groups, 3);
    const kernels = tf.split(taps, groups, 3);
    return tf.concat(
      inputs.map((part, g) => tf.conv2d(part as Tensor4D, kernels[g] as Tensor4D, stride, padding)),
      3,
    );
  });
}

/** Convolves each channel of `[batch, H, W, D]` with its own filters: kernel `[FH, FW, D, multiplier]`. */
export function convolveDepthwise(
  x: Tensor4D,
  kernel: Tensor4D,
  geometry: Geometry,
  layer: unknown,
): Tensor4D {
  return dilated(x, kernel, geometry, layer, depthwise);
}

type Plain = (x: Tensor4D, kernel: Tensor4D, stride: [number, number], padding: 'valid' | 'same') => Tensor4D;

/**
 * A dilated convolution through a plain one. With stride 1 the image falls into `dilation` squared interleaved images that
 * never meet: convolved side by side, the work is that of the kernel's taps alone. With a stride the images would meet
 * again, and the kernel gets zeros between its taps instead.
 */
function dilated(x: Tensor4D, kernel: Tensor4D, geometry: Geometry, layer: unknown, plain: Plain): Tensor4D {
  const [dh, dw] = geometry.dilation;
  const apart = (dh > 1 || dw > 1) && geometry.stride.every((s) => s === 1);
  if (!apart) {
    const { input, padding, stride } = border(x, geometry, layer);
    return plain(input, spreadKernel(kernel, geometry.dilation), stride, padding);
  }
  const [, height, width] = x.shape;
  const { pads } = place(height, width, geometry, layer);
  // Rows and columns that make every interleaved image the same size; what comes of them is cut off again.
  const extraRows = missing(height + pads[0][0] + pads[0][1], dh);
  const extraColumns = missing(width + pads[1][0] + pads[1][1], dw);
  const images = tf.spaceToBatchND(
    x,
    [dh, dw],
    [
      [pads[0][0], pads[0][1] + extraRows],
      [pads[1][0], pads[1][1] + extraColumns],
    ],
  );
  const cut = [
    [0, extraRows],
    [0, extraColumns],
  ];
  return tf.batchToSpaceND(plain(images, kernel, [1, 1], 'valid'), [dh, dw], cut);
}

/** How much a length lacks to the next multiple. */
const missing = (length: number, of: number): number => (of - (length % of)) % of;

interface Ready {
  input: Tensor4D;
  padding: 'valid' | 'same';
  stride: [number, number];
}

/** The input with the zeros that the engine can't add by itself, and the padding word and stride for it. */
function border(x: Tensor4D, geometry: Geometry, layer: unknown): Ready {
  const [, height, width] = x.shape;
  const placement = place(height, width, geometry, layer);
  const native = nativePadding(height, width, geometry, placement);
  const input = native ? x : padImages(x, placement.pads);
  const padding = native ?? 'valid';
  const [sh, sw] = geometry.stride;
  if (geometry.size[0] > 1 || geometry.size[1] > 1 || (sh === 1 && sw === 1)) {
    return { input, padding, stride: [sh, sw] };
  }
  // A 1x1 filter with a stride reads every n-th pixel. Picked first, because TensorFlow 2.21's filter gradient of such a
  // convolution writes past its memory where the last rows are left out (oneDNN; 32 wide, stride 2).
  return { input: everyNth(input, sh, sw), padding: 'valid', stride: [1, 1] };
}

/** TensorFlow's depthwise kernel wants equal strides: others keep every stride-th output of stride 1. */
function depthwise(
  x: Tensor4D,
  kernel: Tensor4D,
  [sh, sw]: [number, number],
  padding: 'valid' | 'same',
): Tensor4D {
  if (sh === sw) return tf.depthwiseConv2d(x, kernel, [sh, sw], padding);
  const [fh, fw] = kernel.shape;
  const [, height, width] = x.shape;
  const g: Geometry = { size: [fh, fw], stride: [sh, sw], dilation: [1, 1], padding, rounding: 'floor' };
  const dense = tf.depthwiseConv2d(padImages(x, place(height, width, g, '').pads), kernel, 1, 'valid');
  return everyNth(dense, sh, sw);
}

/** Keeps every n-th row and column, with a gradient (strided slices have none in tfjs). */
export const everyNth = (x: Tensor4D, rows: number, columns: number): Tensor4D =>
  rows === 1 && columns === 1 ? x : tf.avgPool(x, 1, [rows, columns], 'valid');

/** A kernel with `dilation - 1` zeros between its taps: dilated convolution as a plain one. */
export function spreadKernel(kernel: Tensor4D, [dh, dw]: readonly [number, number]): Tensor4D {
  if (dh === 1 && dw === 1) return kernel;
  const [fh, fw, inputs, outputs] = kernel.shape;
  const apart = tf.pad(tf.reshape(kernel, [fh, 1, fw, 1, inputs * outputs]), [
    [0, 0],
    [0, dh - 1],
    [0, 0],
    [0, dw - 1],
    [0, 0],
  ]);
  const joined = tf.reshape(apart, [fh * dh, fw * dw, inputs * outputs]) as Tensor3D;
  const trimmed = tf.slice(joined, [0, 0, 0], [extent(fh, dh), extent(fw, dw), inputs * outputs]);
  return tf.reshape(trimmed, [extent(fh, dh), extent(fw, dw), inputs, outputs]);
}
