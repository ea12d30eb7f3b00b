import { beforeAll, describe, expect, it } from 'vitest';
import { AvgPool2D, GlobalAvgPool, MaxPool2D, type Padding } from '../../../lib/layers/index.ts';
import { checkLayer } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { pool2d } from '../reference/loops.ts';
import { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

type Border = 'same' | [number, number, number, number];
const paddings: [Padding, Border][] = [
  ['valid', [0, 0, 0, 0]],
  ['same', 'same'],
  [1, [1, 1, 1, 1]],
  [
    [
      [0, 1],
      [1, 0],
    ],
    [0, 1, 1, 0],
  ],
];
const cases = paddings.flatMap(([padding, border]) =>
  [
    { size: [2, 2], stride: [2, 2] },
    { size: [3, 3], stride: [2, 2] },
    { size: [3, 2], stride: [1, 2] },
  ].map((window) => ({ padding, border, ...window })),
);
const two = (pair: number[]) => pair as [number, number];

describe('pooling', () => {
  it.each(cases)('takes the maximum as loops do: $size, stride $stride, padding $padding', (c) => {
    const layer = new MaxPool2D({ size: two(c.size), stride: two(c.stride), padding: c.padding });
    checkLayer(layer, [7, 6, 3], (x) =>
      pool2d(x, two(c.size), { stride: two(c.stride), padding: c.border }, 'max'),
    );
  });

  it.each(cases)('averages real pixels only: $size, stride $stride, padding $padding', (c) => {
    const layer = new AvgPool2D({ size: two(c.size), stride: two(c.stride), padding: c.padding });
    checkLayer(layer, [7, 6, 3], (x) =>
      pool2d(x, two(c.size), { stride: two(c.stride), padding: c.border }, 'mean'),
    );
  });

  it.each(cases)('averages zeros too where told: $size, stride $stride, padding $padding', (c) => {
    const layer = new AvgPool2D({
      size: two(c.size),
      stride: two(c.stride),
      padding: c.padding,
      countPadding: true,
    });
    checkLayer(layer, [7, 6, 3], (x) =>
      pool2d(x, two(c.size), { stride: two(c.stride), padding: c.border }, 'mean with zeros'),
    );
  });

  it('keeps negative maxima at the border', () => {
    const layer = new MaxPool2D({ size: 3, stride: 1, padding: 1 });
    const x = new NdArray([1, 2, 2, 1], [-5, -6, -7, -8]);
    expect(pool2d(x, [3, 3], { padding: [1, 1, 1, 1] }, 'max').data).toEqual(new Float64Array(4).fill(-5));
    checkLayer(layer, [2, 2, 1], (v) => pool2d(v, [3, 3], { padding: [1, 1, 1, 1] }, 'max'));
  });

  it('rounds down, up or not at all', () => {
    const size = (rounding: 'floor' | 'ceil') =>
      new MaxPool2D({ size: 3, stride: 2, rounding }).outputShape([54, 54, 8]);
    expect(size('floor')).toEqual([26, 26, 8]);
    expect(size('ceil')).toEqual([27, 27, 8]);
    expect(() => new MaxPool2D({ size: 3, stride: 2, rounding: 'exact' }).outputShape([54, 54, 8])).toThrow(
      /26\.50/,
    );
    checkLayer(new MaxPool2D({ size: 3, stride: 2, rounding: 'ceil' }), [6, 6, 2], (x) =>
      pool2d(x, [3, 3], { stride: [2, 2], padding: [0, 1, 0, 1] }, 'max'),
    );
    // The last window would lie in the padding alone: it is left out.
    expect(
      new AvgPool2D({ size: 2, stride: 2, padding: 1, rounding: 'ceil' }).outputShape([5, 5, 1]),
    ).toEqual([3, 3, 1]);
  });

  it('averages whole maps', () => {
    checkLayer(new GlobalAvgPool(), [3, 5, 4], (x) => {
      const y = new NdArray([2, 4]);
      for (const [b = 0, i = 0, j = 0, c = 0] of x.indices()) y.add(x.get(b, i, j, c) / 15, b, c);
      return y;
    });
  });
});
