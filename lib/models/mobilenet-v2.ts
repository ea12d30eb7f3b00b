import { ActivationLayer } from '../layers/activation-layers.ts';
import { Add } from '../layers/add.ts';
import { BatchNorm } from '../layers/batch-norm.ts';
import { ConvBN } from '../layers/conv-bn.ts';
import { Dense } from '../layers/dense.ts';
import { DepthwiseConv2D } from '../layers/depthwise-conv2d.ts';
import { Dropout } from '../layers/dropout.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import { Identity } from '../layers/identity.ts';
import type { Layer } from '../layers/layer.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** Expansion t, channels c, repeats n, stride s (the paper's table 2). */
const rows = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export interface MobileNetV2Options extends ModelOptions {
  /** `'keras'` pads a stride of 2 at the bottom and right and normalises as Keras does, for its weights; default `'paper'`. */
  variant?: 'paper' | 'keras';
}

/** Where the published versions differ. */
interface Details {
  window: { padding: 1 | 'same'; rounding: 'floor' };
  norm: { epsilon: number; momentum: number };
}

/**
 * Inverted residual with linear bottleneck: 1x1 expansion by t, depthwise 3x3, 1x1 projection without activation, and a
 * shortcut where stride is 1 and the depth stays.
 */
function invertedResidual(
  inputs: number,
  filters: number,
  stride: number,
  t: number,
  { window, norm }: Details,
): Layer {
  const body = new Sequential({
    ...(t === 1
      ? {}
      : { expand: new ConvBN({ filters: inputs * t, kernelSize: 1, activation: 'relu6', ...norm }) }),
    depthwise: new DepthwiseConv2D({ kernelSize: 3, stride, useBias: false, ...window }),
    bn: new BatchNorm(norm),
    relu: new ActivationLayer('relu6'),
    project: new ConvBN({ filters, kernelSize: 1, activation: 'linear', ...norm }),
  });
  return stride === 1 && inputs === filters ? new Add({ body, shortcut: new Identity() }) : body;
}

/** A multiple of 8 that is not more than a tenth below (the authors' rounding). */
function divisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/**
 * MobileNet v2 (Sandler et al. 2018, arXiv:1801.04381): 3,504,872 parameters at width 1. The last convolution is not
 * made narrower than 1280 by a width below 1, as published. Below 64 pixels the stem has stride 1.
 *
 * @example
 * import { MobileNetV2, summary } from 'convbook';
 * console.log(summary(new MobileNetV2()).totals.parameters); // 3504872
 */
export class MobileNetV2 extends Model {
  readonly kind = 'MobileNetV2';
  readonly variant: 'paper' | 'keras';

  constructor(options: MobileNetV2Options = {}) {
    const s = settings(options, 'MobileNetV2', { classes: 1000, inputShape: [224, 224, 3] });
    const { width = 1, variant = 'paper' } = options;
    if (variant !== 'paper' && variant !== 'keras') {
      throw new RangeError(
        `MobileNetV2: variant must be 'paper' or 'keras'; it is ${JSON.stringify(variant)}.`,
      );
    }
    const keras = variant === 'keras';
    const details: Details = {
      window: { padding: keras ? 'same' : 1, rounding: 'floor' },
      norm: keras ? { epsilon: 1e-3, momentum: 0.999 } : { epsilon: 1e-5, momentum: 0.9 },
    };
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    let channels = divisible(32 * width);
    const conv1 = new ConvBN({
      filters: channels,
      kernelSize: 3,
      stride: small ? 1 : 2,
      activation: 'relu6',
      ...details.window,
      ...details.norm,
    });
    const blocks: [string, Layer][] = [];
    for (const [t, c, n, stride] of rows) {
      const filters = divisible(c * width);
      for (let i = 0; i < n; i++) {
        blocks.push([
          `block${blocks.length + 1}`,
          invertedResidual(channels, filters, i === 0 ? stride : 1, t, details),
        ]);
        channels = filters;
      }
    }
    super(
      {
        conv1,
        ...Object.fromEntries(blocks),
        conv2: new ConvBN({
          filters: divisible(1280 * Math.max(1, width)),
          kernelSize: 1,
          activation: 'relu6',
          ...details.norm,
        }),
        pool: new GlobalAvgPool(),
        dropout: new Dropout(0.2),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
    this.variant = variant;
  }
}
