import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Adam, Momentum } from '../../../lib/optimizers/index.ts';
import {
  batchNormTraining,
  compile,
  RandomStream,
  softmaxCrossEntropyWithLogits,
  startEngine,
  TraceError,
  tf,
} from '../../../lib/runtime/index.ts';
import { tensorflow } from '../../../lib/runtime/state.ts';
import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  const { engine } = await startEngine();
  expect(engine).toMatch(/^tensorflow/);
});

const values = (tensor: Tensor) => [...tensor.dataSync()];
const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

function expectClose(actual: Tensor, expected: Tensor, tolerance = 1e-5): void {
  expect(actual.shape).toEqual(expected.shape);
  const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]!);
  expect(difference).toBeLessThanOrEqual(tolerance);
}

describe('compile', () => {
  it.each([true, false])('gives the numbers of the eager function at every call, warm-up %s', (warmUp) => {
    const f = (x: Tensor, w: Tensor) =>
      tf.tidy(() =>
        tf
          .matMul(x as Tensor2D, w as Tensor2D)
          .relu()
          .sum(0),
      );
    const step = compile(f, { warmUp });
    for (let i = 0; i < 3; i++) {
      const [x, w] = [random([4, 3], i + 1), random([3, 5], i + 10)];
      expectClose(step(x, w), f(x, w));
    }
    expect(step.traces).toBe(1);
  });

  it('takes and returns nested structures', () => {
    const step = compile((input: { a: Tensor; list: Tensor[] }, factor: number) => ({
      sum: tf.add(input.a, input.list[0]!),
      parts: [input.list[1]!.mul(factor), input.a],
      factor,
      none: null,
    }));
    const input = { a: tf.tensor1d([1, 2]), list: [tf.tensor1d([10, 20]), tf.scalar(3)] };
    for (let i = 0; i < 2; i++) {
      const result = step(input, 2);
      expect(values(result.sum)).toEqual([11, 22]);
      expect(values(result.parts[0]!)).toEqual([6]);
      expect(values(result.parts[1]!)).toEqual([1, 2]);
      expect([result.factor, result.none]).toEqual([2, null]);
    }
    expect(values(step(input, 5).parts[0]!)).toEqual([15]);
    expect(step.traces).toBe(2);
  });

  it('trains a convolutional network with the same losses and weights as eagerly', () => {
    const make = () => ({
      kernel: tf.variable(random([3, 3, 1, 4], 1).mul(0.3)),
      bias: tf.variable(tf.zeros([4])),
      scale: tf.variable(tf.ones([4])),
      offset: tf.variable(tf.zeros([4])),
      mean: tf.variable(tf.zeros([4]), false),
      dense: tf.variable(random([4 * 16, 3], 2).mul(0.3)),
    });
    const forward = (w: ReturnType<typeof make>, x: Tensor) => {
      const maps = tf.conv2d(x as Tensor4D, w.kernel as unknown as Tensor4D, 1, 'same').add(w.bias);
      const { y, mean } = batchNormTraining(maps, w.scale, w.offset, 1e-3);
      w.mean.assign(w.mean.mul(0.9).add(mean.mul(0.1)));
      const pooled = tf.maxPool(y.relu() as Tensor4D, 2, 2, 'valid');
      return tf.matMul(pooled.reshape([-1, 64]) as Tensor2D, w.dense as unknown as Tensor2D);
    };
    const train = (w: ReturnType<typeof make>, optimizer: Adam) => (x: Tensor, y: Tensor) =>
      tf.tidy(() =>
        optimizer.minimize(
          () => softmaxCrossEntropyWithLogits(forward(w, x) as Tensor2D, y as Tensor2D).mean() as Scalar,
          [w.kernel, w.bias, w.scale, w.offset, w.dense],
        ),
      );
    const [one, two] = [make(), make()];
    const eager = train(one, new Adam({ learningRate: 0.01 }));
    const compiled = compile(train(two, new Adam({ learningRate: 0.01 })));
    for (let i = 0; i < 8; i++) {
      const x = random([6, 8, 8, 1], 100 + i);
      const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3).toFloat();
      expectClose(compiled(x, y), eager(x, y), 1e-5);
    }
    for (const name of Object.keys(one) as (keyof typeof one)[]) expectClose(two[name], one[name], 1e-5);
    expect(values(two.mean).some((value) => Math.abs(value) > 1e-4)).toBe(true);
    expect(compiled.traces).toBe(1);
  });

  it('sees what is assigned to a variable between calls', () => {
    const w = tf.variable(tf.scalar(1));
    const step = compile((x: Tensor) => x.mul(w));
    const x = tf.scalar(10);
    expect(values(step(x))).toEqual([10]);
    w.assign(tf.scalar(2));
    expect(values(step(x))).toEqual([20]);
    const momentum = new Momentum({ learningRate: 1, momentum: 0 });
    momentum.applyGradients([[w, tf.scalar(-1)]]);
    expect(values(step(x))).toEqual([30]);
  });

  it('assigns variables, reads them back in the step, and keeps clones of the old value', () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const sgd = new Momentum({ learningRate: 1, momentum: 0 });
    const step = compile(() => {
      const before = w.clone();
      sgd.applyGradients([[w, tf.ones([2])]]);
      const between = w.mul(10);
      w.assign(w.mul(2));
      sgd.applyGradients([[w, tf.ones([2])]]);
      return { before, between, after: w.clone() };
    });
    let now = [1, 2];
    for (let i = 0; i < 3; i++) {
      const { before, between, after } = step();
      expect(values(before)).toEqual(now);
      expect(values(between)).toEqual(now.map((v) => (v - 1) * 10));
      now = now.map((v) => (v - 1) * 2 - 1);
      expect(values(after)).toEqual(now);
      expect(values(w)).toEqual(now);
    }
  });

  it('runs a step that makes variables once eagerly, then compiled', () => {
    let w: Variable | undefined;
    const step = compile((x: Tensor) => {
      w ??= tf.variable(tf.scalar(1));
      w.assign(w.add(x));
      return w.clone();
    });
    expect([1, 2, 3].map((value) => values(step(tf.scalar(value)))[0])).toEqual([2, 4, 7]);
    expect(step.traces).toBe(1);
  });

  it('refuses a step that makes variables each time', () => {
    const step = compile((x: Tensor) => tf.variable(x.mul(2)).add(1));
    step(tf.scalar(1));
    const before = tf.memory().numTensors;
    expect(() => step(tf.scalar(1))).toThrow(/makes new variables each time/);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 1);
  });

  it('draws other random numbers at each call, the same as eagerly', () => {
    const [one, two] = [new RandomStream(5), new RandomStream(5)];
    const step = compile(() => ({ mask: one.dropoutMask([64], 0.5), noise: one.normal([8]) }));
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const { mask, noise } = step();
      expectClose(mask, two.dropoutMask([64], 0.5), 0);
      expectClose(noise, two.normal([8]), 1e-6);
      seen.add(values(mask).join());
    }
    expect(seen.size).toBe(4);
    expect(step.traces).toBe(1);
  });

  it('traces anew for another shape or type, and warns when it happens often', () => {
    const warn = vi.fn();
    const step = compile((x: Tensor) => x.add(x), { name: 'doubler', warn, warmUp: false });
    for (let size = 1; size <= 9; size++)
      expect(values(step(tf.ones([size])))).toEqual(new Array(size).fill(2));
    expect(values(step(tf.ones([3], 'int32')))).toEqual([2, 2, 2]);
    expect(step.traces).toBe(10);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/"doubler" was traced 8 times/);
  });

  it('names the op and the line that reads a value', () => {
    const step = compile((x: Tensor) => (x.sum().dataSync()[0]! > 0 ? x : x.neg()), { warmUp: false });
    expect(() => step(tf.ones([2]))).toThrow(TraceError);
    expect(() => step(tf.ones([2]))).toThrow(/the result of Sum.*compile\.test\.ts:\d+/s);
  });

  it('names the variable whose value is read', () => {
    const w = tf.variable(tf.scalar(1), true, 'gain');
    const step = compile((x: Tensor) => (w.dataSync()[0]! > 0 ? x : x.neg()), { warmUp: false });
    expect(() => step(tf.ones([2]))).toThrow(/the variable "gain"/);
  });

  it('refuses shapes that depend on values, and numbers drawn on the host', () => {
    const unique = compile((x: Tensor) => tf.unique(x).values, { warmUp: false });
    expect(() => unique(tf.tensor1d([1, 1, 2]))).toThrow(/depends on values.*compile\.test\.ts/s);
    const noisy = compile((x: Tensor) => x.add(tf.randomNormal([2])), { warmUp: false });
    expect(() => noisy(tf.ones([2]))).toThrow(/tf\.randomNormal.*compile\.test\.ts.*repeat/s);
  });

  it('falls back to eager calls with one warning, where asked', () => {
    const warn = vi.fn();
    const step = compile((x: Tensor) => x.mul(x.sum().dataSync()[0]!), { fallback: 'eager', warn });
    for (let i = 1; i < 4; i++) expect(values(step(tf.fill([2], i)))).toEqual([2 * i * i, 2 * i * i]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('says what is wrong with an argument, and keeps the state', () => {
    const w = tf.variable(tf.zeros([3, 2]));
    const adam = new Adam();
    const step = compile((x: Tensor) =>
      tf.tidy(() =>
        adam.minimize(
          () =>
            tf
              .matMul(x as Tensor2D, w as unknown as Tensor2D)
              .square()
              .mean() as Scalar,
          [w],
        ),
      ),
    );
    step(tf.ones([4, 3])).dispose();
    const before = { w: values(w), handles: tensorflow()!.eager.getNumOfTensors() };
    const gone = tf.ones([4, 3]);
    gone.dispose();
    expect(() => step(gone)).toThrow(/argument\[0\].*disposed/);
    expect(() => step(tf.zeros([0, 3]))).toThrow(/empty tensor of shape \[0,3\]/);
    expect(() => step(tf.ones([4, 5]))).toThrow(/inner.*match|incompatible|must be equal/i);
    expect(() => step((() => 1) as never)).toThrow(/is a function/);
    expect(values(w)).toEqual(before.w);
    step(tf.ones([4, 3])).dispose();
    expect(adam.iterations.dataSync()[0]).toBe(2);
  });

  it('says that a step must not be async', () => {
    const step = compile(async (x: Tensor) => x.add(1), { warmUp: false });
    expect(() => step(tf.scalar(1))).toThrow(/must not be async/);
  });

  it('keeps a tensor from its closure, whatever becomes of it', () => {
    const table = tf.tensor1d([1, 2, 3]);
    const step = compile((x: Tensor) => x.add(table), { warmUp: false });
    step(tf.zeros([3]));
    table.dispose();
    expect(values(step(tf.zeros([3])))).toEqual([1, 2, 3]);
  });

  it('runs the function as it is inside a gradient and inside another compiled step', () => {
    const inner = compile((x: Tensor) => x.square());
    inner(tf.scalar(3));
    expect(values(tf.grad((x: Tensor) => inner(x).mul(2))(tf.scalar(3)))).toEqual([12]);
    const outer = compile((x: Tensor) => inner(x).add(1));
    expect(values(outer(tf.scalar(3)))).toEqual([10]);
  });

  it('refuses to use a tensor of the trace outside of it', () => {
    let leaked: Tensor | undefined;
    const step = compile(
      (x: Tensor) => {
        leaked = tf.keep(x.add(1));
        return x.mul(2);
      },
      { warmUp: false },
    );
    step(tf.scalar(1));
    expect(() => leaked!.dataSync()).toThrow(/Return it from the step/);
  });

  it('makes and keeps no tensors, whether it runs or fails', () => {
    const w = tf.variable(random([8, 8], 1));
    const adam = new Adam();
    const step = compile((x: Tensor) =>
      tf.tidy(() =>
        adam.minimize(
          () =>
            tf
              .matMul(x as Tensor2D, w as unknown as Tensor2D)
              .square()
              .mean() as Scalar,
          [w],
        ),
      ),
    );
    const x = random([4, 8], 2);
    const empty = tf.zeros([0, 8]);
    for (let i = 0; i < 3; i++) step(x).dispose();
    const before = [tf.memory().numTensors, tensorflow()!.eager.getNumOfTensors()];
    for (let i = 0; i < 20; i++) {
      step(x).dispose();
      expect(() => step(empty).dispose()).toThrow();
    }
    const bad = compile((y: Tensor) => y.mul(y.sum().dataSync()[0]!), { warmUp: false });
    const y = tf.ones([2]);
    for (let i = 0; i < 3; i++) expect(() => bad(y)).toThrow(TraceError);
    y.dispose();
    expect([tf.memory().numTensors, tensorflow()!.eager.getNumOfTensors()]).toEqual(before);
    step.dispose();
  });

  it('traces anew where a variable was disposed and the step has another', () => {
    let w = tf.variable(tf.scalar(2));
    const sgd = new Momentum({ learningRate: 1, momentum: 0 });
    const step = compile((x: Tensor) => sgd.minimize(() => x.mul(w) as Scalar, [w]), { warmUp: false });
    expect(values(step(tf.scalar(3)))).toEqual([6]);
    w.dispose();
    w = tf.variable(tf.scalar(5));
    expect(values(step(tf.scalar(3)))).toEqual([15]);
    expect(values(w)).toEqual([2]);
    w.dispose();
    expect(() => step(tf.scalar(3))).toThrow(/disposed/);
  });

  it('starts anew after dispose', () => {
    const step = compile((x: Tensor) => x.add(1));
    step(tf.scalar(1));
    step(tf.scalar(1));
    step.dispose();
    expect(step.traces).toBe(0);
    expect(values(step(tf.scalar(2)))).toEqual([3]);
  });

  it('compiles with XLA, where asked', () => {
    const f = (x: Tensor) => tf.tidy(() => x.mul(2).add(1).tanh().sum());
    const step = compile(f, { xla: true });
    expectClose(step(random([100], 3)), f(random([100], 3)), 1e-4);
  });
});
