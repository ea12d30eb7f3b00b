import { zeros } from '../initializers/constant.ts';
import type { Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { Initializer, Shape, WeightSpec } from './layer.ts';
import { Recurrent } from './recurrent.ts';

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000): with
 * `[i, f, g, o] = x W + h U + b`, the cell is `c' = sigmoid(f) * c + sigmoid(i) * tanh(g)` and the output
 * `h' = sigmoid(o) * tanh(c')`.
 *
 * `[time, features]` to `[units]`, or `[time, units]` with `returnSequences`. `kernel` is `[features, 4 * units]`,
 * `recurrentKernel` `[units, 4 * units]`, `bias` `[4 * units]` in the order i, f, g, o (Keras' layout). The forget
 * gate's bias starts as 1 (Jozefowicz et al. 2015).
 *
 * @example
 * import { LSTM } from 'convbook';
 * console.log(new LSTM({ units: 16, returnSequences: true }).outputShape([5, 8])); // [5, 16]
 */
export class LSTM extends Recurrent {
  readonly kind = 'LSTM';
  protected readonly stateCount = 2;

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [, features] = this.sequence(inputShape);
    const n = this.units;
    const fans = { fanOut: 4 * n, trainable: true };
    return [
      {
        ...fans,
        fanIn: features,
        name: 'kernel',
        shape: [features, 4 * n],
        initializer: this.kernelInitializer,
      },
      {
        ...fans,
        fanIn: n,
        name: 'recurrentKernel',
        shape: [n, 4 * n],
        initializer: this.recurrentInitializer,
      },
      { ...fans, fanIn: features, name: 'bias', shape: [4 * n], initializer: forgetOne(n), bias: true },
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    const [time, features] = this.sequence(inputShape);
    return time * (features + this.units) * 4 * this.units;
  }

  override step(x: Tensor2D, [h, c]: readonly [Tensor2D, Tensor2D]): Tensor2D[] {
    const sum = tf.add(
      tf.matMul(x, this.weight('kernel') as Tensor2D),
      tf.matMul(h, this.weight('recurrentKernel') as Tensor2D),
    );
    const [i, f, g, o] = tf.split(tf.add(sum, this.weight('bias')), 4, 1) as Tensor2D[];
    const cell = tf.add(tf.mul(tf.sigmoid(f!), c), tf.mul(tf.sigmoid(i!), tf.tanh(g!)));
    return [tf.mul(tf.sigmoid(o!), tf.tanh(cell)), cell as Tensor2D];
  }
}

const forgetOne =
  (units: number): Initializer =>
  (shape, fans, seed) =>
    tf.tidy(() =>
      tf.concat([zeros()([units], fans, seed), tf.ones([units]), tf.zeros([(shape[0] ?? 0) - 2 * units])]),
    );
