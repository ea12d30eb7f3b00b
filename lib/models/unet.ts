import { Concat } from '../layers/concat.ts';
import { ConvBN } from '../layers/conv-bn.ts';
import { Conv2D } from '../layers/conv2d.ts';
import { Conv2DTranspose } from '../layers/conv2d-transpose.ts';
import { Identity } from '../layers/identity.ts';
import type { Layer } from '../layers/layer.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

export interface UNetOptions extends ModelOptions {
  /** Poolings on the way down; default 3. Height and width must be multiples of 2 to this power. */
  levels?: number;
}

const twice = (filters: number) => ({
  conv1: new ConvBN({ filters, kernelSize: 3, padding: 1 }),
  conv2: new ConvBN({ filters, kernelSize: 3, padding: 1 }),
});

/** Two convolutions, beside them everything deeper, and two convolutions on both together. */
function level(filters: number, deeper: number): Layer {
  if (deeper === 0) return new Sequential(twice(filters));
  return new Sequential({
    ...twice(filters),
    join: new Concat({
      skip: new Identity(),
      deep: new Sequential({
        pool: new MaxPool2D({ size: 2 }),
        level: level(2 * filters, deeper - 1),
        up: new Conv2DTranspose({ filters, kernelSize: 2, stride: 2 }),
      }),
    }),
    conv3: new ConvBN({ filters, kernelSize: 3, padding: 1 }),
    conv4: new ConvBN({ filters, kernelSize: 3, padding: 1 }),
  });
}

/**
 * A small U-Net (Ronneberger et al. 2015, arXiv:1505.04597) for segmentation, with batch norm and same padding:
 * `[H, W, D]` to logits `[H, W, classes]`, one row of classes per pixel.
 *
 * @example
 * import { UNet } from 'convbook';
 * console.log(new UNet({ classes: 5, inputShape: [64, 64, 3] }).outputShape([64, 64, 3])); // [64, 64, 5]
 */
export class UNet extends Model {
  readonly kind = 'UNet';

  constructor(options: UNetOptions = {}) {
    const { levels = 3 } = options;
    const s = settings(options, 'UNet', { classes: 2, inputShape: [64, 64, 1] });
    const step = 2 ** levels;
    if (s.inputShape[0] % step || s.inputShape[1] % step) {
      throw new RangeError(
        `UNet: height and width must be multiples of ${step} (2 to the power of levels); they are ${s.inputShape.slice(0, 2)}.`,
      );
    }
    super(
      {
        net: level(s.scaled(16), levels),
        scores: new Conv2D({ filters: s.classes, kernelSize: 1 }),
      },
      s,
      options,
    );
  }
}
