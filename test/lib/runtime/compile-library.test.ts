import { beforeAll, describe, expect, it } from 'vitest';
import * as layers from '../../../lib/layers/index.ts';
import type { Layer } from '../../../lib/layers/layer.ts';
import * as losses from '../../../lib/losses/index.ts';
import { Momentum } from '../../../lib/optimizers/index.ts';
import { compile, startEngine, tf } from '../../../lib/runtime/index.ts';
import type { Scalar, Tensor } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
});

const maps = [6, 6, 4];
const seen: [name: string, inputShape: number[], make: () => Layer][] = [
  ['Dense', [5], () => new layers.Dense({ units: 3, activation: 'gelu' })],
  ['Maxout', [5], () => new layers.Maxout({ units: 3 })],
  [
    'Conv2D same',
    maps,
    () => new layers.Conv2D({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
  ],
  [
    'Conv2D padded, strided',
    maps,
    () => new layers.Conv2D({ filters: 3, kernelSize: 2, padding: 1, stride: 2 }),
  ],
  ['Conv2D dilated', maps, () => new layers.Conv2D({ filters: 3, kernelSize: 2, dilation: 2 })],
  ['Conv2D in groups', maps, () => new layers.Conv2D({ filters: 4, kernelSize: 3, groups: 2 })],
  [
    'SparseConv2D',
    maps,
    () =>
      new layers.SparseConv2D({
        kernelSize: 3,
        table: [
          [0, 1],
          [2, 3],
          [1, 2, 3],
        ],
      }),
  ],
  ['DepthwiseConv2D', maps, () => new layers.DepthwiseConv2D({ kernelSize: 3 })],
  ['Conv2DTranspose', maps, () => new layers.Conv2DTranspose({ filters: 3, kernelSize: 2, stride: 2 })],
  ['MaxPool2D', maps, () => new layers.MaxPool2D()],
  ['MaxPool2D overlapping', [7, 7, 4], () => new layers.MaxPool2D({ size: 3, stride: 2 })],
  ['AvgPool2D', maps, () => new layers.AvgPool2D()],
  ['GlobalAvgPool', maps, () => new layers.GlobalAvgPool()],
  ['Subsampling', maps, () => new layers.Subsampling()],
  ['BatchNorm', maps, () => new layers.BatchNorm()],
  ['BatchNorm of features', [5], () => new layers.BatchNorm({ scale: false })],
  ['LocalResponseNorm', maps, () => new layers.LocalResponseNorm()],
  ['Dropout', maps, () => new layers.Dropout(0.4, { seed: 3 })],
  ['Upsample', maps, () => new layers.Upsample({ mode: 'bilinear' })],
  ['Pad2D', maps, () => new layers.Pad2D({ padding: 2 })],
  [
    'RBF',
    [2],
    () =>
      new layers.RBF({
        prototypes: [
          [1, -1],
          [0, 2],
        ],
      }),
  ],
  ['GRU', [4, 3], () => new layers.GRU({ units: 2 })],
  ['LSTM', [4, 3], () => new layers.LSTM({ units: 2, returnSequences: true })],
  ['BasicBlock', maps, () => new layers.BasicBlock({ filters: 4 })],
  [
    'Bottleneck, projected',
    maps,
    () => new layers.Bottleneck({ filters: 2, stride: 2, shortcut: 'projection' }),
  ],
  [
    'Inception',
    maps,
    () =>
      new layers.Inception({
        conv1x1: 2,
        reduce3x3: 2,
        conv3x3: 2,
        reduce5x5: 2,
        conv5x5: 2,
        poolProjection: 2,
      }),
  ],
  ['InceptionResNet', [8, 8, 4], () => new layers.InceptionResNet({ type: 'C', channels: 4, width: 0.05 })],
  ...(['sigmoid', 'tanh', 'leaky-relu', 'elu', 'softmax', 'silu', 'lecun-tanh', 'relu6'] as const).map(
    (activation): [string, number[], () => Layer] => [
      `Dense with ${activation}`,
      [5],
      () => new layers.Dense({ units: 3, activation }),
    ],
  ),
];

describe('compiled, with the numbers of eager code', () => {
  it.each(seen)('%s', (_, inputShape, make) => {
    const side = () => {
      const layer = make().build(inputShape, 1);
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
    const difference = (a: Tensor, b: Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
    for (let i = 0; i < 3; i++) {
      const x = tf.randomNormal([3, ...inputShape], 0, 1, 'float32', 10 + i);
      const out = eager.layer.outputShape(inputShape);
      const weights = tf.randomNormal([3, ...out], 0, 1, 'float32', 20 + i);
      expect(difference(step(x, weights), eager.step(x, weights))).toBeLessThan(2e-5);
      expect(difference(infer(x), eager.infer(x))).toBeLessThan(2e-5);
    }
    eager.layer.variables.forEach(({ variable }, i) => {
      expect(difference(compiled.layer.variables[i]!.variable, variable)).toBeLessThan(2e-5);
    });
    expect([step.traces, infer.traces]).toEqual([1, 1]);
  });

  it.each([
    [
      'softmaxCrossEntropy',
      (x: Tensor, y: Tensor) => losses.softmaxCrossEntropy(x, y.argMax(1), { labelSmoothing: 0.1 }),
    ],
    ['hinge', (x: Tensor, y: Tensor) => losses.hinge(x, y.argMax(1))],
    ['binaryCrossEntropy', (x: Tensor, y: Tensor) => losses.binaryCrossEntropy(x, y.greater(0).toFloat())],
    ['meanSquaredError', (x: Tensor, y: Tensor) => losses.meanSquaredError(x, y)],
    ['smoothL1', (x: Tensor, y: Tensor) => losses.smoothL1(x, y)],
  ] as [string, (x: Tensor, y: Tensor) => Tensor][])('the loss %s', (_, loss) => {
    const f = (x: Tensor, y: Tensor) => {
      const { value, grad } = tf.valueAndGrad((t: Tensor) => loss(t, y))(x);
      return { value, grad };
    };
    const step = compile(f, { warmUp: false });
    for (let i = 0; i < 2; i++) {
      const [x, y] = [1, 2].map((seed) => tf.randomNormal([6, 4], 0, 1, 'float32', seed + 10 * i)) as [
        Tensor,
        Tensor,
      ];
      const [a, b] = [step(x, y), f(x, y)];
      expect(tf.abs(tf.sub(a.value, b.value)).dataSync()[0]!).toBeLessThan(1e-5);
      expect(tf.max(tf.abs(tf.sub(a.grad, b.grad))).dataSync()[0]!).toBeLessThan(1e-5);
    }
    expect(step.traces).toBe(1);
  });
});
