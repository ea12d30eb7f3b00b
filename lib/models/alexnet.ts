import { constant } from '../initializers/constant.ts';
import { heNormal, normal } from '../initializers/scaled.ts';
import { Conv2D } from '../layers/conv2d.ts';
import { Dense } from '../layers/dense.ts';
import { Dropout } from '../layers/dropout.ts';
import { Flatten } from '../layers/flatten.ts';
import type { Layer } from '../layers/layer.ts';
import { LocalResponseNorm } from '../layers/local-response-norm.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { Model, type ModelOptions, settings } from './model.ts';

export interface AlexNetOptions extends ModelOptions {
  /** 2: CONV2, 4 and 5 see half of the maps each, as on the paper's two GPUs. Default 1: one tower. */
  groups?: 1 | 2;
  /** `'paper'` (default): normalisation before pooling, as published; `'slides'`: the slides' order. */
  order?: 'paper' | 'slides';
  /**
   * `'torchvision'`: one tower with 64, 192, 384, 256, 256 maps, pad 2 in CONV1, no normalisation, 224x224 images (after
   * Krizhevsky 2014, arXiv:1404.5997), as torchvision's weights need; 61,100,840 parameters. Default `'paper'`.
   */
  variant?: 'paper' | 'torchvision';
}

/**
 * AlexNet (Krizhevsky, Sutskever & Hinton 2012): 60,965,224 parameters and 724M multiply-adds with two groups,
 * 62,378,344 and 1,135M in one tower. Below 64 pixels the stem keeps the resolution (3x3, stride 1), so that small
 * images survive three poolings.
 *
 * @example
 * import { AlexNet, summary } from 'convbook';
 * console.log(summary(new AlexNet({ groups: 2 })).totals.parameters); // 60965224
 */
export class AlexNet extends Model {
  readonly kind = 'AlexNet';

  constructor(options: AlexNetOptions = {}) {
    const { order = 'paper', variant = 'paper' } = options;
    const torch = variant === 'torchvision';
    const groups = torch ? 1 : (options.groups ?? 1);
    const s = settings(options, 'AlexNet', {
      classes: 1000,
      inputShape: torch ? [224, 224, 3] : [227, 227, 3],
    });
    const [f1, f2, f3, f4, f5] = torch
      ? ([64, 192, 384, 256, 256] as const)
      : ([96, 256, 384, 384, 256] as const);
    const n = (filters: number) => s.scaled(filters, groups);
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    const stem = small
      ? { kernelSize: 3, padding: 1 }
      : { kernelSize: 11, stride: 4, padding: torch ? 2 : 0, rounding: 'floor' as const };
    // The paper's first weights suit its widths; narrow nets for small images start as He et al. have it.
    const start = (std: number) => (small ? heNormal() : normal({ std }));
    const bias = constant(small ? 0 : 1);
    const conv = { activation: 'relu', kernelInitializer: start(0.01) } as const;
    const lit = { ...conv, biasInitializer: bias };
    const fc = { activation: 'relu', kernelInitializer: start(0.005), biasInitializer: bias } as const;
    const stage = (i: 1 | 2): Record<string, Layer> => {
      const norm = { [`norm${i}`]: new LocalResponseNorm() };
      const pool = { [`pool${i}`]: new MaxPool2D({ size: 3, stride: 2 }) };
      if (torch) return pool;
      return order === 'paper' ? { ...norm, ...pool } : { ...pool, ...norm };
    };
    super(
      {
        conv1: new Conv2D({ ...conv, ...stem, filters: n(f1) }),
        ...stage(1),
        conv2: new Conv2D({ ...lit, filters: n(f2), kernelSize: 5, padding: 2, groups }),
        ...stage(2),
        conv3: new Conv2D({ ...conv, filters: n(f3), kernelSize: 3, padding: 1 }),
        conv4: new Conv2D({ ...lit, filters: n(f4), kernelSize: 3, padding: 1, groups }),
        conv5: new Conv2D({ ...lit, filters: n(f5), kernelSize: 3, padding: 1, groups }),
        pool3: new MaxPool2D({ size: 3, stride: 2 }),
        flatten: new Flatten(),
        fc6: new Dense({ ...fc, units: s.scaled(4096) }),
        drop6: new Dropout(0.5),
        fc7: new Dense({ ...fc, units: s.scaled(4096) }),
        drop7: new Dropout(0.5),
        fc8: new Dense({ units: s.classes, kernelInitializer: normal({ std: 0.01 }) }),
      },
      s,
      options,
    );
  }
}
