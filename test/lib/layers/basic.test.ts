import { beforeAll, describe, expect, it } from 'vitest';
import {
  ActivationLayer,
  BatchNorm,
  Conv2D,
  Dense,
  Dropout,
  ELU,
  Flatten,
  GELU,
  LeakyReLU,
  MaxPool2D,
  ReLU,
  ReLU6,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Tanh,
} from '../../../lib/layers/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { checkLayer } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { batchNorm, conv2d, dense, pool2d } from '../reference/loops.ts';
import { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

/** The error function by its series, in float64. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

describe('activations', () => {
  it.each([
    [new ReLU(), (v: number) => Math.max(0, v)],
    [new ReLU6(), (v: number) => Math.min(6, Math.max(0, v))],
    [new LeakyReLU(), (v: number) => Math.max(0.1 * v, v)],
    [new LeakyReLU({ alpha: 0.3 }), (v: number) => Math.max(0.3 * v, v)],
    [new ELU(), (v: number) => (v >= 0 ? v : Math.expm1(v))],
    [new ELU({ alpha: 0.5 }), (v: number) => (v >= 0 ? v : 0.5 * Math.expm1(v))],
    [new Sigmoid(), sigmoid],
    [new Tanh(), Math.tanh],
    [new GELU(), (v: number) => (v / 2) * (1 + erf(v / Math.SQRT2))],
    [new SiLU(), (v: number) => v * sigmoid(v)],
    [new ActivationLayer('lecun-tanh'), (v: number) => 1.7159 * Math.tanh((2 * v) / 3)],
  ])('%s is its formula, with its derivative', (layer, f) => {
    checkLayer(layer, [3, 4], (x) => x.map(f), { tolerance: 2e-4 });
  });

  it('softmax sums to one over the last dimension', () => {
    checkLayer(new Softmax(), [2, 5], (x) => {
      const sums = new Float64Array(x.data.length / 5);
      x.data.forEach((v, i) => {
        sums[Math.floor(i / 5)]! += Math.exp(v);
      });
      return x.map((v, i) => Math.exp(v) / sums[Math.floor(i / 5)]!);
    });
  });
});

describe('Dense', () => {
  it.each([true, false])('agrees with loops, bias %s', (useBias) => {
    checkLayer(new Dense({ units: 5, useBias }), [7], (x, w) => dense(x, w['kernel']!, w['bias']));
  });

  it('asks for a Flatten before it', () => {
    expect(() => new Dense({ units: 5 }).outputShape([4, 4, 2])).toThrow(/Dense\(5\).*\[4, 4, 2\].*Flatten/);
  });
});

describe('BatchNorm', () => {
  it.each([[[6]], [[3, 4, 2]]])('normalises by the batch in training, %s', (shape) => {
    checkLayer(new BatchNorm(), shape, (x, w) => batchNorm(x, w['gamma']!, w['beta']!, 1e-5), {
      context: { training: true },
      batch: 5,
      tolerance: 3e-4,
    });
  });

  it('uses the moving statistics in inference', () => {
    checkLayer(new BatchNorm({ epsilon: 1e-3 }), [3, 4, 2], (x, w) =>
      batchNorm(x, w['gamma']!, w['beta']!, 1e-3, { mean: w['movingMean']!, variance: w['movingVariance']! }),
    );
  });

  it('moves its statistics towards the batch, in training only', () => {
    const layer = new BatchNorm({ momentum: 0.75 });
    const x = tf.tensor2d([
      [0, 10],
      [4, 30],
    ]);
    const statistics = () =>
      layer.variables.filter((v) => !v.trainable).map((v) => [...v.variable.dataSync()]);
    layer.apply(x);
    expect(statistics()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    layer.apply(x, { training: true });
    expect(statistics()).toEqual([
      [0.5, 5],
      [0.75 + 0.25 * 4, 0.75 + 0.25 * 100],
    ]);
  });

  it('is centred with unit variance behind a training step', () => {
    const y = new BatchNorm().apply(tf.tensor2d([[1], [2], [3], [10]]), { training: true });
    const { mean, variance } = tf.moments(y);
    expect(mean.dataSync()[0]).toBeCloseTo(0, 5);
    expect(variance.dataSync()[0]).toBeCloseTo(1, 4);
  });
});

describe('Dropout', () => {
  it('keeps the expectation, drops the stated share and differs from call to call', () => {
    const layer = new Dropout(0.25, { seed: 3 });
    const x = tf.ones([100, 200]);
    const first = layer.apply(x, { training: true }).dataSync();
    const second = layer.apply(x, { training: true }).dataSync();
    const zeros = first.filter((v) => v === 0).length / first.length;
    expect(zeros).toBeGreaterThan(0.235);
    expect(zeros).toBeLessThan(0.265);
    expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(second).not.toEqual(first);
  });

  it('passes the same mask to the gradient, and does nothing in inference', () => {
    const layer = new Dropout(0.5);
    const x = tf.ones([1, 50]);
    let y = tf.zeros([1]);
    const gradient = tf.grad((v: typeof x) => {
      y = tf.keep(layer.apply(v, { training: true }));
      return y;
    })(x);
    expect(gradient.dataSync()).toEqual(y.dataSync());
    expect(layer.apply(x).dataSync()).toEqual(x.dataSync());
    expect(() => new Dropout(1)).toThrow(/rate must be at least 0 and below 1; it is 1/);
  });
});

describe('freeze', () => {
  const make = () =>
    new Sequential({
      features: new Sequential([new Dense({ units: 4 }), new BatchNorm(), new Dropout(0.5)]),
      head: new Dense({ units: 2 }),
    });

  it('takes weights out of training and keeps the statistics of batch norm', () => {
    const model = make().build([3]);
    model.layer('features').freeze();
    expect(model.variables.filter((v) => v.trainable).map((v) => v.path)).toEqual([
      'head.kernel',
      'head.bias',
    ]);
    const before = model.variables.map((v) => [...v.variable.dataSync()]);
    const x = tf.randomNormal([5, 3], 0, 1, 'float32', 1);
    const y = model.apply(x, { training: true });
    expect([...y.dataSync()]).toEqual([...model.apply(x).dataSync()]);
    expect(model.variables.map((v) => [...v.variable.dataSync()])).toEqual(before);
    // tfjs' own default list heeds it too.
    const { grads } = tf.variableGrads(() => tf.sum(model.apply(x)).asScalar());
    expect(model.variables.filter((v) => grads[v.variable.name]).map((v) => v.path)).toEqual([
      'head.kernel',
      'head.bias',
    ]);
    model.dispose();
  });

  it('can come before build, and be undone', () => {
    const model = make().freeze().build([3]);
    expect(model.trainableVariables).toEqual([]);
    expect(model.isFrozen).toBe(true);
    expect(model.unfreeze().trainableVariables.length).toBe(6);
    expect(model.variables.filter((v) => !v.trainable).map((v) => v.path)).toEqual([
      'features.batchnorm1.movingMean',
      'features.batchnorm1.movingVariance',
    ]);
    model.dispose();
  });
});

describe('whole numbers', () => {
  it('such as the bytes of an image are taken as they are', () => {
    const model = new Sequential([
      new MaxPool2D(),
      new Conv2D({ filters: 2, kernelSize: 3 }),
      new BatchNorm(),
      new Flatten(),
      new Dense({ units: 2 }),
    ]);
    const bytes = tf.tensor4d(
      Array.from({ length: 64 }, (_, i) => (i * 37) % 256),
      [1, 8, 8, 1],
      'int32',
    );
    for (const training of [false, true]) {
      model.build([8, 8, 1]);
      const [a, b] = [bytes, bytes.toFloat()].map((x) => [...model.apply(x, { training }).dataSync()]);
      expect(a).toEqual(b);
    }
    expect([...new Dense({ units: 1 }).apply(tf.tensor2d([[true, false]], [1, 2], 'bool')).shape]).toEqual([
      1, 1,
    ]);
  });
});

describe('Sequential', () => {
  const net = () =>
    new Sequential({
      conv: new Conv2D({ filters: 4, kernelSize: 3, activation: 'relu' }),
      pool: new MaxPool2D(),
      flat: new Flatten(),
      scores: new Dense({ units: 3 }),
    });

  it('is its layers one after another', () => {
    checkLayer(net(), [8, 8, 2], (x, w) => {
      const maps = conv2d(x, w['conv.kernel']!, w['conv.bias']).map((v) => Math.max(0, v));
      const pooled = pool2d(maps, [2, 2], { stride: [2, 2] }, 'max');
      return dense(new NdArray([2, 36], pooled.data), w['scores.kernel']!, w['scores.bias']);
    });
  });

  it('names its weights by path, and numbers the layers of a list', () => {
    const list = new Sequential([new Flatten(), new Dense({ units: 2 }), new Dense({ units: 1 })]);
    expect(list.build([2, 2, 1]).variables.map((v) => v.path)).toEqual([
      'dense1.kernel',
      'dense1.bias',
      'dense2.kernel',
      'dense2.bias',
    ]);
    expect(String(net())).toBe(
      'Sequential(\n  conv: Conv2D(4, 3x3, relu)\n  pool: MaxPool2D(2x2, stride 2)\n  flat: Flatten()\n  scores: Dense(3)\n)',
    );
  });

  it('names the layer that a shape does not fit', () => {
    const deep = new Sequential({ head: new Sequential({ fc: new Dense({ units: 2 }) }) });
    expect(() => deep.outputShape([4, 4, 1])).toThrow(/^head\.fc: Dense\(2\) needs flat examples/);
    const before = tf.memory().numTensors;
    const late = new Sequential([new Dense({ units: 2 }), new Conv2D({ filters: 1, kernelSize: 1 })]);
    expect(() => late.build([4])).toThrow(/^conv2d1: /);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what is no layer, and names that would lose their order', () => {
    expect(() => new Sequential([ReLU as unknown as ReLU])).toThrow(/new is missing/);
    expect(() => new Sequential({ 1: new ReLU() })).toThrow(/can't be a layer's name/);
    expect(() => new Sequential([new ReLU({ name: 'a' }), new ReLU({ name: 'a' })])).toThrow(
      /two layers are named "a"/,
    );
  });

  it('starts from the same weights for the same seed, and every weight from its own numbers', () => {
    const values = (seed: number) =>
      net()
        .build([8, 8, 2], seed)
        .variables.map((v) => [...v.variable.dataSync()]);
    expect(values(1)).toEqual(values(1));
    expect(values(1)).not.toEqual(values(2));
    const twins = new Sequential([new Dense({ units: 4 }), new Dense({ units: 4 })]).build([4], 7).variables;
    expect([...twins[0]!.variable.dataSync()]).not.toEqual([...twins[2]!.variable.dataSync()]);
  });

  it('lets an observer see and replace inner outputs', () => {
    const model = new Sequential([new Dense({ units: 2 }), new ReLU()]);
    const seen: string[] = [];
    const x = tf.ones([1, 3]);
    const y = model.apply(x, {
      observe: (layer, output) => {
        seen.push(layer.kind);
        return layer.kind === 'Dense' ? tf.fill(output.shape, 7) : undefined;
      },
    });
    expect(seen).toEqual(['Dense', 'ReLU', 'Sequential']);
    expect([...y.dataSync()]).toEqual([7, 7]);
  });

  it('is called by its kind in errors, not by all of its layers', () => {
    const model = net().build([8, 8, 2]);
    expect(() => model.apply(tf.ones([1, 8, 8, 3]))).toThrow(
      /^Sequential was built for inputs of shape \[8, 8, 2\]/,
    );
    expect(() => model.apply(tf.ones([0, 8, 8, 2]))).toThrow(
      /^Sequential got a tensor of shape \[0, 8, 8, 2\]/,
    );
  });

  it('counts a shared layer once', () => {
    const shared = new Dense({ units: 4 });
    const model = new Sequential({ a: shared, b: shared }).build([4]);
    expect(model.variables.map((v) => v.path)).toEqual(['a.kernel', 'a.bias']);
  });
});
