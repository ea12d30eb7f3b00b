import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type CallContext, Layer, type LayerOptions, type Shape } from './layer.ts';

/**
 * Dropout (Srivastava et al. 2014): in training, every value is set to 0 with probability `rate` and the others are
 * divided by `1 - rate`, so that the expectation stays; in inference nothing happens. Shapes stay, no parameters.
 *
 * @example
 * import { Dropout, tf } from 'convbook';
 * const y = new Dropout(0.5).apply(tf.ones([1, 6]), { training: true });
 * y.print(); // zeros and twos
 */
export class Dropout extends Layer {
  readonly kind = 'Dropout';
  readonly rate: number;
  readonly seed: number;
  private step = 0;

  constructor(rate = 0.5, { seed = 0, ...options }: LayerOptions & { seed?: number } = {}) {
    super(options);
    if (!(rate >= 0 && rate < 1))
      throw new RangeError(`Dropout: rate must be at least 0 and below 1; it is ${rate}.`);
    this.rate = rate;
    this.seed = seed;
  }

  override get isView(): boolean {
    return true;
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override forward(x: Tensor, { training }: CallContext): Tensor {
    if (!training || this.rate === 0) return x;
    const draw = tf.randomUniform(x.shape, 0, 1, 'float32', `${this.seed}/${this.step++}`);
    return tf.mul(tf.mul(x, tf.cast(tf.greaterEqual(draw, this.rate), 'float32')), 1 / (1 - this.rate));
  }

  override toString(): string {
    return `Dropout(${this.rate})`;
  }
}
