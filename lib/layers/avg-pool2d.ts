import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { floats } from './floats.ts';
import { type Geometry, type Placement, padImages, place } from './geometry.ts';
import { Pool2D, type Pool2DOptions } from './pool2d.ts';

export interface AvgPool2DOptions extends Pool2DOptions {
  /** Count explicit padding's zeros in the average (Caffe and PyTorch do); default false: the mean of real pixels. */
  countPadding?: boolean;
}

/**
 * The mean of each window, per feature map.
 *
 * Input `[batch, H, W, D]`, output `[batch, H', W', D]` with `H' = (H - F + 2P) / S + 1`; no parameters.
 *
 * @example
 * import { AvgPool2D, tf } from 'convbook';
 * const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
 * new AvgPool2D({ size: 2 }).apply(x).print(); // 2.5
 */
export class AvgPool2D extends Pool2D {
  readonly kind = 'AvgPool2D';
  readonly countPadding: boolean;

  constructor({ countPadding = false, ...options }: AvgPool2DOptions = {}) {
    super(options);
    this.countPadding = countPadding;
  }

  override forward(x: Tensor): Tensor {
    const images = floats(x) as Tensor4D;
    const [, height, width] = images.shape;
    const placement = place(height, width, this.geometry, this);
    const average = (t: Tensor4D) =>
      tf.avgPool(t, [...this.geometry.size], [...this.geometry.stride], 'valid');
    if (placement.pads.flat().every((p) => p === 0)) return average(images);
    // Not by the engine's 'same': the gradient of tfjs' JavaScript kernel divides by the whole window at the border.
    const withZeros = average(padImages(images, placement.pads));
    if (this.countPadding) return withZeros;
    return tf.mul(withZeros, correction(height, width, this.geometry, placement));
  }
}

/** Window size over real pixels, per output position: turns a mean with zeros into one of real pixels. */
function correction(height: number, width: number, g: Geometry, { output, pads }: Placement): Tensor4D {
  const [oh, ow] = output;
  const real = (n: number, i: number, d: 0 | 1) => {
    const start = i * g.stride[d] - pads[d][0];
    return Math.min(start + g.size[d], n) - Math.max(start, 0);
  };
  const values = Array.from({ length: oh * ow }, (_, k) => {
    const pixels = real(height, Math.floor(k / ow), 0) * real(width, k % ow, 1);
    return (g.size[0] * g.size[1]) / pixels;
  });
  return tf.tensor4d(values, [1, oh, ow, 1]);
}
