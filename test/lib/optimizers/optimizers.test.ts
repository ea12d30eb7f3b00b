import { beforeAll, describe, expect, it } from 'vitest';
import {
  AdaGrad,
  Adam,
  AdamW,
  Momentum,
  type Optimizer,
  RMSProp,
  SGD,
} from '../../../lib/optimizers/index.ts';
import { compile, startEngine, tf } from '../../../lib/runtime/index.ts';
import type { Scalar, Tensor, Variable } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  await startEngine();
});

const START = [1, -2, 0.5, 3, -0.1, 0.01];
const TARGET = [0.5, 1, -1, 2, 0, 0.2];
const SCALE = [1, 4, 0.25, 2, 9, 0.5];

/** The gradient of sum(scale * (w - target)^2), in float64. */
const gradient = (w: readonly number[]) => w.map((value, i) => 2 * SCALE[i]! * (value - TARGET[i]!));

const lossOf = (w: Variable) => () =>
  tf
    .tensor1d(SCALE)
    .mul(tf.squaredDifference(w.reshape([6]), tf.tensor1d(TARGET)))
    .sum() as Scalar;

type Loop = (w: number[], g: number[], state: number[][], t: number) => number[];

/** Each formula as the papers write it, one number at a time. `state` starts as zeros, two slots. */
const formulas: Record<string, { make: () => Optimizer; loop: Loop }> = {
  'gradient descent': {
    make: () => new SGD({ learningRate: 0.03 }),
    loop: (w, g) => w.map((value, i) => value - 0.03 * g[i]!),
  },
  momentum: {
    make: () => new Momentum({ learningRate: 0.01, momentum: 0.8 }),
    loop: (w, g, [v]) =>
      w.map((value, i) => {
        v![i] = 0.8 * v![i]! - 0.01 * g[i]!;
        return value + v![i]!;
      }),
  },
  'Nesterov momentum': {
    make: () => new Momentum({ learningRate: 0.01, momentum: 0.8, nesterov: true }),
    loop: (w, g, [v]) =>
      w.map((value, i) => {
        v![i] = 0.8 * v![i]! - 0.01 * g[i]!;
        return value + 0.8 * v![i]! - 0.01 * g[i]!;
      }),
  },
  AdaGrad: {
    make: () => new AdaGrad({ learningRate: 0.1 }),
    loop: (w, g, [a]) =>
      w.map((value, i) => {
        a![i]! += g[i]! ** 2;
        return value - (0.1 * g[i]!) / (Math.sqrt(a![i]!) + 1e-7);
      }),
  },
  RMSProp: {
    make: () => new RMSProp({ learningRate: 0.01, rho: 0.9, momentum: 0.5 }),
    loop: (w, g, [s, v]) =>
      w.map((value, i) => {
        s![i] = 0.9 * s![i]! + 0.1 * g[i]! ** 2;
        v![i] = 0.5 * v![i]! + (0.01 * g[i]!) / Math.sqrt(s![i]! + 1e-7);
        return value - v![i]!;
      }),
  },
  Adam: {
    make: () => new Adam({ learningRate: 0.02, epsilon: 1e-3 }),
    loop: (w, g, [m, v], t) =>
      w.map((value, i) => {
        m![i] = 0.9 * m![i]! + 0.1 * g[i]!;
        v![i] = 0.999 * v![i]! + 0.001 * g[i]! ** 2;
        return value - (0.02 * (m![i]! / (1 - 0.9 ** t))) / (Math.sqrt(v![i]! / (1 - 0.999 ** t)) + 1e-3);
      }),
  },
  AdamW: {
    make: () => new AdamW({ learningRate: 0.02, weightDecay: 0.1, decays: () => true }),
    loop: (w, g, [m, v], t) =>
      w.map((value, i) => {
        m![i] = 0.9 * m![i]! + 0.1 * g[i]!;
        v![i] = 0.999 * v![i]! + 0.001 * g[i]! ** 2;
        const step = m![i]! / (1 - 0.9 ** t) / (Math.sqrt(v![i]! / (1 - 0.999 ** t)) + 1e-7);
        return value * (1 - 0.02 * 0.1) - 0.02 * step;
      }),
  },
};

