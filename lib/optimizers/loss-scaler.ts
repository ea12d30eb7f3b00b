import type { Scalar, Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { makeVariable } from '../runtime/variables.ts';
import type { Gradients, Optimizer } from './optimizer.ts';

export interface LossScalerOptions {
  /** The first factor; a power of two, so that scaling rounds nothing. Default 2^15. */
  scale?: number;
  /** Steps without an overflow after which the factor doubles. Default 2000. */
  growthInterval?: number;
}

/**
 * Dynamic loss scaling for float16 steps (Micikevicius et al. 2018): the loss is multiplied before the backward pass, so that
 * small gradients don't become zero, and the gradients are divided after it. A step whose gradients overflow changes
 * nothing and halves the factor; many good ones in a row double it. All of it happens on the engine, in compiled steps too.
 *
 * @example
 * import { Adam, compile, LossScaler, tf } from 'convbook';
 * const w = tf.variable(tf.ones([4, 1]));
 * const [scaler, adam] = [new LossScaler(), new Adam()];
 * const step = compile(
 *   (x: tf.Tensor) => scaler.minimize(adam, () => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D).square().mean(), [w]),
 *   { precision: 'float16' },
 * );
 * console.log(step(tf.ones([2, 4])).dataSync()[0]); // 16
 */
export class LossScaler {
  private readonly growthInterval: number;
  private readonly first: number;
  private variables: { scale: Variable; good: Variable } | undefined;

  constructor({ scale = 2 ** 15, growthInterval = 2000 }: LossScalerOptions = {}) {
    if (!(scale > 0 && scale < Infinity))
      throw new Error(`The loss scale is ${scale}; it must be above 0 and finite.`);
    if (!(growthInterval >= 1))
      throw new Error(`growthInterval is ${growthInterval}; it must be at least 1.`);
    this.first = scale;
    this.growthInterval = growthInterval;
  }

  private get state(): { scale: Variable; good: Variable } {
    this.variables ??= {
      scale: makeVariable(() => tf.scalar(this.first)),
      good: makeVariable(() => tf.scalar(0)),
    };
    return this.variables;
  }

  /** The factor now, on the engine. */
  get scale(): Scalar {
    return this.state.scale as unknown as Scalar;
  }

  /** Computes the loss and its gradients in scale, and updates the variables where all gradients are finite. */
  minimize(optimizer: Optimizer, loss: () => Scalar, variables?: readonly Variable[]): Scalar {
    return tf.tidy(() => {
      const { scale } = this.state;
      const { value, grads } = tf.variableGrads(
        () => loss().mul(scale) as Scalar,
        variables as Variable[] | undefined,
      );
      const names = Object.keys(grads);
      const unscaled: Record<string, Tensor> = {};
      for (const name of names) unscaled[name] = grads[name]!.div(scale);
      const finite = names.map((name) => tf.all(tf.isFinite(grads[name]!)));
      const when = finite.reduce((all, one) => tf.logicalAnd(all, one));
      optimizer.applyGradients(unscaled as Gradients, { when });
      const result = value.div(scale) as Scalar;
      this.adapt(when);
      return result;
    });
  }

  /** Chooses the next factor. @param finite a boolean scalar: whether all gradients of a scaled step were finite */
  adapt(finite: Tensor): void {
    tf.tidy(() => {
      const { scale, good } = this.state;
      const counted = tf.where(finite, good.add(1), tf.zerosLike(good as Tensor));
      const grow = tf.greaterEqual(counted, this.growthInterval);
      const next = tf.where(finite, tf.where(grow, scale.mul(2), scale as Tensor), scale.mul(0.5));
      scale.assign(tf.clipByValue(next, 1, 2 ** 24));
      good.assign(tf.where(grow, tf.zerosLike(counted), counted));
    });
  }

  dispose(): void {
    this.variables?.scale.dispose();
    this.variables?.good.dispose();
    this.variables = undefined;
  }
}
