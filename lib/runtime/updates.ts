import type { Scalar, Tensor, Variable } from './tf.ts';
import { tf } from './tf.ts';

// The optimisers' formulas for one variable. Everything that changes between steps is a tensor. Call them inside
// `tf.tidy`.

interface Update {
  variable: Variable;
  gradient: Tensor;
  learningRate: Scalar;
  /** A boolean scalar; false leaves everything as it is. */
  when?: Tensor | undefined;
}

/** Assigns new values where `when` allows. */
function assign(when: Tensor | undefined, pairs: readonly (readonly [Variable, Tensor])[]): void {
  for (const [variable, value] of pairs) variable.assign(when ? tf.where(when, value, variable) : value);
}

/** w = w - learningRate * g */
export function applyGradientDescent({ variable, gradient, learningRate, when }: Update): void {
  assign(when, [[variable, variable.sub(gradient.mul(learningRate))]]);
}

/** v = momentum * v - learningRate * g; w = w + v, or with Nesterov w = w + momentum * v - learningRate * g */
export function applyMomentum(
  update: Update & { velocity: Variable; momentum: Tensor; nesterov: boolean },
): void {
  const { variable, gradient, learningRate, velocity, momentum, nesterov, when } = update;
  const step = gradient.mul(learningRate);
  const moved = velocity.mul(momentum).sub(step);
  const change = nesterov ? moved.mul(momentum).sub(step) : moved;
  assign(when, [
    [velocity, moved],
    [variable, variable.add(change)],
  ]);
}

/** a = a + g^2; w = w - learningRate * g / (sqrt(a) + epsilon) */
export function applyAdaGrad(update: Update & { accumulator: Variable; epsilon: Tensor }): void {
  const { variable, gradient, learningRate, accumulator, epsilon, when } = update;
  const sum = accumulator.add(gradient.square());
  assign(when, [
    [accumulator, sum],
    [variable, variable.sub(gradient.mul(learningRate).div(sum.sqrt().add(epsilon)))],
  ]);
}

/** s = rho * s + (1 - rho) * g^2; v = momentum * v + learningRate * g / sqrt(s + epsilon); w = w - v */
export function applyRmsProp(
  update: Update & {
    meanSquare: Variable;
    velocity: Variable;
    rho: Tensor;
    momentum: Tensor;
    epsilon: Tensor;
  },
): void {
  const { variable, gradient, learningRate, meanSquare, velocity, rho, momentum, epsilon, when } = update;
  const square = meanSquare.mul(rho).add(gradient.square().mul(tf.sub(1, rho)));
  const moved = velocity.mul(momentum).add(gradient.mul(learningRate).div(square.add(epsilon).sqrt()));
  assign(when, [
    [meanSquare, square],
    [velocity, moved],
    [variable, variable.sub(moved)],
  ]);
}

/**
 * m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;
 * w = w - learningRate * sqrt(1 - beta2Power) / (1 - beta1Power) * m / (sqrt(v) + epsilon)
 */
export function applyAdam(
  update: Update & {
    m: Variable;
    v: Variable;
    beta1: Tensor;
    beta2: Tensor;
    beta1Power: Tensor;
    beta2Power: Tensor;
    epsilon: Tensor;
  },
): void {
  const { variable, gradient, learningRate, m, v, beta1, beta2, beta1Power, beta2Power, epsilon, when } =
    update;
  const mean = m.mul(beta1).add(gradient.mul(tf.sub(1, beta1)));
  const square = v.mul(beta2).add(gradient.square().mul(tf.sub(1, beta2)));
  const rate = learningRate.mul(tf.sqrt(tf.sub(1, beta2Power))).div(tf.sub(1, beta1Power));
  assign(when, [
    [m, mean],
    [v, square],
    [variable, variable.sub(mean.mul(rate).div(square.sqrt().add(epsilon)))],
  ]);
}
