import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Layer, type Shape } from './layer.ts';
import type { Window } from './receptive-field.ts';
import { sizeOf } from './shape.ts';

/**
 * One row of numbers per example: `[batch, H, W, D]` to `[batch, H * W * D]`, row by row, channels last.
 *
 * @example
 * import { Flatten } from 'convbook';
 * console.log(new Flatten().outputShape([7, 7, 512])); // [25088]
 */
export class Flatten extends Layer {
  readonly kind = 'Flatten';

  override get isView(): boolean {
    return true;
  }

  override outputShape(inputShape: Shape): Shape {
    return [sizeOf(inputShape)];
  }

  /** The dense layer behind it reads all positions at once. */
  override window(inputShape: Shape): Window | undefined {
    const [height, width] = inputShape;
    return inputShape.length === 3 ? { size: [height ?? 1, width ?? 1], stride: [1, 1] } : undefined;
  }

  override forward(x: Tensor): Tensor {
    return tf.reshape(x, [x.shape[0] ?? -1, sizeOf(x.shape.slice(1))]);
  }
}
