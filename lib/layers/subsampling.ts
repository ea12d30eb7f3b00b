import { constant, zeros } from '../initializers/constant.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Activation, activation, activationName } from './activations.ts';
import type { Shape, WeightSpec } from './layer.ts';
import { Pool2D, type Pool2DOptions } from './pool2d.ts';
import { imageShape, sizeOf } from './shape.ts';

export interface SubsamplingOptions extends Omit<Pool2DOptions, 'padding' | 'rounding'> {
  /** Default `'lecun-tanh'`. */
  activation?: Activation;
}

/**
 * LeNet-5's trainable subsampling (LeCun et al. 1998, layers S2 and S4): `y = f(w * sum of the window + b)`, one `w` and
 * one `b` per map. `[H, W, D]` to `[H / 2, W / 2, D]`, 2 parameters per map.
 *
 * @example
 * import { Subsampling } from 'convbook';
 * const s2 = new Subsampling();
 * console.log(s2.connections([28, 28, 6])); // 5880
 */
export class Subsampling extends Pool2D {
  readonly kind = 'Subsampling';
  private readonly activationOption: Activation;
  private readonly activate: (x: Tensor) => Tensor;

  constructor({ activation: option = 'lecun-tanh', ...options }: SubsamplingOptions = {}) {
    super({ ...options, rounding: 'exact' });
    this.activationOption = option;
    this.activate = activation(option);
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [, , channels] = imageShape(inputShape, this);
    const [fh, fw] = this.geometry.size;
    const spec = { shape: [channels], fanIn: fh * fw, fanOut: 1, trainable: true };
    return [
      // Starts as the mean.
      { ...spec, name: 'scale', initializer: constant(1 / (fh * fw)) },
      { ...spec, name: 'bias', initializer: zeros(), bias: true },
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    return sizeOf(this.outputShape(inputShape));
  }

  override connections(inputShape: Shape): number {
    const [fh, fw] = this.geometry.size;
    return sizeOf(this.outputShape(inputShape)) * (fh * fw + 1);
  }

  override forward(x: Tensor): Tensor {
    const [fh, fw] = this.geometry.size;
    const mean = tf.avgPool(x as Tensor4D, [fh, fw], [...this.geometry.stride], 'valid');
    const scaled = tf.mul(mean, tf.mul(this.weight('scale'), fh * fw));
    return this.activate(tf.add(scaled, this.weight('bias')));
  }

  override toString(): string {
    return `${super.toString().slice(0, -1)}, ${activationName(this.activationOption)})`;
  }
}
