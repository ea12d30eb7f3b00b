import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { floats } from './floats.ts';
import { nativePadding, padImages, place } from './geometry.ts';
import { Pool2D } from './pool2d.ts';

/**
 * The largest value of each window, per feature map.
 *
 * Input `[batch, H, W, D]`, output `[batch, H', W', D]` with `H' = (H - F + 2P) / S + 1`; no parameters.
 *
 * @example
 * import { MaxPool2D, tf } from 'convbook';
 * const x = tf.tensor4d([1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4], [1, 4, 4, 1]);
 * new MaxPool2D({ size: 2 }).apply(x).reshape([2, 2]).print(); // [[6, 8], [3, 4]]
 */
export class MaxPool2D extends Pool2D {
  readonly kind = 'MaxPool2D';

  override forward(x: Tensor): Tensor {
    const images = floats(x) as Tensor4D;
    const [, height, width] = images.shape;
    const placement = place(height, width, this.geometry, this);
    const native = nativePadding(height, width, this.geometry, placement);
    const padded = native ? images : padImages(images, placement.pads, Number.NEGATIVE_INFINITY);
    return tf.maxPool(padded, [...this.geometry.size], [...this.geometry.stride], native ?? 'valid');
  }
}
