// Keras as an oracle: the same weights and inputs must give the same outputs and gradients here.
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../../lib/layers/index.ts';
import {
  binaryCrossEntropy,
  meanSquaredError,
  smoothL1,
  softmaxCrossEntropy,
} from '../../../lib/losses/index.ts';
import { MobileNetV1, VGG } from '../../../lib/models/index.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { expectClose } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { NdArray } from '../reference/nd-array.ts';
import { type Answer, ask, findPython, type Packed, unpack, values } from './keras.ts';

interface LayerCase {
  make: () => L.Layer;
  layer: string;
  args: Record<string, unknown>;
  inputShape: number[];
  batch?: number;
  training?: boolean;
  words?: number;
}

const both = <T>(list: readonly T[]) => list;
const layers: LayerCase[] = [
  { make: () => new L.Dense({ units: 5 }), layer: 'Dense', args: { units: 5 }, inputShape: [7] },
  ...both(['valid', 'same'] as const).flatMap((padding) =>
    both([
      { strides: 1, dilation_rate: 1, groups: 1 },
      { strides: 2, dilation_rate: 1, groups: 1 },
      { strides: 1, dilation_rate: 2, groups: 1 },
    ]).map(({ strides, dilation_rate, groups }) => ({
      make: () =>
        new L.Conv2D({
          filters: 6,
          kernelSize: 3,
          stride: strides,
          dilation: dilation_rate,
          padding,
          groups,
          rounding: 'floor',
        }),
      layer: 'Conv2D',
      args: { filters: 6, kernel_size: 3, strides, dilation_rate, padding, groups },
      inputShape: [8, 7, 4],
    })),
  ),
  ...both([1, 2]).map((strides) => ({
    make: () => new L.DepthwiseConv2D({ kernelSize: 3, stride: strides, padding: 'same', multiplier: 2 }),
    layer: 'DepthwiseConv2D',
    args: { kernel_size: 3, strides, padding: 'same', depth_multiplier: 2 },
    inputShape: [7, 8, 3],
  })),
  ...both(['valid', 'same'] as const).map((padding) => ({
    make: () => new L.Conv2DTranspose({ filters: 2, kernelSize: 3, stride: 2, padding }),
    layer: 'Conv2DTranspose',
    args: { filters: 2, kernel_size: 3, strides: 2, padding },
    inputShape: [4, 5, 3],
  })),
  ...both(['valid', 'same'] as const).flatMap((padding) => [
    {
      make: () => new L.MaxPool2D({ size: 3, stride: 2, padding }),
      layer: 'MaxPooling2D',
      args: { pool_size: 3, strides: 2, padding },
      inputShape: [8, 7, 3],
    },
    {
      make: () => new L.AvgPool2D({ size: 3, stride: 2, padding }),
      layer: 'AveragePooling2D',
      args: { pool_size: 3, strides: 2, padding },
      inputShape: [8, 7, 3],
    },
  ]),
  { make: () => new L.GlobalAvgPool(), layer: 'GlobalAveragePooling2D', args: {}, inputShape: [4, 5, 3] },
  ...both([true, false]).map((training) => ({
    make: () => new L.BatchNorm({ momentum: 0.9, epsilon: 1e-3 }),
    layer: 'BatchNormalization',
    args: { momentum: 0.9, epsilon: 1e-3 },
    inputShape: [4, 3, 5],
    batch: 6,
    training,
  })),
  {
    make: () => new L.LSTM({ units: 4, returnSequences: true }),
    layer: 'LSTM',
    args: { units: 4, return_sequences: true },
    inputShape: [5, 3],
  },
  { make: () => new L.LSTM({ units: 4 }), layer: 'LSTM', args: { units: 4 }, inputShape: [5, 3] },
  {
    make: () => new L.GRU({ units: 4, returnSequences: true }),
    layer: 'GRU',
    args: { units: 4, return_sequences: true },
    inputShape: [5, 3],
  },
  {
    make: () => new L.Embedding({ words: 9, units: 4 }),
    layer: 'Embedding',
    args: { input_dim: 9, output_dim: 4 },
    inputShape: [5],
    words: 9,
  },
  ...both(['nearest', 'bilinear'] as const).map((mode) => ({
    make: () => new L.Upsample({ factor: 2, mode }),
    layer: 'UpSampling2D',
    args: { size: 2, interpolation: mode },
    inputShape: [3, 4, 2],
  })),
  ...both([
    ['relu', new L.ReLU()],
    ['sigmoid', new L.Sigmoid()],
    ['tanh', new L.Tanh()],
    ['elu', new L.ELU()],
    ['gelu', new L.GELU()],
    ['silu', new L.SiLU()],
    ['softmax', new L.Softmax()],
  ] as const).map(([activation, layer]) => ({
    make: () => layer,
    layer: 'Activation',
    args: { activation },
    inputShape: [11],
  })),
  {
    make: () => new L.LeakyReLU({ alpha: 0.3 }),
    layer: 'LeakyReLU',
    args: { negative_slope: 0.3 },
    inputShape: [11],
  },
];

