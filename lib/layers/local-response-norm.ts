import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Layer, type LayerOptions, type Shape } from './layer.ts';
import { checkCount, imageShape } from './shape.ts';

export interface LocalResponseNormOptions extends LayerOptions {
  /** Neighbouring maps in the sum, n; odd. Default 5. */
  size?: number;
  /** Default 2. */
  k?: number;
  /** Default 1e-4. Caffe and PyTorch divide it by n: give them 5e-4 for the same result. */
  alpha?: number;
  /** Default 0.75. */
  beta?: number;
}

/**
 * Local response normalisation across maps (Krizhevsky et al. 2012): `b_i = a_i / (k + alpha * sum_j a_j^2)^beta`, the
 * sum over the `n` maps around map i. Shapes stay; no parameters.
 *
 * @example
 * import { LocalResponseNorm, tf } from 'convbook';
 * const y = new LocalResponseNorm({ k: 1, alpha: 1, beta: 1 }).apply(tf.tensor4d([1, 1], [1, 1, 1, 2]));
 * y.print(); // [0.333, 0.333]
 */
export class LocalResponseNorm extends Layer {
  readonly kind = 'LocalResponseNorm';
  readonly size: number;
  readonly k: number;
  readonly alpha: number;
  readonly beta: number;

  constructor({ size = 5, k = 2, alpha = 1e-4, beta = 0.75, ...options }: LocalResponseNormOptions = {}) {
    super(options);
    this.size = checkCount(size, 'LocalResponseNorm: size');
    if (size % 2 === 0) throw new RangeError(`LocalResponseNorm: size must be odd; it is ${size}.`);
    this.k = k;
    this.alpha = alpha;
    this.beta = beta;
  }

  override outputShape(inputShape: Shape): Shape {
    imageShape(inputShape, this);
    return inputShape;
  }

  override forward(x: Tensor): Tensor {
    return tf.localResponseNormalization(x as Tensor4D, (this.size - 1) / 2, this.k, this.alpha, this.beta);
  }

  override toString(): string {
    return `LocalResponseNorm(n ${this.size}, k ${this.k}, alpha ${this.alpha}, beta ${this.beta})`;
  }
}
