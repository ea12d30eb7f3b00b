import type { Tensor } from '../runtime/tf.ts';
import { Layer, type Shape } from './layer.ts';

/**
 * Gives its input back: the shortcut of a residual block whose shapes agree.
 *
 * @example
 * import { Identity } from 'convbook';
 * console.log(new Identity().outputShape([8, 8, 3])); // [8, 8, 3]
 */
export class Identity extends Layer {
  readonly kind = 'Identity';

  override get isView(): boolean {
    return true;
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}