describe.each(Object.entries(formulas))('%s', (_, { make, loop }) => {
  function expected(steps: number): number[] {
    let w = START;
    const state = [new Array<number>(6).fill(0), new Array<number>(6).fill(0)];
    for (let t = 1; t <= steps; t++) w = loop(w, gradient(w), state, t);
    return w;
  }

  function close(variable: Variable, values: readonly number[]): void {
    const got = variable.dataSync();
    values.forEach((value, i) => {
      expect(Math.abs(got[i]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    });
  }

  it('agrees with a plain loop for 50 steps, eagerly', () => {
    const optimizer = make();
    const w = tf.variable(tf.tensor2d(START, [2, 3]));
    for (let i = 0; i < 50; i++) optimizer.minimize(lossOf(w), [w]).dispose();
    close(w, expected(50));
  });

  it('agrees with a plain loop for 50 steps, compiled', () => {
    const optimizer = make();
    const w = tf.variable(tf.tensor2d(START, [2, 3]));
    const step = compile(() => tf.tidy(() => optimizer.minimize(lossOf(w), [w])));
    for (let i = 0; i < 50; i++) step().dispose();
    expect(step.traces).toBe(1);
    close(w, expected(50));
  });

  it('leaves everything as it was where `when` is false', () => {
    const optimizer = make();
    const w = tf.variable(tf.tensor2d(START, [2, 3]));
    const step = compile((when: Tensor) => optimizer.minimize(lossOf(w), [w], { when }));
    const [yes, no] = [tf.scalar(true, 'bool'), tf.scalar(false, 'bool')];
    for (let i = 0; i < 6; i++) step(i % 2 ? no : yes).dispose();
    close(w, expected(3));
    expect(optimizer.iterations.dataSync()[0]).toBe(3);
  });

  it('goes on where a saved state left off', () => {
    const optimizer = make();
    const w = tf.variable(tf.tensor2d(START, [2, 3]));
    for (let i = 0; i < 5; i++) optimizer.minimize(lossOf(w), [w]).dispose();
    const saved = Object.fromEntries(optimizer.state.map(({ name, variable }) => [name, variable.clone()]));
    const again = make();
    const v = tf.variable(w.clone());
    again.loadState(saved, [v]);
    for (let i = 0; i < 5; i++) again.minimize(lossOf(v), [v]).dispose();
    close(v, expected(10));
  });

  it('keeps no tensors but its state', () => {
    const optimizer = make();
    const w = tf.variable(tf.tensor2d(START, [2, 3]));
    optimizer.minimize(lossOf(w), [w]).dispose();
    const before = tf.memory().numTensors;
    optimizer.minimize(lossOf(w), [w]).dispose();
    expect(tf.memory().numTensors).toBe(before);
    const owned = optimizer.state.length;
    optimizer.dispose();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before - owned);
  });
});

describe('optimizer', () => {
  it('takes a new learning rate in a compiled step without a new trace', () => {
    const optimizer = new SGD({ learningRate: 0.5 });
    const w = tf.variable(tf.scalar(0));
    const step = compile(() => optimizer.minimize(() => w.mul(-1) as Scalar, [w]));
    step().dispose();
    step().dispose();
    expect(w.dataSync()[0]).toBeCloseTo(1, 6);
    optimizer.learningRate = 0.125;
    step().dispose();
    expect(w.dataSync()[0]).toBeCloseTo(1.125, 6);
    expect(step.traces).toBe(1);
  });

  it.each([
    [{ clipValue: 0.5 }, [0.5, -0.5, 0.1]],
    [{ clipNorm: 1 }, [3 / Math.sqrt(25.01), -4 / Math.sqrt(25.01), 0.1 / Math.sqrt(25.01)]],
    [{ globalClipNorm: 1 }, [3 / Math.sqrt(26.01), -4 / Math.sqrt(26.01), 0.1 / Math.sqrt(26.01)]],
    [{ globalClipNorm: 100 }, [3, -4, 0.1]],
  ])('clips gradients as asked: %j', (options, expected) => {
    const optimizer = new SGD({ learningRate: 1, ...options });
    const [a, b] = [tf.variable(tf.zeros([3])), tf.variable(tf.zeros([1]))];
    optimizer.applyGradients([
      [a, tf.tensor1d([3, -4, 0.1])],
      [b, tf.tensor1d([1])],
    ]);
    [...a.dataSync()].forEach((value, i) => {
      expect(value).toBeCloseTo(-expected[i]!, 5);
    });
  });

  it('decays kernels but not biases, unless told', () => {
    const optimizer = new SGD({ learningRate: 0.5, weightDecay: 0.5 });
    const [kernel, bias] = [tf.variable(tf.ones([1, 2])), tf.variable(tf.ones([2]))];
    optimizer.applyGradients([
      [kernel, tf.zeros([1, 2])],
      [bias, tf.zeros([2])],
    ]);
    expect([...kernel.dataSync()]).toEqual([0.75, 0.75]);
    expect([...bias.dataSync()]).toEqual([1, 1]);
  });

  it('names what is wrong with bad settings and gradients', () => {
    expect(() => new SGD({ learningRate: -1 })).toThrow(/learning rate is -1/);
    expect(() => new Momentum({ momentum: 1 })).toThrow(/momentum is 1/);
    expect(() => new Adam({ beta2: 2 })).toThrow(/beta2 is 2/);
    expect(() => new SGD({ clipNorm: 1, clipValue: 1 })).toThrow(/clipValue and clipNorm/);
    const w = tf.variable(tf.zeros([2]));
    expect(() => new SGD().applyGradients([[w, tf.zeros([3])]])).toThrow(/shape \[3\].*\[2\]/);
    expect(() => new Adam().loadState({}, [w])).toThrow(/lacks "iterations"/);
    expect([...w.dataSync()]).toEqual([0, 0]);
  });

  it('leaves a clone of a variable as it was', () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const before = w.clone();
    const sgd = new SGD({ learningRate: 1 });
    for (let i = 0; i < 2; i++) sgd.applyGradients([[w, tf.ones([2])]]);
    expect([...before.dataSync()]).toEqual([1, 2]);
    expect([...w.dataSync()]).toEqual([-1, 0]);
  });
});
