import { ones, zeros } from '../initializers/constant.ts';
import { type InitializerName, initializer } from '../initializers/names.ts';
import { batchNormTraining } from '../runtime/ops/batch-norm.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { floats } from './floats.ts';
import {
  type CallContext,
  type Initializer,
  Layer,
  type LayerOptions,
  type Shape,
  type WeightSpec,
} from './layer.ts';
import { ShapeError, showShape } from './shape.ts';

export interface BatchNormOptions extends LayerOptions {
  /** Share of the old moving statistics that a training step keeps; default 0.9. */
  momentum?: number;
  /** Added to the variance; default 1e-5. */
  epsilon?: number;
  /** Learn the scale gamma; default true. */
  scale?: boolean;
  /** Learn the offset beta; default true. */
  center?: boolean;
  /** First value of the scale; default 1. */
  gammaInitializer?: InitializerName | Initializer;
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167): `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`
 * per channel, the last dimension.
 *
 * In training, mean and (biased) variance are the batch's, over all positions, and the moving statistics follow:
 * `moving = momentum * moving + (1 - momentum) * batch`. In inference the moving statistics are used. Shapes stay; 2
 * trainable and 2 other numbers per channel.
 *
 * @example
 * import { BatchNorm, tf } from 'convbook';
 * const layer = new BatchNorm();
 * layer.apply(tf.tensor2d([[0], [10]]), { training: true }).print(); // [[-1], [1]]
 */
export class BatchNorm extends Layer {
  readonly kind = 'BatchNorm';
  readonly momentum: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
  private readonly gammaInitializer: Initializer;

  constructor({
    momentum = 0.9,
    epsilon = 1e-5,
    scale = true,
    center = true,
    gammaInitializer = 'ones',
    ...options
  }: BatchNormOptions = {}) {
    super(options);
    if (!(momentum >= 0 && momentum < 1)) {
      throw new RangeError(`BatchNorm: momentum must be at least 0 and below 1; it is ${momentum}.`);
    }
    if (!(epsilon > 0)) throw new RangeError(`BatchNorm: epsilon must be above 0; it is ${epsilon}.`);
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.scale = scale;
    this.center = center;
    this.gammaInitializer = initializer(gammaInitializer);
  }

  override outputShape(inputShape: Shape): Shape {
    this.channels(inputShape);
    return inputShape;
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const spec = { shape: [this.channels(inputShape)], fanIn: 1, fanOut: 1 };
    return [
      ...(this.scale
        ? [{ ...spec, name: 'gamma', trainable: true, initializer: this.gammaInitializer }]
        : []),
      ...(this.center ? [{ ...spec, name: 'beta', trainable: true, initializer: zeros(), bias: true }] : []),
      { ...spec, name: 'movingMean', trainable: false, initializer: zeros() },
      { ...spec, name: 'movingVariance', trainable: false, initializer: ones() },
    ];
  }

  override forward(input: Tensor, { training }: CallContext): Tensor {
    const x = floats(input);
    const gamma = this.scale ? this.weight('gamma') : undefined;
    const beta = this.center ? this.weight('beta') : undefined;
    const movingMean = this.weight('movingMean');
    const movingVariance = this.weight('movingVariance');
    if (!training) return tf.batchNorm(x, movingMean, movingVariance, beta, gamma, this.epsilon);
    const ones = gamma ?? tf.ones([x.shape.at(-1)!]);
    const { y, mean, variance } = batchNormTraining(x, ones, beta ?? tf.zerosLike(ones), this.epsilon);
    const follow = (moving: typeof movingMean, batch: Tensor) =>
      moving.assign(tf.add(tf.mul(moving, this.momentum), tf.mul(batch, 1 - this.momentum)));
    follow(movingMean, mean);
    follow(movingVariance, variance);
    return y;
  }

  override toString(): string {
    const off = [...(this.scale ? [] : ['no scale']), ...(this.center ? [] : ['no offset'])];
    return `BatchNorm(${[`momentum ${this.momentum}`, ...off].join(', ')})`;
  }

  private channels(inputShape: Shape): number {
    const channels = inputShape.at(-1);
    if (!channels)
      throw new ShapeError(
        `${this} needs at least one dimension of channels and got ${showShape(inputShape)}.`,
      );
    return channels;
  }
}
