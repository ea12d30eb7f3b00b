// Every layer, loss and optimiser of the library, each with what it takes to run it: for the tests that compare engines with each
// other, and compiled steps with eager ones. `missing` finds what somebody exports and forgets here.
import * as layers from '../../../lib/layers/index.ts';
import * as losses from '../../../lib/losses/index.ts';
import * as optimizers from '../../../lib/optimizers/index.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';

export interface LayerCase {
  name: string;
  inputShape: number[];
  make(): layers.Layer;
  /** Inputs are whole numbers below this, which have no gradient. */
  below?: number;
}

const image = [8, 6, 4];
/** `note` tells two cases of one class apart. */
const layer = (make: () => layers.Layer, inputShape = image, note = ''): LayerCase => ({
  name: `${make().kind}${note && `, ${note}`}`,
  inputShape,
  make,
});
const conv = (note: string, options: Partial<layers.Conv2DOptions>): LayerCase =>
  layer(() => new layers.Conv2D({ filters: 4, kernelSize: 3, ...options }), image, note);
const inception = { conv1x1: 2, reduce3x3: 2, conv3x3: 2, reduce5x5: 2, conv5x5: 2, poolProjection: 2 };

export const layerCases: readonly LayerCase[] = [
  layer(() => new layers.Dense({ units: 3 }), [5]),
  ...(
    [
      'sigmoid',
      'tanh',
      'leaky-relu',
      'elu',
      'softmax',
      'silu',
      'lecun-tanh',
      'relu',
      'relu6',
      'gelu',
    ] as const
  ).map((activation) => layer(() => new layers.Dense({ units: 3, activation }), [5], activation)),
  conv('same', { padding: 'same', activation: 'relu' }),
  conv('padded, strided', { kernelSize: 2, padding: 1, stride: 2 }),
  conv('dilated', { kernelSize: 2, dilation: 2 }),
  conv('strided, dilated', { padding: 'same', stride: 2, dilation: 2 }),
  conv('in groups', { padding: 1, groups: 2, activation: 'relu' }),
  conv('1x1, strided', { kernelSize: 1, stride: 2, rounding: 'floor', untiedBias: true }),
  layer(
    () =>
      new layers.SparseConv2D({
        kernelSize: 3,
        table: [
          [0, 1],
          [2, 3],
          [1, 2, 3],
        ],
      }),
  ),
  layer(() => new layers.DepthwiseConv2D({ kernelSize: 3, padding: 'same', multiplier: 2 })),
  layer(() => new layers.Conv2DTranspose({ filters: 3, kernelSize: 2, stride: 2 })),
  layer(
    () => new layers.Conv2DTranspose({ filters: 2, kernelSize: 3, stride: 2, padding: 'same' }),
    image,
    'same',
  ),
  layer(() => new layers.ConvBN({ filters: 3, kernelSize: 3 })),
  layer(() => new layers.MaxPool2D()),
  layer(() => new layers.MaxPool2D({ size: 3, stride: 2, padding: 1 }), image, 'overlapping, padded'),
  layer(() => new layers.AvgPool2D()),
  layer(() => new layers.AvgPool2D({ size: 3, stride: 2, padding: 'same' }), image, 'overlapping, same'),
  layer(() => new layers.GlobalAvgPool()),
  layer(() => new layers.Subsampling()),
  layer(() => new layers.BatchNorm()),
  layer(() => new layers.BatchNorm({ scale: false, center: false }), [7], 'of features'),
  layer(() => new layers.LocalResponseNorm({ alpha: 0.1 })),
  layer(() => new layers.Dropout(0.4, { seed: 3 })),
  layer(() => new layers.Upsample()),
  layer(() => new layers.Upsample({ mode: 'bilinear' }), image, 'bilinear'),
  layer(() => new layers.Pad2D({ padding: 2, value: -1 })),
  layer(() => new layers.ZeroPadShortcut({ channels: 6, stride: 2 })),
  layer(() => new layers.Identity()),
  layer(() => new layers.Flatten()),
  layer(() => new layers.Maxout({ units: 3, pieces: 3 }), [5]),
  layer(
    () =>
      new layers.RBF({
        prototypes: [
          [1, -1],
          [0, 2],
        ],
      }),
    [2],
  ),
  { ...layer(() => new layers.Embedding({ words: 6, units: 3 }), [4]), below: 6 },
  layer(() => new layers.GRU({ units: 2 }), [4, 3]),
  layer(() => new layers.LSTM({ units: 2, returnSequences: true }), [4, 3]),
  layer(() => new layers.Sequential([new layers.Flatten(), new layers.Dense({ units: 3 })])),
  layer(
    () =>
      new layers.Add([new layers.Identity(), new layers.Conv2D({ filters: 4, kernelSize: 3, padding: 1 })]),
  ),
  layer(
    () =>
      new layers.Concat([new layers.Identity(), new layers.MaxPool2D({ size: 3, stride: 1, padding: 1 })]),
  ),
  layer(() => new layers.BasicBlock({ filters: 8, stride: 2, shortcut: 'zero-pad' })),
  layer(() => new layers.Bottleneck({ filters: 2, stride: 2, shortcut: 'projection' })),
  layer(() => new layers.Inception(inception)),
  layer(() => new layers.NaiveInception({ conv1x1: 2, conv3x3: 2, conv5x5: 2 })),
  layer(() => new layers.InceptionResNet({ type: 'C', channels: 4, width: 0.05 })),
  layer(() => new layers.AuxiliaryClassifier({ classes: 3, filters: 2, units: 4, dropout: 0.5 }), [8, 8, 4]),
  layer(() => new layers.ActivationLayer('lecun-tanh'), [9]),
  ...[
    new layers.ReLU(),
    new layers.ReLU6(),
    new layers.LeakyReLU(),
    new layers.ELU({ alpha: 0.5 }),
    new layers.Sigmoid(),
    new layers.Tanh(),
    new layers.Softmax(),
    new layers.GELU(),
    new layers.SiLU(),
  ].map((made) => layer(() => made, [9])),
];

