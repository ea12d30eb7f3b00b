import { zeros } from '../initializers/constant.ts';
import type { Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { Shape, WeightSpec } from './layer.ts';
import { Recurrent } from './recurrent.ts';

/**
 * Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), in the form of cuDNN and Keras, where the reset gate acts
 * behind the recurrent product: with `[z, r, n] = x W + b` and `[z', r', n'] = h U + b'`,
 * `u = sigmoid(z + z')`, `h' = u * h + (1 - u) * tanh(n + sigmoid(r + r') * n')`.
 *
 * `[time, features]` to `[units]`, or `[time, units]` with `returnSequences`. `kernel` is `[features, 3 * units]`,
 * `recurrentKernel` `[units, 3 * units]`, `bias` `[2, 3 * units]` in the order z, r, n (Keras' layout).
 *
 * @example
 * import { GRU } from 'convbook';
 * console.log(new GRU({ units: 16 }).outputShape([5, 8])); // [16]
 */
export class GRU extends Recurrent {
  readonly kind = 'GRU';
  protected readonly stateCount = 1;

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [, features] = this.sequence(inputShape);
    const n = this.units;
    const fans = { fanOut: 3 * n, trainable: true };
    return [
      {
        ...fans,
        fanIn: features,
        name: 'kernel',
        shape: [features, 3 * n],
        initializer: this.kernelInitializer,
      },
      {
        ...fans,
        fanIn: n,
        name: 'recurrentKernel',
        shape: [n, 3 * n],
        initializer: this.recurrentInitializer,
      },
      { ...fans, fanIn: features, name: 'bias', shape: [2, 3 * n], initializer: zeros(), bias: true },
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    const [time, features] = this.sequence(inputShape);
    return time * (features + this.units) * 3 * this.units;
  }

  override step(x: Tensor2D, [h]: readonly [Tensor2D]): Tensor2D[] {
    const [inputBias, recurrentBias] = tf.unstack(this.weight('bias'));
    const fromInput = tf.add(tf.matMul(x, this.weight('kernel') as Tensor2D), inputBias!);
    const fromState = tf.add(tf.matMul(h, this.weight('recurrentKernel') as Tensor2D), recurrentBias!);
    const [z, r, n] = tf.split(fromInput, 3, 1);
    const [z2, r2, n2] = tf.split(fromState, 3, 1);
    const update = tf.sigmoid(tf.add(z!, z2!));
    const fresh = tf.tanh(tf.add(n!, tf.mul(tf.sigmoid(tf.add(r!, r2!)), n2!)));
    return [tf.add(tf.mul(update, h), tf.mul(tf.sub(1, update), fresh)) as Tensor2D];
  }
}
