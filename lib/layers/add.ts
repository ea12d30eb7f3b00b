import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Branches } from './branches.ts';
import type { Shape } from './layer.ts';

/**
 * Branches on one input, their outputs added. With an `Identity` branch it is a residual connection, `F(x) + x`.
 *
 * @example
 * import { Add, Dense, Identity } from 'convbook';
 * console.log(new Add([new Identity(), new Dense({ units: 8 })]).outputShape([8])); // [8]
 */
export class Add extends Branches {
  readonly kind: string = 'Add';

  protected override joinShapes(shapes: readonly Shape[]): Shape {
    const [first = []] = shapes;
    if (shapes.some((s) => s.join() !== first.join())) throw this.mismatch(shapes, 'must have one shape');
    return first;
  }

  protected override join(outputs: Tensor[]): Tensor {
    return outputs.reduce((sum, y) => tf.add(sum, y));
  }
}
