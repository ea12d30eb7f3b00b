import { normal } from '../initializers/scaled.ts';
import { Concat } from '../layers/concat.ts';
import { Conv2D } from '../layers/conv2d.ts';
import { Dropout } from '../layers/dropout.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import type { Layer } from '../layers/layer.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

export interface SqueezeNetOptions extends ModelOptions {
  /** `'1.0'` (default) is the paper's, `'1.1'` the authors' later one with 2.4 times fewer operations. */
  version?: '1.0' | '1.1';
}

/**
 * Fire module (Iandola et al. 2016): a 1x1 convolution makes the depth small ("squeeze"), 1x1 and 3x3 convolutions side
 * by side make it large again ("expand"). `[H, W, D]` to `[H, W, 2 * expand]`.
 *
 * @example
 * import { Fire } from 'convbook';
 * console.log(new Fire(16, 64).outputShape([55, 55, 96])); // [55, 55, 128]
 */
export class Fire extends Sequential {
  override readonly kind = 'Fire';

  constructor(squeeze: number, expand: number) {
    super({
      squeeze: new Conv2D({ filters: squeeze, kernelSize: 1, activation: 'relu' }),
      expand: new Concat({
        conv1x1: new Conv2D({ filters: expand, kernelSize: 1, activation: 'relu' }),
        conv3x3: new Conv2D({ filters: expand, kernelSize: 3, padding: 1, activation: 'relu' }),
      }),
    });
  }
}

/**
 * SqueezeNet (Iandola et al. 2016, arXiv:1602.07360): AlexNet's accuracy with 50 times fewer parameters, 1,248,424
 * (1.1: 1,235,496). Fully convolutional: the classes are maps of a 1x1 convolution, averaged over the image. Below 64
 * pixels the stem keeps the resolution.
 *
 * @example
 * import { SqueezeNet, summary } from 'convbook';
 * console.log(summary(new SqueezeNet()).totals.parameters); // 1248424
 */
export class SqueezeNet extends Model {
  readonly kind: string;

  constructor(options: SqueezeNetOptions = {}) {
    const { version = '1.0' } = options;
    if (version !== '1.0' && version !== '1.1')
      throw new RangeError(`SqueezeNet: version must be '1.0' or '1.1'; it is ${version}.`);
    const s = settings(options, 'SqueezeNet', { classes: 1000, inputShape: [227, 227, 3] });
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    const stem =
      version === '1.0' ? { filters: s.scaled(96), kernelSize: 7 } : { filters: s.scaled(64), kernelSize: 3 };
    const conv1 = small
      ? new Conv2D({ filters: stem.filters, kernelSize: 3, padding: 1, activation: 'relu' })
      : new Conv2D({ ...stem, stride: 2, activation: 'relu', rounding: 'floor' });
    const fire = (squeeze: number, expand: number) => new Fire(s.scaled(squeeze), s.scaled(expand));
    const pool = () => new MaxPool2D({ size: 3, stride: 2, rounding: 'ceil' });
    const middle: Record<string, Layer> =
      version === '1.0'
        ? {
            pool1: pool(),
            fire2: fire(16, 64),
            fire3: fire(16, 64),
            fire4: fire(32, 128),
            pool4: pool(),
            fire5: fire(32, 128),
            fire6: fire(48, 192),
            fire7: fire(48, 192),
            fire8: fire(64, 256),
            pool8: pool(),
            fire9: fire(64, 256),
          }
        : {
            pool1: pool(),
            fire2: fire(16, 64),
            fire3: fire(16, 64),
            pool3: pool(),
            fire4: fire(32, 128),
            fire5: fire(32, 128),
            pool5: pool(),
            fire6: fire(48, 192),
            fire7: fire(48, 192),
            fire8: fire(64, 256),
            fire9: fire(64, 256),
          };
    super(
      {
        conv1,
        ...middle,
        drop9: new Dropout(0.5),
        conv10: new Conv2D({
          filters: s.classes,
          kernelSize: 1,
          activation: 'relu',
          kernelInitializer: normal({ std: 0.01 }),
        }),
        pool10: new GlobalAvgPool(),
      },
      s,
      options,
    );
    this.kind = `SqueezeNet${version}`;
  }
}
