import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Branches } from './branches.ts';
import type { Shape } from './layer.ts';

/**
 * Branches on one input, their outputs joined depth-wise: `[H, W, D1]`, `[H, W, D2]`, ... to `[H, W, D1 + D2 + ...]`
 * (Inception, skip connections of U-Net with an `Identity` branch).
 *
 * @example
 * import { Concat, Conv2D, MaxPool2D } from 'convbook';
 * const block = new Concat([
 *   new Conv2D({ filters: 128, kernelSize: 1 }),
 *   new Conv2D({ filters: 192, kernelSize: 3, padding: 1 }),
 *   new MaxPool2D({ size: 3, stride: 1, padding: 1 }),
 * ]);
 * console.log(block.outputShape([28, 28, 256])); // [28, 28, 576]
 */
export class Concat extends Branches {
  readonly kind: string = 'Concat';

  protected override joinShapes(shapes: readonly Shape[]): Shape {
    const [first = []] = shapes;
    const front = first.slice(0, -1);
    if (shapes.some((s) => s.slice(0, -1).join() !== front.join())) {
      throw this.mismatch(shapes, 'must agree in all but the last dimension');
    }
    return [...front, shapes.reduce((sum, s) => sum + (s.at(-1) ?? 0), 0)];
  }

  protected override join(outputs: Tensor[]): Tensor {
    return tf.concat(outputs, -1);
  }
}