/** A loss of logits `[batch, classes]` and numbers of the same shape that say what is wanted. */
export interface LossCase {
  name: string;
  of(logits: Tensor, wanted: Tensor): Tensor;
}

const loss = (f: { name: string }, of: LossCase['of'], note = ''): LossCase => ({
  name: `${f.name}${note && `, ${note}`}`,
  of,
});

export const lossCases: readonly LossCase[] = [
  loss(losses.softmaxCrossEntropy, (x, y) => losses.softmaxCrossEntropy(x, y.argMax(1))),
  loss(
    losses.softmaxCrossEntropy,
    (x, y) => losses.softmaxCrossEntropy(x, y.argMax(1), { labelSmoothing: 0.1 }),
    'smoothed',
  ),
  loss(losses.softmaxCrossEntropy, (x, y) => losses.softmaxCrossEntropy(x, tf.softmax(y as never)), 'rows'),
  loss(losses.hinge, (x, y) => losses.hinge(x, y.argMax(1))),
  loss(losses.binaryCrossEntropy, (x, y) => losses.binaryCrossEntropy(x, y.greater(0).toFloat())),
  loss(losses.meanSquaredError, losses.meanSquaredError),
  loss(losses.smoothL1, losses.smoothL1),
];

export interface OptimizerCase {
  name: string;
  make(): optimizers.Optimizer;
}

const optimizer = (make: () => optimizers.Optimizer, note = ''): OptimizerCase => ({
  name: `${make().kind}${note && `, ${note}`}`,
  make,
});

export const optimizerCases: readonly OptimizerCase[] = [
  optimizer(() => new optimizers.SGD({ learningRate: 0.1 })),
  optimizer(
    () => new optimizers.SGD({ learningRate: 0.1, weightDecay: 0.1, clipNorm: 0.5 }),
    'decay, clipped',
  ),
  optimizer(() => new optimizers.Momentum({ learningRate: 0.1 })),
  optimizer(() => new optimizers.Momentum({ learningRate: 0.1, nesterov: true }), 'Nesterov'),
  optimizer(() => new optimizers.AdaGrad({ learningRate: 0.1 })),
  optimizer(() => new optimizers.RMSProp({ learningRate: 0.01 })),
  optimizer(() => new optimizers.RMSProp({ learningRate: 0.01, momentum: 0.9 }), 'with momentum'),
  optimizer(() => new optimizers.Adam({ learningRate: 0.1 })),
  optimizer(() => new optimizers.AdamW({ learningRate: 0.1 })),
];

const BASES: readonly unknown[] = [
  layers.Layer,
  layers.Branches,
  layers.Recurrent,
  layers.ResidualBlock,
  optimizers.Optimizer,
];

const subclasses = (module: object, base: abstract new (...args: never[]) => unknown): string[] =>
  Object.entries(module)
    .filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof base && !BASES.includes(value),
    )
    .map(([name]) => name);

/** What the library exports and no case above covers. */
export function missing(): string[] {
  const covered = new Set([
    ...layerCases.map(({ make }) => make().constructor.name),
    ...lossCases.map(({ name }) => name.split(',')[0]!),
    ...optimizerCases.map(({ make }) => make().constructor.name),
  ]);
  const exported = [
    ...subclasses(layers, layers.Layer),
    ...Object.keys(losses),
    ...subclasses(optimizers, optimizers.Optimizer),
  ];
  return exported.filter((name) => !covered.has(name));
}
