// One check for every layer: forward equal to plain loops in float64, and gradients equal to central differences of
// those loops, so that neither the engine nor tfjs' gradients are trusted.
import { expect } from 'vitest';
import { normalValues } from '../../../lib/initializers/random.ts';
import type { CallContext, Layer } from '../../../lib/layers/layer.ts';
import type { Tensor, Variable } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { NdArray } from './nd-array.ts';
import { randomiseWeights } from './randomise.ts';

export { randomiseWeights };

export type Reference = (x: NdArray, weights: Record<string, NdArray>) => NdArray;

export interface CheckOptions {
  batch?: number;
  context?: Partial<CallContext>;
  /** Input values; default: normal numbers. */
  input?: Tensor;
  /** Relative to the largest value compared. */
  tolerance?: number;
  /** Compare at most this many derivatives per tensor, evenly spread. */
  probes?: number;
  /** Skip the gradient of the input (whole numbers have none). */
  inputGradient?: boolean;
  seed?: number;
}

export const weightsOf = (layer: Layer): Record<string, NdArray> =>
  Object.fromEntries(layer.variables.map(({ path, variable }) => [path, NdArray.from(variable)]));

export function expectClose(actual: NdArray, expected: NdArray, tolerance: number, what: string): void {
  expect(actual.shape, `shape of ${what}`).toEqual(expected.shape);
  const scale = Math.max(1e-3, ...expected.data.map(Math.abs));
  let worst = 0;
  let at = 0;
  actual.data.forEach((v, i) => {
    const difference = Math.abs(v - expected.data[i]!);
    if (!(difference <= worst)) {
      worst = difference;
      at = i;
    }
  });
  expect(
    worst / scale,
    `${what}: largest difference at ${at}: ${actual.data[at]} against ${expected.data[at]}`,
  ).toBeLessThan(tolerance);
}

export function checkLayer(
  layer: Layer,
  inputShape: readonly number[],
  reference: Reference,
  options: CheckOptions = {},
): void {
  const { batch = 2, context = {}, tolerance = 1e-4, probes = 24, inputGradient = true, seed = 3 } = options;
  layer.build(inputShape, seed);
  randomiseWeights(layer);
  const size = batch * inputShape.reduce((a, b) => a * b, 1);
  const x = options.input ?? tf.tensor(normalValues(size, 1, seed), [batch, ...inputShape]);
  const x64 = NdArray.from(x);
  const weights = weightsOf(layer);

  const y = layer.apply(x, context);
  const expected = reference(x64, weights);
  expect(y.shape.slice(1), 'outputShape').toEqual([...layer.outputShape(inputShape)]);
  expectClose(NdArray.from(y), expected, tolerance, 'forward');

  // A scalar that weighs every output differently.
  const weigh = normalValues(expected.data.length, 1, seed + 99);
  const weighted = (out: NdArray) => out.data.reduce((sum, v, i) => sum + v * weigh[i]!, 0);
  const loss = (input: Tensor) =>
    tf.sum(tf.mul(layer.apply(input, context), tf.tensor(weigh, expected.shape as number[]))).asScalar();

  const compare = (gradient: Tensor, values: NdArray, what: string, at: (changed: NdArray) => NdArray) => {
    const analytic = NdArray.from(gradient);
    const step = Math.max(1, Math.floor(values.data.length / probes));
    const picked = Array.from({ length: Math.ceil(values.data.length / step) }, (_, i) => i * step);
    const numeric = picked.map((i) => {
      const h = 1e-4;
      const moved = (by: number) => values.map((v, k) => (k === i ? v + by : v));
      return (weighted(at(moved(h))) - weighted(at(moved(-h)))) / (2 * h);
    });
    expectClose(
      new NdArray(
        [picked.length],
        picked.map((i) => analytic.data[i]!),
      ),
      new NdArray([picked.length], numeric),
      tolerance * 5,
      `gradient of ${what}`,
    );
  };

  if (inputGradient) compare(tf.grad(loss)(x), x64, 'input', (changed) => reference(changed, weights));
  const trainable = layer.variables.filter((v) => v.trainable);
  if (trainable.length > 0) {
    const { grads } = tf.variableGrads(
      () => loss(x),
      trainable.map((v) => v.variable as Variable),
    );
    for (const { path, variable } of trainable) {
      compare(grads[variable.name]!, weights[path]!, path, (changed) =>
        reference(x64, { ...weights, [path]: changed }),
      );
    }
  }
}
