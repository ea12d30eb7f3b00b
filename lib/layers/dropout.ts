import { RandomStream } from '../runtime/random.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type CallContext, hashSeed, Layer, type LayerOptions, type Shape } from './layer.ts';

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
  private readonly ownSeed: number | undefined;
  private random: RandomStream;

  /** Without a seed of its own the layer takes one from `build`, another for each layer of a model. */
  constructor(rate = 0.5, { seed, ...options }: LayerOptions & { seed?: number } = {}) {
    super(options);
    if (!(rate >= 0 && rate < 1))
      throw new RangeError(`Dropout: rate must be at least 0 and below 1; it is ${rate}.`);
    this.rate = rate;
    this.ownSeed = seed;
    this.random = new RandomStream(seed ?? 0);
  }

  protected override buildChildren(_inputShape: Shape, seed: number): void {
    if (this.ownSeed !== undefined) return;
    this.random.dispose();
    this.random = new RandomStream(hashSeed(seed, 0));
  }

  override get isView(): boolean {
    return true;
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override forward(x: Tensor, { training }: CallContext): Tensor {
    if (!training || this.rate === 0) return x;
    return tf.mul(x, this.random.dropoutMask(x.shape, this.rate));
  }

  override dispose(): void {
    super.dispose();
    this.random.dispose();
  }

  override toString(): string {
    return `Dropout(${this.rate})`;
  }
}
