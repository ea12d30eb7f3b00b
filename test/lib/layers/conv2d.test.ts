import { beforeAll, describe, expect, it } from 'vitest';
import { Conv2D, type Padding } from '../../../lib/layers/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { checkLayer } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { conv2d } from '../reference/loops.ts';
import type { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

type Border = 'same' | [number, number, number, number];
const paddings: [Padding, Border][] = [
  ['valid', [0, 0, 0, 0]],
  ['same', 'same'],
  [2, [2, 2, 2, 2]],
  [
    [1, 0],
    [1, 1, 0, 0],
  ],
  [
    [
      [0, 2],
      [1, 0],
    ],
    [0, 2, 1, 0],
  ],
];

describe('Conv2D', () => {
  const cases = paddings.flatMap(([padding, border]) =>
    [1, 2, [2, 1] as const].flatMap((stride) =>
      [1, 2].flatMap((dilation) =>
        [1, 2, 4].map((groups) => ({ padding, border, stride, dilation, groups })),
      ),
    ),
  );
  it.each(cases)(
    'agrees with loops, forward and backward: padding $padding, stride $stride, dilation $dilation, groups $groups',
    ({ padding, border, stride, dilation, groups }) => {
      const strides: [number, number] = typeof stride === 'number' ? [stride, stride] : [...stride];
      const layer = new Conv2D({
        filters: 8,
        kernelSize: [3, 2],
        padding,
        stride,
        dilation,
        groups,
        rounding: 'floor',
      });
      checkLayer(layer, [7, 6, 4], (x, w) =>
        conv2d(x, w['kernel']!, w['bias'], {
          padding: border,
          stride: strides,
          dilation: [dilation, dilation],
          groups,
        }),
      );
    },
  );

  it.each([
    { size: 1, padding: 'valid' as const, shape: [5, 4, 3] },
    { size: 5, padding: 'same' as const, shape: [5, 9, 1] },
    { size: 5, padding: 2, shape: [9, 5, 2] },
    { size: 7, padding: 3, shape: [3, 4, 2] },
  ])('agrees with loops: filters of $size, padding $padding on $shape', ({ size, padding, shape }) => {
    const p = typeof padding === 'number' ? padding : 0;
    checkLayer(new Conv2D({ filters: 3, kernelSize: size, padding }), shape, (x, w) =>
      conv2d(x, w['kernel']!, w['bias'], { padding: padding === 'same' ? 'same' : [p, p, p, p] }),
    );
  });

  // TensorFlow's own filter gradient of this one corrupts the heap.
  it.each([1, 2])('picks every second pixel with a 1x1 filter, groups %i', (groups) => {
    const layer = new Conv2D({ filters: 8, kernelSize: 1, stride: 2, rounding: 'floor', groups });
    const reference = (x: NdArray, w: Record<string, NdArray>) =>
      conv2d(x, w['kernel']!, w['bias'], { stride: [2, 2], groups });
    checkLayer(layer, [16, 16, 4], reference, { batch: 3 });
  });

  it("has the slides' sizes and parameters", () => {
    const six = new Conv2D({ filters: 6, kernelSize: 5 });
    expect(six.outputShape([32, 32, 3])).toEqual([28, 28, 6]);
    const ten = new Conv2D({ filters: 10, kernelSize: 5, padding: 2 });
    expect(ten.outputShape([32, 32, 3])).toEqual([32, 32, 10]);
    const parameters = ten.weightSpecs([32, 32, 3]).map((w) => w.shape.reduce((a, b) => a * b, 1));
    expect(parameters).toEqual([750, 10]);
    const sizes = [1, 2].map(
      (stride) => new Conv2D({ filters: 1, kernelSize: 3, stride }).outputShape([7, 7, 1])[0],
    );
    expect(sizes).toEqual([5, 3]);
  });

  it('names the numbers where the output size is not whole', () => {
    const layer = new Conv2D({ filters: 4, kernelSize: 3, stride: 3 });
    expect(() => layer.outputShape([7, 7, 1])).toThrow(
      /Conv2D\(4, 3x3, stride 3\).*\(7 - 3 \+ 2\*0\) \/ 3 \+ 1 = 2\.33.*rounding: 'floor'/,
    );
    expect(
      new Conv2D({ filters: 4, kernelSize: 3, stride: 3, rounding: 'floor' }).outputShape([7, 7, 1]),
    ).toEqual([2, 2, 4]);
  });

  it.each([
    [
      () => new Conv2D({ filters: 0, kernelSize: 3 }),
      /filters must be a whole number of at least 1; it is 0/,
    ],
    [
      () => new Conv2D({ filters: 2, kernelSize: 3, padding: 'full' as Padding }),
      /unknown padding "full".*'same'/,
    ],
    [() => new Conv2D({ filters: 2, kernelSize: 3, padding: -1 }), /unknown padding -1/],
    [() => new Conv2D({ filters: 3, kernelSize: 3, groups: 2 }), /3 filters can't be split into 2/],
    [
      () => new Conv2D({ filters: 2, kernelSize: 3, groups: 2 }).outputShape([4, 4, 3]),
      /3 input channels can't be split/,
    ],
    [
      () => new Conv2D({ filters: 2, kernelSize: 5 }).outputShape([4, 9, 3]),
      /window of 5 is larger than the height 4/,
    ],
    [() => new Conv2D({ filters: 2, kernelSize: 3 }).outputShape([28, 28]), /A grey image has one channel/],
    [
      () => new Conv2D({ filters: 2, kernelSize: 3, activation: 'rleu' as 'relu' }),
      /Unknown activation "rleu"/,
    ],
  ])('refuses bad settings with a sentence %#', (make, message) => {
    expect(make).toThrow(message);
  });

  it('frees what it made on the way', () => {
    const layer = new Conv2D({ filters: 4, kernelSize: 3, padding: 1, dilation: 2, groups: 2 });
    const x = tf.ones([1, 8, 8, 4]);
    const before = tf.memory().numTensors;
    layer.apply(x).dispose();
    expect(tf.memory().numTensors).toBe(before + 2);
    layer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('runs on another image size, but not on another number of channels', () => {
    const layer = new Conv2D({ filters: 2, kernelSize: 3 }).build([8, 8, 3]);
    expect(layer.apply(tf.ones([1, 5, 6, 3])).shape).toEqual([1, 3, 4, 2]);
    expect(() => layer.apply(tf.ones([1, 8, 8, 1]))).toThrow(
      /built for inputs of shape \[8, 8, 3\].*now got \[8, 8, 1\]/,
    );
    expect(() => layer.apply(tf.ones([0, 8, 8, 3]))).toThrow(/at least one example/);
  });
});
