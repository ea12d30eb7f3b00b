import { ActivationLayer } from './activation-layers.ts';
import type { ActivationName } from './activations.ts';
import { BatchNorm } from './batch-norm.ts';
import { Conv2D, type Conv2DOptions } from './conv2d.ts';
import { Sequential } from './sequential.ts';

export interface ConvBNOptions extends Omit<Conv2DOptions, 'useBias' | 'untiedBias' | 'activation'> {
  /** Default `'relu'`. */
  activation?: ActivationName;
  /** Of the batch norm; default 1e-5. */
  epsilon?: number;
  /** Of the batch norm; default 0.9. */
  momentum?: number;
}

/**
 * Convolution without bias, batch norm, activation: the brick of the nets since 2015.
 *
 * @example
 * import { ConvBN } from 'convbook';
 * const brick = new ConvBN({ filters: 32, kernelSize: 3, stride: 2 });
 * console.log(brick.outputShape([299, 299, 3])); // [149, 149, 32]
 */
export class ConvBN extends Sequential {
  override readonly kind = 'ConvBN';

  constructor({ activation = 'relu', epsilon = 1e-5, momentum = 0.9, name, ...conv }: ConvBNOptions) {
    super(
      {
        conv: new Conv2D({ ...conv, useBias: false }),
        bn: new BatchNorm({ epsilon, momentum }),
        ...(activation === 'linear' ? {} : { act: new ActivationLayer(activation) }),
      },
      name === undefined ? {} : { name },
    );
  }
}
