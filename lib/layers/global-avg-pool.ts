import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { floats } from './floats.ts';
import { Layer, type Shape } from './layer.ts';
import type { Window } from './receptive-field.ts';
import { imageShape } from './shape.ts';

/**
 * The mean of each whole feature map (Lin et al. 2013, arXiv:1312.4400): `[batch, H, W, D]` to `[batch, D]`. Takes the
 * place of the parameter-rich fully connected layers.
 *
 * @example
 * import { GlobalAvgPool } from 'convbook';
 * console.log(new GlobalAvgPool().outputShape([7, 7, 1024])); // [1024]
 */
export class GlobalAvgPool extends Layer {
  readonly kind = 'GlobalAvgPool';

  override outputShape(inputShape: Shape): Shape {
    return [imageShape(inputShape, this)[2]];
  }

  override window(inputShape: Shape): Window {
    const [height, width] = imageShape(inputShape, this);
    return { size: [height, width], stride: [1, 1] };
  }

  override forward(x: Tensor): Tensor {
    return tf.mean(floats(x), [1, 2]);
  }
}
