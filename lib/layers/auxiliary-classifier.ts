import { AvgPool2D } from './avg-pool2d.ts';
import { ConvBN } from './conv-bn.ts';
import { Conv2D } from './conv2d.ts';
import { Dense } from './dense.ts';
import { Dropout } from './dropout.ts';
import { Flatten } from './flatten.ts';
import { Sequential } from './sequential.ts';

export interface AuxiliaryClassifierOptions {
  classes: number;
  /** Default 128. */
  filters?: number;
  /** Default 1024. */
  units?: number;
  /** Default 0.7. */
  dropout?: number;
  batchNorm?: boolean;
}

/**
 * GoogLeNet's auxiliary classifier (Szegedy et al. 2014): average pooling 5x5 with stride 3, 1x1 convolution, two dense
 * layers; brings gradient to the lower layers in training and is left out in inference.
 *
 * `[H, W, D]` of at least 5x5 to `[classes]` logits.
 *
 * @example
 * import { AuxiliaryClassifier } from 'convbook';
 * console.log(new AuxiliaryClassifier({ classes: 1000 }).outputShape([14, 14, 512])); // [1000]
 */
export class AuxiliaryClassifier extends Sequential {
  override readonly kind = 'AuxiliaryClassifier';

  constructor({
    classes,
    filters = 128,
    units = 1024,
    dropout = 0.7,
    batchNorm = false,
  }: AuxiliaryClassifierOptions) {
    super({
      pool: new AvgPool2D({ size: 5, stride: 3, padding: 'valid' }),
      conv: batchNorm
        ? new ConvBN({ filters, kernelSize: 1, epsilon: 1e-3 })
        : new Conv2D({ filters, kernelSize: 1, activation: 'relu' }),
      flatten: new Flatten(),
      fc1: new Dense({ units, activation: 'relu' }),
      dropout: new Dropout(dropout),
      fc2: new Dense({ units: classes }),
    });
  }
}
