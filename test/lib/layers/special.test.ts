import { beforeAll, describe, expect, it } from 'vitest';
import {
  Add,
  Concat,
  Conv2D,
  Dense,
  Embedding,
  GRU,
  Identity,
  LocalResponseNorm,
  LSTM,
  Maxout,
  MaxPool2D,
  RBF,
  Sequential,
  Subsampling,
} from '../../../lib/layers/index.ts';
import type { Tensor2D } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { checkLayer } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { affine, conv2d, dense, pool2d } from '../reference/loops.ts';
import { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

describe('LocalResponseNorm', () => {
  it.each([{ size: 5 }, { size: 3, k: 1, alpha: 0.5, beta: 0.6 }])(
    'divides by its neighbours %o',
    (options) => {
      const { size, k = 2, alpha = 1e-4, beta = 0.75 } = options;
      checkLayer(new LocalResponseNorm(options), [2, 3, 7], (x) => {
        const y = new NdArray(x.shape);
        for (const [b = 0, i = 0, j = 0, c = 0] of x.indices()) {
          let sum = 0;
          for (let d = Math.max(0, c - (size - 1) / 2); d <= Math.min(6, c + (size - 1) / 2); d++)
            sum += x.get(b, i, j, d) ** 2;
          y.set(x.get(b, i, j, c) / (k + alpha * sum) ** beta, b, i, j, c);
        }
        return y;
      });
    },
  );
});

describe('Maxout', () => {
  it.each([[[6]], [[2, 3, 4]]])('takes the best of its pieces on %s', (shape) => {
    checkLayer(new Maxout({ units: 3, pieces: 4 }), shape, (x, w) => {
      const features = shape.at(-1)!;
      const all = dense(new NdArray([x.data.length / features, features], x.data), w['kernel']!, w['bias']);
      const y = new NdArray([...x.shape.slice(0, -1), 3]);
      return y.map((_, i) => Math.max(...all.data.slice(i * 4, i * 4 + 4)));
    });
  });
});

describe('Subsampling', () => {
  it('scales the sum of its window, one scale and bias per map', () => {
    checkLayer(new Subsampling(), [4, 6, 3], (x, w) => {
      const mean = pool2d(x, [2, 2], { stride: [2, 2] }, 'mean');
      const c = (i: number) => i % 3;
      return mean.map(
        (v, i) => 1.7159 * Math.tanh((2 / 3) * (4 * v * w['scale']!.data[c(i)]! + w['bias']!.data[c(i)]!)),
      );
    });
  });

  it('has the parameters and connections of S2 and S4', () => {
    const s2 = new Subsampling();
    expect(s2.weightSpecs([28, 28, 6]).map((w) => w.shape)).toEqual([[6], [6]]);
    expect(s2.connections([28, 28, 6])).toBe(5880);
    expect(s2.connections([10, 10, 16])).toBe(2000);
  });
});

describe('RBF', () => {
  it('gives minus the squared distance to each prototype', () => {
    const layer = new RBF({
      prototypes: [
        [1, -1, 1],
        [-1, -1, 1],
      ],
    });
    checkLayer(layer, [3], (x, w) => {
      const y = new NdArray([2, 2]);
      for (const [b = 0, k = 0] of y.indices()) {
        y.set(-[0, 1, 2].reduce((s, i) => s + (x.get(b, i) - w['prototypes']!.get(k, i)) ** 2, 0), b, k);
      }
      return y;
    });
    expect(layer.trainableVariables).toEqual([]);
    expect(() => layer.outputShape([4])).toThrow(/prototypes have 3 numbers and the input has 4/);
  });

  it('starts from the prototypes it was given', () => {
    const layer = new RBF({
      prototypes: [
        [1, -1],
        [-1, 1],
      ],
    }).build([2]);
    expect(layer.variables[0]!.variable.arraySync()).toEqual([
      [1, -1],
      [-1, 1],
    ]);
  });
});

describe('branches', () => {
  const conv = () => new Conv2D({ filters: 2, kernelSize: 3, padding: 1 });

  it('join depth-wise', () => {
    const block = new Concat({ conv: conv(), pool: new MaxPool2D({ size: 3, stride: 1, padding: 1 }) });
    checkLayer(block, [4, 5, 3], (x, w) => {
      const a = conv2d(x, w['conv.kernel']!, w['conv.bias'], { padding: [1, 1, 1, 1] });
      const b = pool2d(x, [3, 3], { padding: [1, 1, 1, 1] }, 'max');
      const y = new NdArray([2, 4, 5, 5]);
      for (const [n = 0, i = 0, j = 0, c = 0] of y.indices())
        y.set(c < 2 ? a.get(n, i, j, c) : b.get(n, i, j, c - 2), n, i, j, c);
      return y;
    });
  });

  it('add up', () => {
    checkLayer(new Add([new Identity(), conv(), conv()]), [4, 5, 2], (x, w) => {
      const a = conv2d(x, w['conv2d1.kernel']!, w['conv2d1.bias'], { padding: [1, 1, 1, 1] });
      const b = conv2d(x, w['conv2d2.kernel']!, w['conv2d2.bias'], { padding: [1, 1, 1, 1] });
      return x.map((v, i) => v + a.data[i]! + b.data[i]!);
    });
  });

  it('name the branches whose shapes do not fit', () => {
    expect(() => new Add({ same: new Identity(), conv: conv() }).outputShape([4, 4, 3])).toThrow(
      /must have one shape.*same \[4, 4, 3\], conv \[4, 4, 2\]/,
    );
    expect(() => new Concat({ a: new Identity(), b: new MaxPool2D() }).outputShape([4, 4, 3])).toThrow(
      /agree in all but the last.*b \[2, 2, 3\]/,
    );
    expect(() =>
      new Sequential({ block: new Add({ deep: new Dense({ units: 2 }) }) }).outputShape([4, 4, 3]),
    ).toThrow(/^block\.deep: Dense/);
  });
});

describe('sequences', () => {
  it('embeds words', () => {
    const input = tf.tensor2d(
      [
        [0, 3, 3],
        [2, 1, 0],
      ],
      [2, 3],
      'int32',
    );
    checkLayer(
      new Embedding({ words: 4, units: 5 }),
      [3],
      (x, w) => {
        const y = new NdArray([2, 3, 5]);
        for (const [b = 0, t = 0, k = 0] of y.indices()) y.set(w['vectors']!.get(x.get(b, t), k), b, t, k);
        return y;
      },
      { input, inputGradient: false },
    );
  });

  const row = (x: NdArray, b: number, t: number) =>
    Array.from({ length: x.shape[2]! }, (_, i) => x.get(b, t, i));
  const unroll = (
    x: NdArray,
    units: number,
    sequences: boolean,
    step: (input: number[], state: number[][]) => number[][],
  ) => {
    const [batch = 0, time = 0] = x.shape;
    const rows = Array.from({ length: batch }, (_, b) => {
      let state = [new Array(units).fill(0), new Array(units).fill(0)];
      const outputs: number[] = [];
      for (let t = 0; t < time; t++) {
        state = step(row(x, b, t), state);
        outputs.push(...state[0]!);
      }
      return sequences ? outputs : state[0]!;
    });
    return new NdArray(sequences ? [batch, time, units] : [batch, units], rows.flat());
  };

  it.each([true, false])('LSTM follows its equations, sequences %s', (returnSequences) => {
    checkLayer(new LSTM({ units: 3, returnSequences }), [4, 2], (x, w) =>
      unroll(x, 3, returnSequences, (input, [h = [], c = []]) => {
        const fromState = affine(h, w['recurrentKernel']!);
        const gates = affine(input, w['kernel']!, [...w['bias']!.data]).map((v, k) => v + fromState[k]!);
        const cell = c.map(
          (v, k) => sigmoid(gates[3 + k]!) * v + sigmoid(gates[k]!) * Math.tanh(gates[6 + k]!),
        );
        return [cell.map((v, k) => sigmoid(gates[9 + k]!) * Math.tanh(v)), cell];
      }),
    );
  });

  it.each([true, false])('GRU follows its equations, sequences %s', (returnSequences) => {
    checkLayer(new GRU({ units: 3, returnSequences }), [4, 2], (x, w) =>
      unroll(x, 3, returnSequences, (input, [h = []]) => {
        const a = affine(input, w['kernel']!, [...w['bias']!.data.slice(0, 9)]);
        const r = affine(h, w['recurrentKernel']!, [...w['bias']!.data.slice(9)]);
        return [
          h.map((v, k) => {
            const u = sigmoid(a[k]! + r[k]!);
            return u * v + (1 - u) * Math.tanh(a[6 + k]! + sigmoid(a[3 + k]! + r[3 + k]!) * r[6 + k]!);
          }),
        ];
      }),
    );
  });

  it('can be run word by word from a state', () => {
    const layer = new LSTM({ units: 3 }).build([5, 2], 4);
    const x = tf.randomNormal([1, 5, 2], 0, 1, 'float32', 1);
    const whole = layer.apply(x).dataSync();
    const last = tf.tidy(() => {
      let state = layer.zeroState(1);
      for (let t = 0; t < 5; t++)
        state = layer.step(
          x.slice([0, t, 0], [1, 1, 2]).reshape([1, 2]) as Tensor2D,
          state as [Tensor2D, Tensor2D],
        );
      return state[0]!.dataSync();
    });
    expect(last).toEqual(whole);
    expect(() => layer.outputShape([5])).toThrow(/sequences of shape \[time, features\]/);
  });

  it('LSTM remembers at first: the forget bias is one', () => {
    const bias = new LSTM({ units: 2 }).build([3, 1]).variables.find((v) => v.path === 'bias')!;
    expect([...bias.variable.dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  });
});