const losses = [
  {
    loss: 'CategoricalCrossentropy',
    args: { from_logits: true },
    shape: [6, 5],
    targets: 'one-hot',
    ours: softmaxCrossEntropy,
  },
  {
    loss: 'CategoricalCrossentropy',
    args: { from_logits: true, label_smoothing: 0.1 },
    shape: [6, 5],
    targets: 'one-hot',
    ours: (x: Tensor, t: Tensor) => softmaxCrossEntropy(x, t, { labelSmoothing: 0.1 }),
  },
  {
    loss: 'BinaryCrossentropy',
    args: { from_logits: true },
    shape: [6, 3],
    targets: 'unit',
    ours: binaryCrossEntropy,
  },
  { loss: 'MeanSquaredError', args: {}, shape: [6, 3], targets: 'normal', ours: meanSquaredError },
  // Huber's loss is beta times smooth L1.
  { loss: 'Huber', args: { delta: 1 }, shape: [6, 3], targets: 'normal', ours: smoothL1 },
];

const models = [
  {
    model: 'MobileNet',
    args: { alpha: 0.25, input_shape: [64, 64, 3], classes: 10, classifier_activation: 'linear' },
    inputShape: [64, 64, 3],
    ours: () => new MobileNetV1({ width: 0.25, inputShape: [64, 64, 3], classes: 10 }),
  },
  {
    model: 'VGG16',
    args: { input_shape: [32, 32, 3], classes: 10, include_top: false, pooling: 'avg' },
    inputShape: [32, 32, 3],
    // VGG16's convolutions; one pixel is left, whose average is itself.
    ours: () => new L.Sequential(new VGG({ inputShape: [32, 32, 3] }).layers.slice(0, 19)),
  },
];

const found = findPython();
const reason = 'reason' in found ? found.reason : '';
const name = (c: LayerCase) => `${c.layer} ${JSON.stringify(c.args)}${c.training ? ' training' : ''}`;

describe.skipIf(reason)(`Keras agrees${reason && ` (skipped: ${reason})`}`, () => {
  let answers: Answer[] = [];
  beforeAll(async () => {
    await useEngine();
    if (!('python' in found)) return;
    const cases = [
      ...layers.map(({ make: _, ...c }) => ({ kind: 'layer', batch: 2, ...c })),
      ...losses.map(({ ours: _, ...c }) => ({ kind: 'loss', ...c })),
      ...models.map(({ ours: _, ...c }) => ({ kind: 'model', batch: 2, ...c })),
    ];
    answers = ask(found.python, cases).answers;
  });

  const array = (p: Packed) => new NdArray(p.shape, values(p));
  const assign = (layer: L.Layer, weights: Packed[]) => {
    expect(layer.variables.map((v) => v.variable.shape)).toEqual(weights.map((w) => w.shape));
    layer.variables.forEach(({ variable }, i) => {
      variable.assign(unpack(weights[i]!));
    });
  };

  it.each(layers.map((c, i) => [name(c), c, i] as const))('%s', (_, c, i) => {
    const answer = answers[i]!;
    const layer = c.make().build(c.inputShape);
    assign(layer, answer.weights);
    const x = unpack(answer.x);
    const context = { training: c.training ?? false };
    expectClose(NdArray.from(layer.apply(x, context)), array(answer.y), 2e-5, 'output');
    if (c.training) {
      layer.variables.forEach(({ variable, path }, k) => {
        expectClose(NdArray.from(variable), array(answer.after[k]!), 1e-5, `${path} behind the step`);
      });
      assign(layer, answer.weights);
    }
    const loss = (input: Tensor) =>
      tf.sum(tf.mul(layer.apply(input, context), unpack(answer.weigh))).asScalar();
    const due = [...answer.gradients];
    if (!c.words)
      expectClose(NdArray.from(tf.grad(loss)(x)), array(due.shift()!), 1e-4, 'gradient of the input');
    if (due.length === 0) return;
    const trainable = layer.variables.filter((v) => v.trainable);
    const { grads } = tf.variableGrads(
      () => loss(x),
      trainable.map((v) => v.variable),
    );
    trainable.forEach(({ path, variable }, k) => {
      expectClose(NdArray.from(grads[variable.name]!), array(due[k]!), 1e-4, `gradient of ${path}`);
    });
  });

  it.each(losses.map((c, i) => [`${c.loss} ${JSON.stringify(c.args)}`, c, i] as const))('%s', (_, c, i) => {
    const answer = answers[layers.length + i]!;
    const [x, t] = [unpack(answer.x), unpack(answer.targets)];
    expectClose(NdArray.from(c.ours(x, t)), array(answer.y), 1e-5, 'loss');
    expectClose(
      NdArray.from(tf.grad((v: Tensor) => c.ours(v, t))(x)),
      array(answer.gradients[0]!),
      1e-5,
      'gradient',
    );
  });

  it.each(models.map((c, i) => [c.model, c, i] as const))(
    '%s with random weights gives the same outputs',
    (_, c, i) => {
      const answer = answers[layers.length + losses.length + i]!;
      const model = c.ours().build(c.inputShape);
      const shapes = answer.weights.map((w) => w.shape.filter((n) => n > 1).join());
      expect(model.variables.map((v) => v.variable.shape.filter((n) => n > 1).join())).toEqual(shapes);
      model.variables.forEach(({ variable }, k) => {
        variable.assign(unpack(answer.weights[k]!).reshape(variable.shape));
      });
      const y = model.apply(unpack(answer.x));
      expectClose(new NdArray(answer.y.shape, y.dataSync()), array(answer.y), 1e-4, 'output');
      model.dispose();
    },
  );
});
