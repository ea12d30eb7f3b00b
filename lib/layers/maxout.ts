import { type InitializerName, initializer } from '../initializers/names.ts';
import type { Tensor, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { floats } from './floats.ts';
import { type Initializer, Layer, type LayerOptions, type Shape, type WeightSpec } from './layer.ts';
import { checkCount, ShapeError, showShape, sizeOf } from './shape.ts';

export interface MaxoutOptions extends LayerOptions {
  /** Number of outputs. */
  units: number;
  /** Linear functions per output; default 2. */
  pieces?: number;
  kernelInitializer?: InitializerName | Initializer;
}

/**
 * Maxout (Goodfellow et al. 2013, arXiv:1302.4389): `max(w_1 x + b_1, ..., w_k x + b_k)` per unit. On images it works at
 * each position, like a 1x1 convolution.
 *
 * `[..., D]` to `[..., units]`; `kernel` is `[D, units * pieces]`, a unit's pieces side by side.
 *
 * @example
 * import { Maxout } from 'convbook';
 * const layer = new Maxout({ units: 240, pieces: 5 });
 * console.log(layer.weightSpecs([784])[0].shape); // [784, 1200]
 */
export class Maxout extends Layer {
  readonly kind = 'Maxout';
  readonly units: number;
  readonly pieces: number;
  private readonly kernelInitializer: Initializer;

  constructor({ units, pieces = 2, kernelInitializer = 'xavier-normal', ...options }: MaxoutOptions) {
    super(options);
    this.units = checkCount(units, 'Maxout: units');
    this.pieces = checkCount(pieces, 'Maxout: pieces', 2);
    this.kernelInitializer = initializer(kernelInitializer);
  }

  override outputShape(inputShape: Shape): Shape {
    this.features(inputShape);
    return [...inputShape.slice(0, -1), this.units];
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const features = this.features(inputShape);
    const outputs = this.units * this.pieces;
    const fans = { fanIn: features, fanOut: this.units, trainable: true };
    return [
      { ...fans, name: 'kernel', shape: [features, outputs], initializer: this.kernelInitializer },
      { ...fans, name: 'bias', shape: [outputs], initializer: initializer('zeros'), bias: true },
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    return sizeOf(inputShape) * this.units * this.pieces;
  }

  override forward(x: Tensor): Tensor {
    const features = x.shape.at(-1) ?? 1;
    const rows = tf.reshape(floats(x), [-1, features]) as Tensor2D;
    const all = tf.add(tf.matMul(rows, this.weight('kernel') as Tensor2D), this.weight('bias'));
    const best = tf.max(tf.reshape(all, [-1, this.units, this.pieces]), 2);
    return tf.reshape(best, [...x.shape.slice(0, -1), this.units]);
  }

  override toString(): string {
    return `Maxout(${this.units}, pieces ${this.pieces})`;
  }

  private features(inputShape: Shape): number {
    const features = inputShape.at(-1);
    if (!features)
      throw new ShapeError(
        `${this} needs at least one dimension of features and got ${showShape(inputShape)}.`,
      );
    return features;
  }
}
