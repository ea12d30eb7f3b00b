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

const row = (...layers: Layer[]) => new Sequential(layers);
const fork = (...branches: Layer[]) =>
  new Concat(Object.fromEntries(branches.map((b, i) => [`branch${i + 1}`, b])));
/** Halves the size (figures 3 to 8: "stride 2, V"). */
const half = { stride: 2, padding: 'valid', rounding: 'floor' } as const;
const pool = () => new MaxPool2D({ size: 3, stride: 2 });
const average = () => new AvgPool2D({ size: 3, stride: 1, padding: 'same' });

/** Figure 3; for small images one convolution gives the 384 maps at full size. */
function stem(conv: Conv, small: boolean): Record<string, Layer> {
  if (small) return { stem: row(conv(32, 3), conv(64, 3), conv(384, 3)) };
  return {
    stem: row(
      conv(32, 3, half),
      conv(32, 3, { padding: 'valid' }),
      conv(64, 3),
      fork(pool(), conv(96, 3, half)),
      fork(
        row(conv(64, 1), conv(96, 3, { padding: 'valid' })),
        row(conv(64, 1), conv(64, [7, 1]), conv(64, [1, 7]), conv(96, 3, { padding: 'valid' })),
      ),
      fork(conv(192, 3, half), pool()),
    ),
  };
}

/** Figure 4, 35x35. */
const blockA = (conv: Conv) =>
  fork(
    conv(96, 1),
    row(conv(64, 1), conv(96, 3)),
    row(conv(64, 1), conv(96, 3), conv(96, 3)),
    row(average(), conv(96, 1)),
  );

/** Figure 7, 35x35 to 17x17. */
const reductionA = (conv: Conv) =>
  fork(conv(384, 3, half), row(conv(192, 1), conv(224, 3), conv(256, 3, half)), pool());

/** Figure 5, 17x17. */
const blockB = (conv: Conv) =>
  fork(
    conv(384, 1),
    row(conv(192, 1), conv(224, [1, 7]), conv(256, [7, 1])),
    row(conv(192, 1), conv(192, [7, 1]), conv(224, [1, 7]), conv(224, [7, 1]), conv(256, [1, 7])),
    row(average(), conv(128, 1)),
  );

/** Figure 8, 17x17 to 8x8. */
const reductionB = (conv: Conv) =>
  fork(
    row(conv(192, 1), conv(192, 3, half)),
    row(conv(256, 1), conv(256, [1, 7]), conv(320, [7, 1]), conv(320, 3, half)),
    pool(),
  );

/** Figure 6, 8x8. */
const blockC = (conv: Conv) =>
  fork(
    conv(256, 1),
    row(conv(384, 1), fork(conv(256, [1, 3]), conv(256, [3, 1]))),
    row(conv(384, 1), conv(448, [3, 1]), conv(512, [1, 3]), fork(conv(256, [3, 1]), conv(256, [1, 3]))),
    row(average(), conv(256, 1)),
  );

const repeat = (count: number, name: string, make: () => Layer): Record<string, Layer> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i + 1}`, make()]));

/**
 * Inception-v4 (Szegedy et al. 2016, arXiv:1602.07261): four, seven and three Inception modules behind a stem of its own;
 * 42,679,816 parameters. Below 96 pixels a plain stem keeps the resolution.
 *
 * @example
 * import { InceptionV4, summary } from 'convbook';
 * console.log(summary(new InceptionV4()).totals.parameters); // 42679816
 */
export class InceptionV4 extends Model {
  readonly kind = 'InceptionV4';

  constructor(options: ModelOptions = {}) {
    const s = settings(options, 'InceptionV4', { classes: 1000, inputShape: [299, 299, 3] });
    const conv: Conv = (filters, kernelSize, more = {}) =>
      new ConvBN({ filters: s.scaled(filters), kernelSize, padding: 'same', epsilon: 1e-3, ...more });
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 96;
    super(
      {
        ...stem(conv, small),
        ...repeat(4, 'blockA', () => blockA(conv)),
        reductionA: reductionA(conv),
        ...repeat(7, 'blockB', () => blockB(conv)),
        reductionB: reductionB(conv),
        ...repeat(3, 'blockC', () => blockC(conv)),
        pool: new GlobalAvgPool(),
        dropout: new Dropout(0.2),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
  }
}
