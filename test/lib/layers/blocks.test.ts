import { beforeAll, describe, expect, it } from 'vitest';
import { summary } from '../../../lib/analysis/summary.ts';
import {
  AuxiliaryClassifier,
  BasicBlock,
  Bottleneck,
  ConvBN,
  Inception,
  InceptionResNet,
  NaiveInception,
  type Shortcut,
} from '../../../lib/layers/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { checkLayer } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { batchNorm, conv2d, dense, pool2d, type WindowSettings } from '../reference/loops.ts';
import { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

type Weights = Record<string, NdArray>;
const relu = (x: NdArray) => x.map((v) => Math.max(0, v));
const same = (size: number): WindowSettings => {
  const p = (size - 1) / 2;
  return { padding: [p, p, p, p] };
};
const add = (a: NdArray, b: NdArray) => a.map((v, i) => v + b.data[i]!);

/** Batch norm of a named layer, in inference or in training. */
const normalise = (x: NdArray, w: Weights, name: string, training: boolean, epsilon = 1e-5) =>
  batchNorm(
    x,
    w[`${name}.gamma`]!,
    w[`${name}.beta`]!,
    epsilon,
    training ? undefined : { mean: w[`${name}.movingMean`]!, variance: w[`${name}.movingVariance`]! },
  );

function concat(...parts: NdArray[]): NdArray {
  const [first] = parts;
  const depth = parts.reduce((sum, p) => sum + p.shape[3]!, 0);
  const y = new NdArray([...first!.shape.slice(0, 3), depth]);
  let offset = 0;
  for (const part of parts) {
    for (const [b = 0, i = 0, j = 0, c = 0] of part.indices())
      y.set(part.get(b, i, j, c), b, i, j, c + offset);
    offset += part.shape[3]!;
  }
  return y;
}

function zeroPad(x: NdArray, stride: number, channels: number): NdArray {
  const [b = 0, h = 0, w = 0, d = 0] = x.shape;
  const y = new NdArray([b, Math.ceil(h / stride), Math.ceil(w / stride), channels]);
  for (const [n = 0, i = 0, j = 0, c = 0] of y.indices()) {
    if (c < d) y.set(x.get(n, i * stride, j * stride, c), n, i, j, c);
  }
  return y;
}

const around = (
  x: NdArray,
  w: Weights,
  kind: Shortcut,
  stride: number,
  channels: number,
  training: boolean,
) => {
  if (kind === 'identity') return x;
  if (kind === 'zero-pad') return zeroPad(x, stride, channels);
  const maps = conv2d(x, w['shortcut.conv.kernel']!, undefined, { stride: [stride, stride] });
  return normalise(maps, w, 'shortcut.bn', training);
};

const shortcuts: { shortcut: Shortcut; stride: number; filters: number; size: number }[] = [
  { shortcut: 'identity', stride: 1, filters: 4, size: 5 },
  { shortcut: 'projection', stride: 2, filters: 6, size: 6 },
  { shortcut: 'projection', stride: 1, filters: 3, size: 4 },
  { shortcut: 'zero-pad', stride: 2, filters: 8, size: 6 },
  { shortcut: 'zero-pad', stride: 2, filters: 4, size: 5 },
];

describe('residual blocks', () => {
  it.each(
    shortcuts.flatMap((s) => [
      { ...s, training: false },
      { ...s, training: true },
    ]),
  )(
    'basic: $shortcut, stride $stride, training $training',
    ({ shortcut, stride, filters, size, training }) => {
      const block = new BasicBlock({ filters, stride, shortcut });
      checkLayer(
        block,
        [size, size, 4],
        (x, w) => {
          const a = conv2d(x, w['conv1.kernel']!, undefined, { ...same(3), stride: [stride, stride] });
          const b = conv2d(relu(normalise(a, w, 'bn1', training)), w['conv2.kernel']!, undefined, same(3));
          return relu(
            add(normalise(b, w, 'bn2', training), around(x, w, shortcut, stride, filters, training)),
          );
        },
        { context: { training }, tolerance: 5e-4 },
      );
    },
  );

  it.each(['1x1', '3x3'] as const)('bottleneck, stride on the %s', (strideOn) => {
    const block = new Bottleneck({ filters: 2, stride: 2, shortcut: 'projection', strideOn });
    checkLayer(
      block,
      [6, 6, 3],
      (x, w) => {
        const [s1, s2] = strideOn === '1x1' ? [2, 1] : [1, 2];
        const a = conv2d(x, w['conv1.kernel']!, undefined, { stride: [s1, s1] });
        const b = conv2d(relu(normalise(a, w, 'bn1', false)), w['conv2.kernel']!, undefined, {
          ...same(3),
          stride: [s2, s2],
        });
        const c = conv2d(relu(normalise(b, w, 'bn2', false)), w['conv3.kernel']!);
        return relu(add(normalise(c, w, 'bn3', false), around(x, w, 'projection', 2, 8, false)));
      },
      { tolerance: 5e-4 },
    );
  });

  it("keep their parts' names, dispose all of them and can be built again", () => {
    const before = tf.memory().numTensors;
    const block = new BasicBlock({ filters: 4, shortcut: 'projection' }).build([4, 4, 2]);
    expect(block.variables.map((v) => v.path).filter((p) => p.endsWith('kernel'))).toEqual([
      'conv1.kernel',
      'conv2.kernel',
      'shortcut.conv.kernel',
    ]);
    block.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(block.apply(tf.ones([1, 4, 4, 2])).shape).toEqual([1, 4, 4, 4]);
  });

  it('say which shortcut they need', () => {
    expect(() => new BasicBlock({ filters: 8 }).outputShape([4, 4, 4])).toThrow(
      /body gives \[4, 4, 8\] and the shortcut \[4, 4, 4\].*'projection' or 'zero-pad'/,
    );
    expect(() => new BasicBlock({ filters: 8, shortcut: 'option-b' as 'identity' })).toThrow(
      /Unknown shortcut "option-b"/,
    );
    expect(() => new BasicBlock({ filters: 2, shortcut: 'zero-pad' }).outputShape([4, 4, 4])).toThrow(
      /^shortcut: .*4 maps already/,
    );
  });

  it('are their shortcut at first where told so', () => {
    const x = tf.randomUniform([2, 4, 4, 3], 0, 1, 'float32', 1);
    const block = new BasicBlock({ filters: 3, zeroInit: true });
    expect(block.apply(x).dataSync()).toEqual(x.dataSync());
  });
});

describe('Inception', () => {
  const convolve = (x: NdArray, w: Weights, name: string, size: number) =>
    relu(conv2d(x, w[`${name}.kernel`]!, w[`${name}.bias`], same(size)));
  const pool = (x: NdArray) => pool2d(x, [3, 3], { padding: [1, 1, 1, 1] }, 'max');

  it('with reduction joins four branches', () => {
    const block = new Inception({
      conv1x1: 2,
      reduce3x3: 3,
      conv3x3: 4,
      reduce5x5: 1,
      conv5x5: 2,
      poolProjection: 3,
    });
    checkLayer(
      block,
      [5, 6, 3],
      (x, w) =>
        concat(
          convolve(x, w, 'branch1', 1),
          convolve(convolve(x, w, 'branch2.reduce', 1), w, 'branch2.conv', 3),
          convolve(convolve(x, w, 'branch3.reduce', 1), w, 'branch3.conv', 5),
          convolve(pool(x), w, 'branch4.project', 1),
        ),
      { tolerance: 5e-4 },
    );
  });

  it('naive keeps the pooled depth', () => {
    checkLayer(new NaiveInception({ conv1x1: 2, conv3x3: 1, conv5x5: 2 }), [4, 4, 3], (x, w) =>
      concat(
        convolve(x, w, 'branch1', 1),
        convolve(x, w, 'branch2', 3),
        convolve(x, w, 'branch3', 5),
        pool(x),
      ),
    );
  });

  it("has the slides' operations: 854M naive, 271M reduced, not 358M, which counts the 3x3 twice", () => {
    const naive = summary(new NaiveInception({ conv1x1: 128, conv3x3: 192, conv5x5: 96 }), [28, 28, 256]);
    expect(naive.totals.multiplyAdds / 1e6).toBeCloseTo(854.2, 1);
    const filters = {
      conv1x1: 128,
      reduce3x3: 64,
      conv3x3: 192,
      reduce5x5: 64,
      conv5x5: 96,
      poolProjection: 64,
    };
    const reduced = summary(new Inception(filters), [28, 28, 256]);
    expect(reduced.totals.multiplyAdds / 1e6).toBeCloseTo(271.4, 1);
    const twice = reduced.totals.multiplyAdds + reduced.row('branch2.conv').multiplyAdds;
    expect(twice / 1e6).toBeCloseTo(358, 0);
  });
});

describe('other blocks', () => {
  it('ConvBN is convolution, batch norm and activation', () => {
    checkLayer(new ConvBN({ filters: 3, kernelSize: 3, padding: 1, epsilon: 1e-3 }), [4, 5, 2], (x, w) =>
      relu(normalise(conv2d(x, w['conv.kernel']!, undefined, same(3)), w, 'bn', false, 1e-3)),
    );
  });

  it('the auxiliary classifier pools, convolves and classifies', () => {
    checkLayer(
      new AuxiliaryClassifier({ classes: 3, filters: 2, units: 4 }),
      [8, 8, 3],
      (x, w) => {
        const maps = relu(
          conv2d(pool2d(x, [5, 5], { stride: [3, 3] }, 'mean'), w['conv.kernel']!, w['conv.bias']),
        );
        const flat = new NdArray([2, maps.data.length / 2], maps.data);
        return dense(relu(dense(flat, w['fc1.kernel']!, w['fc1.bias'])), w['fc2.kernel']!, w['fc2.bias']);
      },
      { tolerance: 5e-4 },
    );
  });

  it.each(['A', 'B', 'C'] as const)(
    'Inception-ResNet-%s adds a scaled residual and keeps the shape',
    (type) => {
      const block = new InceptionResNet({ type, channels: 4, scale: 0.3, width: 1 / 32 });
      const steps: Record<string, [branch: string, size: [number, number]][][]> = {
        A: [
          [['branch1.convbn1', [1, 1]]],
          [
            ['branch2.convbn1', [1, 1]],
            ['branch2.convbn2', [3, 3]],
          ],
          [
            ['branch3.convbn1', [1, 1]],
            ['branch3.convbn2', [3, 3]],
            ['branch3.convbn3', [3, 3]],
          ],
        ],
        B: [
          [['branch1.convbn1', [1, 1]]],
          [
            ['branch2.convbn1', [1, 1]],
            ['branch2.convbn2', [1, 7]],
            ['branch2.convbn3', [7, 1]],
          ],
        ],
        C: [
          [['branch1.convbn1', [1, 1]]],
          [
            ['branch2.convbn1', [1, 1]],
            ['branch2.convbn2', [1, 3]],
            ['branch2.convbn3', [3, 1]],
          ],
        ],
      };
      checkLayer(
        block,
        [4, 4, 4],
        (x, w) => {
          const branches = steps[type]!.map((branch) =>
            branch.reduce((y, [name, [h, v]]) => {
              const padding = [(h - 1) / 2, (h - 1) / 2, (v - 1) / 2, (v - 1) / 2] as const;
              const maps = conv2d(y, w[`branches.${name}.conv.kernel`]!, undefined, { padding });
              return relu(normalise(maps, w, `branches.${name}.bn`, false));
            }, x),
          );
          const residual = conv2d(concat(...branches), w['conv.kernel']!, w['conv.bias']);
          return relu(x.map((v, i) => v + 0.3 * residual.data[i]!));
        },
        { tolerance: 5e-4 },
      );
      expect(() => block.outputShape([4, 4, 5])).toThrow(/adds to 4 maps, and the input has 5/);
    },
  );
});
