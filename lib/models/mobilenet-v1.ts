import { ActivationLayer } from '../layers/activation-layers.ts';
import { BatchNorm } from '../layers/batch-norm.ts';
import { ConvBN } from '../layers/conv-bn.ts';
import { Dense } from '../layers/dense.ts';
import { DepthwiseConv2D } from '../layers/depthwise-conv2d.ts';
import { Dropout } from '../layers/dropout.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** Filters and strides of the separable convolutions (the paper's table 1). */
const rows = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;

/** A depthwise 3x3 and a 1x1 convolution, each with batch norm and ReLU6. */
function separable(filters: number, stride: number): Sequential {
  return new Sequential({
    depthwise: new DepthwiseConv2D({ kernelSize: 3, stride, padding: 'same', useBias: false }),
    bn: new BatchNorm({ epsilon: 1e-3, momentum: 0.99 }),
    relu: new ActivationLayer('relu6'),
    pointwise: new ConvBN({ filters, kernelSize: 1, activation: 'relu6', epsilon: 1e-3, momentum: 0.99 }),
  });
}

/**
 * MobileNet (Howard et al. 2017, arXiv:1704.04861): depthwise separable convolutions, 4,231,976 parameters at width 1
 * (the paper's alpha). Below 64 pixels the stem has stride 1.
 *
 * @example
 * import { MobileNetV1, summary } from 'convbook';
 * console.log(summary(new MobileNetV1()).totals.parameters); // 4231976
 */
export class MobileNetV1 extends Model {
  readonly kind = 'MobileNetV1';

  constructor(options: ModelOptions = {}) {
    const s = settings(options, 'MobileNetV1', { classes: 1000, inputShape: [224, 224, 3] });
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    const blocks = rows.map(
      ([filters, stride], i) => [`conv${i + 2}`, separable(s.scaled(filters), stride)] as const,
    );
    super(
      {
        conv1: new ConvBN({
          filters: s.scaled(32),
          kernelSize: 3,
          stride: small ? 1 : 2,
          padding: 'same',
          activation: 'relu6',
          epsilon: 1e-3,
          momentum: 0.99,
        }),
        ...Object.fromEntries(blocks),
        pool: new GlobalAvgPool(),
        dropout: new Dropout(0.001),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
  }
}
