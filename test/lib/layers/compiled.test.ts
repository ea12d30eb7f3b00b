// A compiled step of every layer and of small models gives the numbers of the eager one.
import { beforeAll, describe, it } from 'vitest';
import * as L from '../../../lib/layers/index.ts';
import { softmaxCrossEntropy } from '../../../lib/losses/index.ts';
import { type ModelName, models, withAuxiliary } from '../../../lib/models/index.ts';
import { compile } from '../../../lib/runtime/compile.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { expectClose, randomiseWeights } from '../reference/check-layer.ts';
import { useEngine } from '../reference/engine.ts';
import { NdArray } from '../reference/nd-array.ts';

beforeAll(useEngine);

const image = [8, 6, 4];
const layers: [L.Layer, number[]][] = [
  [new L.Dense({ units: 3, activation: 'tanh' }), [5]],
  [new L.Conv2D({ filters: 4, kernelSize: 3, padding: 1, groups: 2, activation: 'relu' }), image],
  [new L.Conv2D({ filters: 4, kernelSize: 3, stride: 2, padding: 'same', dilation: 2 }), image],
  [new L.Conv2D({ filters: 4, kernelSize: 1, stride: 2, rounding: 'floor', untiedBias: true }), image],
  [new L.DepthwiseConv2D({ kernelSize: 3, padding: 'same', multiplier: 2 }), image],
  [
    new L.SparseConv2D({
      kernelSize: 3,
      table: [
        [0, 1],
        [2, 3],
        [0, 3],
      ],
    }),
    image,
  ],
  [new L.Conv2DTranspose({ filters: 2, kernelSize: 3, stride: 2, padding: 'same' }), image],
  [new L.MaxPool2D({ size: 3, stride: 2, padding: 1 }), image],
  [new L.AvgPool2D({ size: 3, stride: 2, padding: 'same' }), image],
  [new L.Subsampling(), image],
  [new L.GlobalAvgPool(), image],
  [new L.Upsample(), image],
  [new L.Upsample({ mode: 'bilinear' }), image],
  [new L.Pad2D({ padding: 1, value: -1 }), image],
  [new L.LocalResponseNorm({ alpha: 0.1 }), image],
  [new L.BatchNorm(), image],
  [new L.BatchNorm({ scale: false, center: false }), [7]],
  [new L.Maxout({ units: 3, pieces: 3 }), [5]],
  [
    new L.RBF({
      prototypes: [
        [1, -1, 1],
        [-1, -1, 1],
      ],
    }),
    [3],
  ],
  [new L.LSTM({ units: 3, returnSequences: true }), [4, 2]],
  [new L.GRU({ units: 3 }), [4, 2]],
  [new L.Concat([new L.Identity(), new L.MaxPool2D({ size: 3, stride: 1, padding: 1 })]), image],
  [new L.BasicBlock({ filters: 8, stride: 2, shortcut: 'zero-pad' }), image],
  [new L.Bottleneck({ filters: 2, stride: 2, shortcut: 'projection' }), image],
  [new L.InceptionResNet({ type: 'B', channels: 4, width: 1 / 32 }), image],
  ...[
    new L.ReLU(),
    new L.ReLU6(),
    new L.LeakyReLU(),
    new L.ELU({ alpha: 0.5 }),
    new L.Sigmoid(),
    new L.Tanh(),
  ].map((layer): [L.Layer, number[]] => [layer, [9]]),
  ...[new L.Softmax(), new L.GELU(), new L.SiLU()].map((layer): [L.Layer, number[]] => [layer, [9]]),
];

/** Output, gradient of the input, and gradients of the weights, of a weighted sum of the outputs. */
function stepOf(layer: L.Layer, training: boolean): (x: Tensor, weigh: Tensor) => Tensor[] {
  return (x, weigh) => {
    const loss = (v: Tensor) => tf.sum(tf.mul(layer.apply(v, { training }), weigh)).asScalar();
    const trainable = layer.trainableVariables;
    const { grads } = trainable.length > 0 ? tf.variableGrads(() => loss(x), trainable) : { grads: {} };
    return [layer.apply(x), tf.grad(loss)(x), ...trainable.map((v) => grads[v.name as keyof typeof grads]!)];
  };
}

describe('compiled steps', () => {
  it.each(layers.map(([layer, shape]) => [String(layer).split('\n')[0]!, layer, shape] as const))(
    '%s gives the same numbers',
    (_, layer, shape) => {
      layer.build(shape, 1);
      randomiseWeights(layer);
      const x = tf.randomNormal([3, ...shape], 0, 1, 'float32', 5);
      const weigh = tf.randomNormal([3, ...layer.outputShape(shape)], 0, 1, 'float32', 6);
      const step = stepOf(layer, true);
      const start = layer.variables.map((v) => v.variable.clone());
      const eager = step(x, weigh).map(NdArray.from);
      const after = layer.variables.map((v) => NdArray.from(v.variable));
      layer.variables.forEach(({ variable }, i) => {
        variable.assign(start[i]!);
      });
      const compiled = compile(step);
      compiled(x, weigh).forEach((y, i) => {
        expectClose(NdArray.from(y), eager[i]!, 2e-5, `result ${i}`);
      });
      layer.variables.forEach(({ path, variable }, i) => {
        expectClose(NdArray.from(variable), after[i]!, 2e-5, `${path} behind the step`);
      });
      compiled.dispose();
      layer.dispose();
    },
  );

  it.each([
    'lenet-5',
    'alexnet-groups',
    'googlenet-auxiliary',
    'cifar-resnet-20',
    'mobilenet-v2',
    'squeezenet-1.1',
  ] as ModelName[])('%s gives the same losses and gradients', (name) => {
    const shape: [number, number, number] = name === 'lenet-5' ? [28, 28, 1] : [32, 32, 3];
    const model = models[name]({ width: 1 / 16, inputShape: shape, classes: 4 }).build(shape, 2);
    const x = tf.randomNormal([4, ...shape], 0, 1, 'float32', 3);
    const labels = tf.tensor1d([0, 1, 2, 3], 'int32');
    const loss = withAuxiliary(softmaxCrossEntropy);
    // Dropout draws anew in each call: inference for those that have it.
    const training = name === 'cifar-resnet-20';
    const weights = model.trainableVariables;
    const step = (input: Tensor, target: Tensor): Tensor[] => {
      const { value, grads } = tf.variableGrads(
        () => loss(model.apply(input, { training }), target).asScalar(),
        weights,
      );
      return [value, ...Object.values(grads).filter((g) => g !== null)];
    };
    const eager = step(x, labels).map(NdArray.from);
    const compiled = compile(step);
    compiled(x, labels).forEach((y, i) => {
      expectClose(NdArray.from(y), eager[i]!, 1e-3, `result ${i}`);
    });
    compiled.dispose();
    model.dispose();
  });
});
