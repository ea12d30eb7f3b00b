import { beforeAll, describe, expect, it } from 'vitest';
import { Momentum } from '../../../lib/optimizers/index.ts';
import { compile, startEngine, tf } from '../../../lib/runtime/index.ts';
import type { Scalar, Tensor } from '../../../lib/runtime/tf.ts';
import { layerCases, lossCases, missing, optimizerCases } from '../reference/every.ts';
import { inputOf, normal } from '../reference/results.ts';

beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
});

/** The largest difference, relative to the largest number (at least 1). */
const difference = (a: Tensor, b: Tensor): number =>
  tf.tidy(
    () =>
      tf
        .max(tf.abs(tf.sub(a, b)))
        .div(tf.maximum(1, tf.max(tf.abs(b))))
        .dataSync()[0]!,
  );

it('the comparisons below leave out no layer, loss or optimiser that the library exports', () => {
  expect(missing()).toEqual([]);
});

describe('compiled, with the numbers of eager code', () => {
  it.each(layerCases.map((given) => [given.name, given] as const))('the layer %s', (_, given) => {
    const side = () => {
      const layer = given.make().build(given.inputShape, 1);
      const optimizer = new Momentum({ learningRate: 0.05 });
      const variables = layer.trainableVariables;
      return {
        layer,
        step: (x: Tensor, weights: Tensor) =>
          tf.tidy(() => {
            const loss = () => layer.apply(x, { training: true }).mul(weights).mean() as Scalar;
            return variables.length ? optimizer.minimize(loss, variables) : loss();
          }),
        infer: (x: Tensor) => layer.apply(x),
      };
    };
    const [eager, compiled] = [side(), side()];
    const step = compile(compiled.step, { warmUp: false });
    const infer = compile(compiled.infer, { warmUp: false });
    for (let i = 0; i < 3; i++) {
      const x = inputOf(given, 10 + i);
      const weights = normal([3, ...eager.layer.outputShape(given.inputShape)], 20 + i);
      expect(difference(step(x, weights), eager.step(x, weights))).toBeLessThan(1e-5);
      expect(difference(infer(x), eager.infer(x))).toBeLessThan(1e-5);
    }
    eager.layer.variables.forEach(({ variable }, i) => {
      expect(difference(compiled.layer.variables[i]!.variable, variable)).toBeLessThan(1e-5);
    });
    expect([step.traces, infer.traces]).toEqual([1, 1]);
  });

  it.each(lossCases.map(({ name, of }) => [name, of] as const))('the loss %s', (_, loss) => {
    const f = (x: Tensor, y: Tensor) => {
      const { value, grad } = tf.valueAndGrad((t: Tensor) => loss(t, y))(x);
      return { value, grad };
    };
    const step = compile(f, { warmUp: false });
    for (let i = 0; i < 2; i++) {
      const [x, y] = [normal([6, 4], 1 + 10 * i), normal([6, 4], 2 + 10 * i)];
      const [a, b] = [step(x, y), f(x, y)];
      expect(difference(a.value, b.value)).toBeLessThan(1e-6);
      expect(difference(a.grad, b.grad)).toBeLessThan(1e-6);
    }
    expect(step.traces).toBe(1);
  });

  it.each(optimizerCases.map(({ name, make }) => [name, make] as const))('the optimiser %s', (_, make) => {
    const side = () => {
      const optimizer = make();
      const variables = [normal([3, 4], 1), normal([4], 2)].map((value) => tf.variable(value));
      const step = (...gradients: Tensor[]) => {
        optimizer.apply(variables, gradients);
        return tf.scalar(0);
      };
      const state = () => [...variables, ...optimizer.state.map(({ variable }) => variable)];
      return { step, state };
    };
    const [eager, compiled] = [side(), side()];
    const step = compile(compiled.step, { warmUp: false });
    for (let i = 0; i < 5; i++) {
      const gradients = [normal([3, 4], 3 + i), normal([4], 13 + i)];
      step(...gradients);
      eager.step(...gradients);
    }
    const expected = eager.state();
    compiled.state().forEach((variable, i) => {
      expect(difference(variable, expected[i]!)).toBeLessThan(1e-6);
    });
    expect(step.traces).toBe(1);
  });
});
