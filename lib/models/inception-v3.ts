import { AvgPool2D } from '../layers/avg-pool2d.ts';
import { Concat } from '../layers/concat.ts';
import { ConvBN, type ConvBNOptions } from '../layers/conv-bn.ts';
import { Dense } from '../layers/dense.ts';
import { Dropout } from '../layers/dropout.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import type { Layer } from '../layers/layer.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

type Conv = (
  filters: number,
  kernelSize: ConvBNOptions['kernelSize'],
  options?: Partial<ConvBNOptions>,
) => ConvBN;

/** Halves the size. */
const half = { stride: 2, padding: 'valid', rounding: 'floor' } as const;
const pool = () => new MaxPool2D({ size: 3, stride: 2 });

/** A branch whose layers are numbered with its name: `branch3x3_1`, `branch3x3_2`, ... */
const branch = (name: string, ...layers: Layer[]): Record<string, Layer> => ({
  [name]: new Sequential(Object.fromEntries(layers.map((layer, i) => [`${name}_${i + 1}`, layer]))),
});

/** torchvision's average counts the border's zeros. */
const pooled = (conv: Conv, filters: number): Record<string, Layer> => ({
  branch_pool: new Sequential({
    pool: new AvgPool2D({ size: 3, stride: 1, padding: 1, countPadding: true }),
    branch_pool: conv(filters, 1),
  }),
});

/** Figure 5 of the paper, 35x35. */
const moduleA = (conv: Conv, poolFilters: number) =>
  new Concat({
    branch1x1: conv(64, 1),
    ...branch('branch5x5', conv(48, 1), conv(64, 5)),
    ...branch('branch3x3dbl', conv(64, 1), conv(96, 3), conv(96, 3)),
    ...pooled(conv, poolFilters),
  });

/** 35x35 to 17x17. */
const reductionA = (conv: Conv) =>
  new Concat({
    branch3x3: conv(384, 3, half),
    ...branch('branch3x3dbl', conv(64, 1), conv(96, 3), conv(96, 3, half)),
    branch_pool: pool(),
  });

/** Figure 6, 17x17: 7x7 as 1x7 and 7x1. */
const moduleB = (conv: Conv, n: number) =>
  new Concat({
    branch1x1: conv(192, 1),
    ...branch('branch7x7', conv(n, 1), conv(n, [1, 7]), conv(192, [7, 1])),
    ...branch(
      'branch7x7dbl',
      conv(n, 1),
      conv(n, [7, 1]),
      conv(n, [1, 7]),
      conv(n, [7, 1]),
      conv(192, [1, 7]),
    ),
    ...pooled(conv, 192),
  });

/** 17x17 to 8x8. */
const reductionB = (conv: Conv) =>
  new Concat({
    ...branch('branch3x3', conv(192, 1), conv(320, 3, half)),
    ...branch('branch7x7x3', conv(192, 1), conv(192, [1, 7]), conv(192, [7, 1]), conv(192, 3, half)),
    branch_pool: pool(),
  });

/** A 1x3 and a 3x1 convolution side by side. */
const fork = (conv: Conv, name: string) =>
  new Concat({ [`${name}a`]: conv(384, [1, 3]), [`${name}b`]: conv(384, [3, 1]) });

/** Figure 7, 8x8. */
const moduleC = (conv: Conv) =>
  new Concat({
    branch1x1: conv(320, 1),
    branch3x3: new Sequential({ branch3x3_1: conv(384, 1), fork: fork(conv, 'branch3x3_2') }),
    branch3x3dbl: new Sequential({
      branch3x3dbl_1: conv(448, 1),
      branch3x3dbl_2: conv(384, 3),
      fork: fork(conv, 'branch3x3dbl_3'),
    }),
    ...pooled(conv, 192),
  });

/**
 * Inception-v3 (Szegedy et al. 2015, arXiv:1512.00567) in torchvision's form, without the auxiliary head: large filters
 * made of small ones, 23,834,568 parameters. The names are torchvision's. Below 96 pixels the stem keeps the resolution.
 *
 * @example
 * import { InceptionV3, summary } from 'convbook';
 * console.log(summary(new InceptionV3()).totals.parameters); // 23834568
 */
export class InceptionV3 extends Model {
  readonly kind = 'InceptionV3';

  constructor(options: ModelOptions = {}) {
    const s = settings(options, 'InceptionV3', { classes: 1000, inputShape: [299, 299, 3] });
    const conv: Conv = (filters, kernelSize, more = {}) =>
      new ConvBN({ filters: s.scaled(filters), kernelSize, padding: 'same', epsilon: 1e-3, ...more });
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 96;
    const narrow = { padding: 'valid' } as const;
    super(
      {
        Conv2d_1a_3x3: conv(32, 3, small ? {} : half),
        Conv2d_2a_3x3: conv(32, 3, small ? {} : narrow),
        Conv2d_2b_3x3: conv(64, 3),
        ...(small ? {} : { maxpool1: pool() }),
        Conv2d_3b_1x1: conv(80, 1),
        Conv2d_4a_3x3: conv(192, 3, small ? {} : narrow),
        ...(small ? {} : { maxpool2: pool() }),
        Mixed_5b: moduleA(conv, 32),
        Mixed_5c: moduleA(conv, 64),
        Mixed_5d: moduleA(conv, 64),
        Mixed_6a: reductionA(conv),
        Mixed_6b: moduleB(conv, 128),
        Mixed_6c: moduleB(conv, 160),
        Mixed_6d: moduleB(conv, 160),
        Mixed_6e: moduleB(conv, 192),
        Mixed_7a: reductionB(conv),
        Mixed_7b: moduleC(conv),
        Mixed_7c: moduleC(conv),
        avgpool: new GlobalAvgPool(),
        dropout: new Dropout(0.5),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
  }
}
