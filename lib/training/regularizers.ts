import type { Scalar, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** A penalty R(W) that is added to the loss: L = data loss + R. `toString` names it. */
export interface Regularizer {
  (weights: readonly Variable[]): Scalar;
  toString(): string;
}

/**
 * The L2 penalty lambda * sum(w^2). Its gradient is 2 lambda w, so that `l2(lambda)` is a weight decay of `2 * lambda`.
 *
 * @example
 * const w = tf.variable(tf.tensor2d([[1, 2], [3, 0]]));
 * console.log(l2(0.1)([w]).dataSync()[0]); // 1.4 = 0.1 * (1 + 4 + 9)
 */
export function l2(lambda: number): Regularizer {
  return penalty(`l2(${lambda})`, lambda, (w) => tf.sum(tf.square(w)) as Scalar);
}

/**
 * The L1 penalty lambda * sum(|w|): drives weights to zero (Tibshirani 1996).
 *
 * @example
 * const w = tf.variable(tf.tensor2d([[1, -2], [3, 0]]));
 * console.log(l1(0.1)([w]).dataSync()[0]); // 0.6
 */
export function l1(lambda: number): Regularizer {
  return penalty(`l1(${lambda})`, lambda, (w) => tf.sum(tf.abs(w)) as Scalar);
}

/**
 * Both penalties (elastic net, Zou and Hastie 2005): lambda1 * sum(|w|) + lambda2 * sum(w^2).
 *
 * @example
 * console.log(String(elasticNet(1e-4, 1e-3))); // elasticNet(0.0001, 0.001)
 */
export function elasticNet(lambda1: number, lambda2: number): Regularizer {
  const first = l1(lambda1);
  const second = l2(lambda2);
  return named(
    `elasticNet(${lambda1}, ${lambda2})`,
    (weights) => tf.add(first(weights), second(weights)) as Scalar,
  );
}

function penalty(name: string, lambda: number, of: (w: Variable) => Scalar): Regularizer {
  if (!(lambda >= 0)) throw new Error(`${name}: the strength must be a number of at least 0.`);
  return named(name, (weights) =>
    weights.length === 0 ? tf.scalar(0) : (tf.mul(lambda, tf.addN(weights.map(of))) as Scalar),
  );
}

function named(name: string, f: (weights: readonly Variable[]) => Scalar): Regularizer {
  return Object.assign(f, { toString: () => name });
}

/** The weights that penalties and decay touch: kernels, not biases, offsets or scales. */
export function decayed(variables: readonly Variable[]): Variable[] {
  return variables.filter((v) => v.rank >= 2);
}
