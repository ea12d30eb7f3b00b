import { Concat } from './concat.ts';
import { ConvBN } from './conv-bn.ts';
import { Conv2D, type Conv2DOptions } from './conv2d.ts';
import type { Layer } from './layer.ts';
import { MaxPool2D } from './max-pool2d.ts';
import { Sequential } from './sequential.ts';

/** Filters of an Inception module, in the columns of the paper's table 1. */
export interface InceptionOptions {
  conv1x1: number;
  /** 1x1 filters before the 3x3 ones. */
  reduce3x3: number;
  conv3x3: number;
  /** 1x1 filters before the 5x5 ones. */
  reduce5x5: number;
  conv5x5: number;
  /** 1x1 filters behind the pooling. */
  poolProjection: number;
  /** Batch norm behind each convolution (torchvision's GoogLeNet); default false, biases as in the paper. */
  batchNorm?: boolean;
  /** Kernel of the "5x5" branch: 5, or 3 as torchvision has it. */
  large?: 3 | 5;
}

/** A convolution that keeps the size, with ReLU, and batch norm or a bias. */
const conv = (filters: number, kernelSize: number, batchNorm = false): Layer => {
  const options: Conv2DOptions = { filters, kernelSize, padding: 'same' };
  return batchNorm
    ? new ConvBN({ filters, kernelSize, padding: 'same', epsilon: 1e-3 })
    : new Conv2D({ ...options, activation: 'relu' });
};

/**
 * Inception module with dimension reduction (Szegedy et al. 2014, arXiv:1409.4842, figure 2b): 1x1, 3x3 and 5x5
 * convolutions and pooling side by side, joined depth-wise; 1x1 convolutions first make the depth small.
 *
 * `[H, W, D]` to `[H, W, conv1x1 + conv3x3 + conv5x5 + poolProjection]`.
 *
 * @example
 * import { Inception, summary } from 'convbook';
 * const block = new Inception({
 *   conv1x1: 128, reduce3x3: 64, conv3x3: 192, reduce5x5: 64, conv5x5: 96, poolProjection: 64,
 * });
 * console.log(block.outputShape([28, 28, 256])); // [28, 28, 480]
 * console.log(summary(block, [28, 28, 256]).totals.multiplyAdds); // 271351808
 */
export class Inception extends Concat {
  override readonly kind = 'Inception';

  constructor(o: InceptionOptions) {
    const bn = o.batchNorm ?? false;
    super({
      branch1: conv(o.conv1x1, 1, bn),
      branch2: new Sequential({ reduce: conv(o.reduce3x3, 1, bn), conv: conv(o.conv3x3, 3, bn) }),
      branch3: new Sequential({ reduce: conv(o.reduce5x5, 1, bn), conv: conv(o.conv5x5, o.large ?? 5, bn) }),
      branch4: new Sequential({
        pool: new MaxPool2D({ size: 3, stride: 1, padding: 1 }),
        project: conv(o.poolProjection, 1, bn),
      }),
    });
  }
}

/**
 * Naive Inception module (figure 2a): the same without reduction. Pooling keeps the depth, so that the joined depth can
 * only grow: `[H, W, D]` to `[H, W, conv1x1 + conv3x3 + conv5x5 + D]`.
 *
 * @example
 * import { NaiveInception, summary } from 'convbook';
 * const block = new NaiveInception({ conv1x1: 128, conv3x3: 192, conv5x5: 96 });
 * console.log(block.outputShape([28, 28, 256])); // [28, 28, 672]
 * console.log(summary(block, [28, 28, 256]).totals.multiplyAdds); // 854196224
 */
export class NaiveInception extends Concat {
  override readonly kind = 'NaiveInception';

  constructor(o: { conv1x1: number; conv3x3: number; conv5x5: number }) {
    super({
      branch1: conv(o.conv1x1, 1),
      branch2: conv(o.conv3x3, 3),
      branch3: conv(o.conv5x5, 5),
      branch4: new MaxPool2D({ size: 3, stride: 1, padding: 1 }),
    });
  }
}
