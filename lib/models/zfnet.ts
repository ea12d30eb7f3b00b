import { Conv2D } from '../layers/conv2d.ts';
import { Dense } from '../layers/dense.ts';
import { Dropout } from '../layers/dropout.ts';
import { Flatten } from '../layers/flatten.ts';
import { LocalResponseNorm } from '../layers/local-response-norm.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { Model, type ModelOptions, settings } from './model.ts';

export interface ZFNetOptions extends ModelOptions {
  /** CONV3 to 5 have 512, 1024, 512 maps (the paper's section 5.1 and the slides; default), or AlexNet's 384, 384, 256. */
  wide?: boolean;
}

/**
 * ZFNet (Zeiler & Fergus 2013, arXiv:1311.2901): AlexNet with a finer first layer, 7x7 with stride 2 instead of 11x11
 * with stride 4, and a stride of 2 in CONV2. Below 64 pixels the stem keeps the resolution.
 *
 * @example
 * import { ZFNet } from 'convbook';
 * console.log(new ZFNet({ classes: 10, width: 0.25, inputShape: [32, 32, 3] }).outputShape([32, 32, 3])); // [10]
 */
export class ZFNet extends Model {
  readonly kind = 'ZFNet';

  constructor(options: ZFNetOptions = {}) {
    const s = settings(options, 'ZFNet', { classes: 1000, inputShape: [224, 224, 3] });
    const [f3, f4, f5] = options.wide === false ? [384, 384, 256] : [512, 1024, 512];
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    const conv = { activation: 'relu', rounding: 'floor' } as const;
    const stem = small ? { kernelSize: 3, padding: 1 } : { kernelSize: 7, stride: 2, padding: 1 };
    const second = small ? { kernelSize: 5, padding: 2 } : { kernelSize: 5, stride: 2 };
    const pool = () => new MaxPool2D({ size: 3, stride: 2, rounding: 'ceil' });
    super(
      {
        conv1: new Conv2D({ ...conv, ...stem, filters: s.scaled(96) }),
        pool1: pool(),
        norm1: new LocalResponseNorm(),
        conv2: new Conv2D({ ...conv, ...second, filters: s.scaled(256) }),
        pool2: pool(),
        norm2: new LocalResponseNorm(),
        conv3: new Conv2D({ ...conv, filters: s.scaled(f3!), kernelSize: 3, padding: 1 }),
        conv4: new Conv2D({ ...conv, filters: s.scaled(f4!), kernelSize: 3, padding: 1 }),
        conv5: new Conv2D({ ...conv, filters: s.scaled(f5!), kernelSize: 3, padding: 1 }),
        pool5: new MaxPool2D({ size: 3, stride: 2 }),
        flatten: new Flatten(),
        fc6: new Dense({ units: s.scaled(4096), activation: 'relu' }),
        drop6: new Dropout(0.5),
        fc7: new Dense({ units: s.scaled(4096), activation: 'relu' }),
        drop7: new Dropout(0.5),
        fc8: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
  }
}
