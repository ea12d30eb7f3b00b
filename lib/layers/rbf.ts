import type { Tensor, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Layer, type LayerOptions, type Shape, type WeightSpec } from './layer.ts';
import { flatShape, ShapeError } from './shape.ts';

/**
 * Euclidean radial basis function output (LeCun et al. 1998, the output layer of LeNet-5): unit i has a fixed prototype
 * `p_i` and gives `-|x - p_i|^2`, so that the nearest prototype has the highest score, and softmax cross-entropy on the
 * scores is the paper's equation 9 without its rubbish class.
 *
 * `[features]` to `[prototypes.length]`. The prototypes are a weight that training leaves alone.
 *
 * @example
 * import { RBF, tf } from 'convbook';
 * new RBF({ prototypes: [[0, 0], [1, 1]] }).apply(tf.tensor2d([[1, 0.5]])).print(); // [[-1.25, -0.25]]
 */
export class RBF extends Layer {
  readonly kind = 'RBF';
  readonly prototypes: readonly (readonly number[])[];

  constructor({ prototypes, ...options }: LayerOptions & { prototypes: readonly (readonly number[])[] }) {
    super(options);
    const size = prototypes[0]?.length;
    if (!size || prototypes.some((p) => p.length !== size)) {
      throw new TypeError('RBF: prototypes must be a list of at least one, all of the same length.');
    }
    this.prototypes = prototypes;
  }

  override outputShape(inputShape: Shape): Shape {
    const features = flatShape(inputShape, this);
    const size = this.prototypes[0]?.length;
    if (features !== size)
      throw new ShapeError(`${this}: the prototypes have ${size} numbers and the input has ${features}.`);
    return [this.prototypes.length];
  }

  override weightSpecs(): WeightSpec[] {
    const values = this.prototypes.map((p) => [...p]);
    const shape = [values.length, values[0]?.length ?? 0];
    return [
      {
        name: 'prototypes',
        shape,
        fanIn: 1,
        fanOut: 1,
        trainable: false,
        initializer: () => tf.tensor2d(values),
      },
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    return flatShape(inputShape, this) * this.prototypes.length;
  }

  override forward(x: Tensor): Tensor {
    const away = tf.sub(tf.expandDims(x as Tensor2D, 1), tf.expandDims(this.weight('prototypes'), 0));
    return tf.neg(tf.sum(tf.square(away), 2));
  }

  override toString(): string {
    return `RBF(${this.prototypes.length})`;
  }
}
