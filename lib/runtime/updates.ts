import type { Attribute } from './native/attributes.ts';
import { ATTR_BOOL, ATTR_TYPE, TF_FLOAT } from './native/dtypes.ts';
import { tensorflow } from './state.ts';
import type { Scalar, Tensor, Variable } from './tf.ts';
import { tf } from './tf.ts';

// The optimisers' formulas for one variable. Everything that changes between steps is a tensor. Call them inside
// `tf.tidy`. TensorFlow has each formula as one op that updates in place, which is what counts for small layers; other
// engines compose it.

interface Update {
  variable: Variable;
  gradient: Tensor;
  learningRate: Scalar;
  /** A boolean scalar; false leaves everything as it is. */
  when?: Tensor | undefined;
}

const T: Attribute = { name: 'T', type: ATTR_TYPE, value: TF_FLOAT };

/**
 * Runs TensorFlow's op for a formula, where the engine is TensorFlow and the update needs no more than the op does.
 * With `when`, eagerly, the op gets scalars and a gradient that change nothing: see `gated`.
 */
function fused(
  name: string,
  variables: readonly Variable[],
  inputs: readonly Tensor[],
  attributes: readonly Attribute[] = [],
): boolean {
  const backend = tensorflow();
  if (!backend || variables.some(({ dtype }) => dtype !== 'float32')) return false;
  backend.updateInPlace(name, [T, ...attributes], variables, inputs);
  return true;
}

/**
 * Runs updates only where `when` is true: a compiled step leaves out their ops (`Resources.onlyWhere`), which costs nothing; eagerly,
 * and where an update is no op of its own, `work` must see to it itself.
 */
export function onlyWhen(when: Tensor | undefined, work: () => void): void {
  const backend = tensorflow();
  if (!when || !backend?.trace) work();
  else backend.trace.onlyWhere(backend.getInputTensorIds([when])[0]!, work);
}

/** What an update in place must see to: nothing where its op is left out. */
const inPlace = (when: Tensor | undefined): Tensor | undefined =>
  tensorflow()?.trace?.resources.conditional ? undefined : when;

/** `value` where the update is wanted, else `neutral`, with which the formula changes nothing. */
const gated = (when: Tensor | undefined, value: Tensor, neutral: number): Tensor =>
  when ? tf.where(when, value, tf.fill(value.shape, neutral)) : value;

/** Assigns new values where `when` allows. */
function assign(when: Tensor | undefined, pairs: readonly (readonly [Variable, Tensor])[]): void {
  for (const [variable, value] of pairs) variable.assign(when ? tf.where(when, value, variable) : value);
}

/** w = w - learningRate * g */
export function applyGradientDescent({ variable, gradient, learningRate, when }: Update): void {
  if (fused('ResourceApplyGradientDescent', [variable], [learningRate, gated(inPlace(when), gradient, 0)]))
    return;
  assign(when, [[variable, variable.sub(gradient.mul(learningRate))]]);
}

/** v = momentum * v - learningRate * g; w = w + v, or with Nesterov w = w + momentum * v - learningRate * g */
export function applyMomentum(
  update: Update & { velocity: Variable; momentum: Tensor; nesterov: boolean },
): void {
  const { variable, gradient, learningRate, velocity, momentum, nesterov, when } = update;
  const inputs = [learningRate, gradient, momentum];
  // not with `when` eagerly: a momentum step moves on even where the gradient is zero
  if (
    !inPlace(when) &&
    fused('ResourceApplyKerasMomentum', [variable, velocity], inputs, [nesterovAttribute(nesterov)])
  )
    return;
  const step = gradient.mul(learningRate);
  const moved = velocity.mul(momentum).sub(step);
  const change = nesterov ? moved.mul(momentum).sub(step) : moved;
  assign(when, [
    [velocity, moved],
    [variable, variable.add(change)],
  ]);
}

const nesterovAttribute = (value: boolean): Attribute => ({ name: 'use_nesterov', type: ATTR_BOOL, value });

/** a = a + g^2; w = w - learningRate * g / (sqrt(a) + epsilon) */
export function applyAdaGrad(update: Update & { accumulator: Variable; epsilon: Tensor }): void {
  const { variable, gradient, learningRate, accumulator, epsilon, when } = update;
  const given = gated(inPlace(when), gradient, 0);
  if (fused('ResourceApplyAdagradV2', [variable, accumulator], [learningRate, epsilon, given])) return;
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
  const scalars = [learningRate, rho, momentum, epsilon];
  if (
    !inPlace(when) &&
    fused('ResourceApplyRMSProp', [variable, meanSquare, velocity], [...scalars, gradient])
  )
    return;
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
  // beta 1 keeps m and v as they are, and with the rate 0 so does the variable stay
  const gate = inPlace(when);
  const scalars = [
    ...[beta1Power, beta2Power],
    gated(gate, learningRate, 0),
    ...[gated(gate, beta1, 1), gated(gate, beta2, 1)],
    epsilon,
    gated(gate, gradient, 0),
  ];
  if (fused('ResourceApplyAdam', [variable, m, v], scalars)) return;
  const mean = m.mul(beta1).add(gradient.mul(tf.sub(1, beta1)));
  const square = v.mul(beta2).add(gradient.square().mul(tf.sub(1, beta2)));
  const rate = learningRate.mul(tf.sqrt(tf.sub(1, beta2Power))).div(tf.sub(1, beta1Power));
  assign(when, [
    [m, mean],
    [v, square],
    [variable, variable.sub(mean.mul(rate).div(square.sqrt().add(epsilon)))],
  ]);
}
