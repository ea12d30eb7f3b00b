import { beforeAll, describe, expect, it } from 'vitest';
import {
  Conv2D,
  Conv2DTranspose,
  DepthwiseConv2D,
  Pad2D,
  SparseConv2D,
  Upsample,
} from '../../../lib/layers/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { checkLayer } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { conv2d, convTranspose, depthwise } from '../reference/loops.ts';
import { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

describe('DepthwiseConv2D', () => {
  const cases = [1, 2].flatMap((multiplier) =>
    ([1, 2, [2, 1]] as const).flatMap((stride) =>
      (
        [
          ['valid', 1],
          ['same', 1],
          [1, 1],
          ['same', 2],
        ] as const
      ).map(([padding, dilation]) => ({ multiplier, stride, padding, dilation })),
    ),
  );
  it.each(cases)(
    'agrees with loops: $multiplier per map, stride $stride, padding $padding, dilation $dilation',
    (c) => {
      const layer = new DepthwiseConv2D({ ...c, kernelSize: 3, rounding: 'floor' });
      const stride: [number, number] = typeof c.stride === 'number' ? [c.stride, c.stride] : [...c.stride];
      const padding =
        c.padding === 'valid' ? ([0, 0, 0, 0] as const) : c.padding === 1 ? ([1, 1, 1, 1] as const) : 'same';
      checkLayer(layer, [7, 6, 3], (x, w) =>
        depthwise(x, w['kernel']!, w['bias'], { stride, padding, dilation: [c.dilation, c.dilation] }),
      );
    },
  );
});

describe('SparseConv2D', () => {
  const table = [[0, 1], [2], [0, 1, 2]];
  it('sees the maps of its table only', () => {
    checkLayer(new SparseConv2D({ kernelSize: 3, table, padding: 1 }), [5, 4, 3], (x, w) => {
      const full = new NdArray([3, 3, 3, 3]);
      let at = 0;
      table.forEach((maps, k) => {
        for (const m of maps) {
          for (let a = 0; a < 3; a++)
            for (let b = 0; b < 3; b++) full.set(w['kernel']!.get(a, b, at), a, b, m, k);
          at++;
        }
      });
      return conv2d(x, full, w['bias'], { padding: [1, 1, 1, 1] });
    });
  });

  it('has the connected weights only, and refuses tables that do not fit', () => {
    const layer = new SparseConv2D({ kernelSize: 5, table });
    expect(layer.weightSpecs([14, 14, 3]).map((w) => w.shape)).toEqual([[5, 5, 6], [3]]);
    expect(() => layer.outputShape([14, 14, 2])).toThrow(/sees input map 2, and there are 2 maps/);
    expect(() => new SparseConv2D({ kernelSize: 5, table: [[0, 0]] })).toThrow(
      /filter 0 needs a list of different input maps/,
    );
  });

  it('frees its table with its weights, and can be built again', () => {
    const before = tf.memory().numTensors;
    const layer = new SparseConv2D({ kernelSize: 3, table });
    layer.build([5, 5, 3]).dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(layer.build([5, 5, 3]).apply(tf.ones([1, 5, 5, 3])).shape).toEqual([1, 3, 3, 3]);
  });
});

describe('untied biases', () => {
  it('are one per output position', () => {
    checkLayer(new Conv2D({ filters: 2, kernelSize: 3, untiedBias: true }), [5, 4, 1], (x, w) => {
      const y = conv2d(x, w['kernel']!);
      for (const [b = 0, i = 0, j = 0, k = 0] of y.indices()) y.add(w['bias']!.get(i, j, k), b, i, j, k);
      return y;
    });
  });
});

describe('Conv2DTranspose', () => {
  it.each([
    { size: 3, stride: 1, padding: 'valid' as const, cut: [0, 0, 0, 0] as const },
    { size: 2, stride: 2, padding: 'valid' as const, cut: [0, 0, 0, 0] as const },
    { size: 3, stride: 2, padding: 'same' as const, cut: [0, 1, 0, 1] as const },
    { size: 4, stride: 2, padding: 'same' as const, cut: [1, 1, 1, 1] as const },
    { size: 4, stride: 2, padding: 1, cut: [1, 1, 1, 1] as const },
    { size: 5, stride: 3, padding: 2, cut: [2, 2, 2, 2] as const },
  ])('agrees with loops: $size, stride $stride, padding $padding', ({ size, stride, padding, cut }) => {
    checkLayer(new Conv2DTranspose({ filters: 2, kernelSize: size, stride, padding }), [4, 3, 3], (x, w) =>
      convTranspose(x, w['kernel']!, w['bias'], [stride, stride], cut),
    );
  });

  it('says when nothing is left', () => {
    expect(() =>
      new Conv2DTranspose({ filters: 1, kernelSize: 2, padding: 2 }).outputShape([2, 2, 1]),
    ).toThrow(/nothing is left/);
    expect(() => new Conv2DTranspose({ filters: 1, kernelSize: 2, stride: 3, padding: 'same' })).toThrow(
      /at least the stride/,
    );
  });
});

describe('Upsample', () => {
  it('repeats pixels', () => {
    checkLayer(new Upsample({ factor: [2, 3] }), [3, 2, 2], (x) => {
      const y = new NdArray([2, 6, 6, 2]);
      for (const [b = 0, i = 0, j = 0, c = 0] of y.indices())
        y.set(x.get(b, Math.floor(i / 2), Math.floor(j / 3), c), b, i, j, c);
      return y;
    });
  });

  it.each([2, 3])('interpolates between centres, factor %i', (factor) => {
    checkLayer(new Upsample({ factor, mode: 'bilinear' }), [3, 4, 2], (x) => {
      const y = new NdArray([2, 3 * factor, 4 * factor, 2]);
      const at = (b: number, i: number, j: number, c: number) =>
        x.get(b, Math.min(Math.max(i, 0), 2), Math.min(Math.max(j, 0), 3), c);
      for (const [b = 0, i = 0, j = 0, c = 0] of y.indices()) {
        const u = (i + 0.5) / factor - 0.5;
        const v = (j + 0.5) / factor - 0.5;
        const [p, q] = [Math.floor(u), Math.floor(v)];
        const [s, t] = [u - p, v - q];
        const top = at(b, p, q, c) * (1 - t) + at(b, p, q + 1, c) * t;
        const bottom = at(b, p + 1, q, c) * (1 - t) + at(b, p + 1, q + 1, c) * t;
        y.set(top * (1 - s) + bottom * s, b, i, j, c);
      }
      return y;
    });
  });
});

describe('Pad2D', () => {
  it('adds a border of its value', () => {
    checkLayer(
      new Pad2D({
        padding: [
          [1, 0],
          [2, 1],
        ],
        value: -1,
      }),
      [2, 3, 2],
      (x) => {
        const y = new NdArray([2, 3, 6, 2]).map(() => -1);
        for (const [b = 0, i = 0, j = 0, c = 0] of x.indices()) y.set(x.get(b, i, j, c), b, i + 1, j + 2, c);
        return y;
      },
    );
  });
});
