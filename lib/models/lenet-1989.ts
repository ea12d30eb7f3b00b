import { Conv2D } from '../layers/conv2d.ts';
import { Dense } from '../layers/dense.ts';
import { Flatten } from '../layers/flatten.ts';
import { Pad2D } from '../layers/pad2d.ts';
import { SparseConv2D } from '../layers/sparse-conv2d.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** Each map of H2 sees 8 of H1's 12 maps. The paper does not say which: each third of H2 sees another two thirds. */
function h2Table(maps: number): number[][] {
  const third = Math.max(1, Math.floor(maps / 3));
  return Array.from({ length: maps }, (_, k) => {
    const skipped = 2 - (Math.floor(k / third) % 3);
    return Array.from({ length: maps }, (_, m) => m).filter(
      (m) => Math.min(2, Math.floor(m / third)) !== skipped,
    );
  });
}

/**
 * The first LeNet (LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition"): 1,256 units, 64,660
 * connections, 9,760 free parameters. Weights are shared within a map, biases are not; two 5x5 convolutions with stride
 * 2; no pooling. The border is -1, the background of the paper's images, whose values run from -1 to 1.
 *
 * @example
 * import { LeNet1989, summary } from 'convbook';
 * const { units, connections, parameters } = summary(new LeNet1989()).totals;
 * console.log(units, connections, parameters); // 1256 64660 9760
 */
export class LeNet1989 extends Model {
  readonly kind = 'LeNet1989';

  constructor(options: ModelOptions = {}) {
    const s = settings(options, 'LeNet1989', { classes: 10, inputShape: [16, 16, 1] });
    const maps = s.scaled(12, 3);
    const border = [
      [1, 2],
      [1, 2],
    ] as const;
    const conv = {
      kernelSize: 5,
      stride: 2,
      rounding: 'floor',
      untiedBias: true,
      activation: 'lecun-tanh',
      kernelInitializer: 'lecun-uniform',
    } as const;
    const dense = { activation: 'lecun-tanh', kernelInitializer: 'lecun-uniform' } as const;
    super(
      {
        pad1: new Pad2D({ padding: border, value: -1 }),
        h1: new Conv2D({ ...conv, filters: maps }),
        pad2: new Pad2D({ padding: border, value: -1 }),
        h2: new SparseConv2D({ ...conv, table: h2Table(maps) }),
        flatten: new Flatten(),
        h3: new Dense({ ...dense, units: s.scaled(30) }),
        output: new Dense({ ...dense, units: s.classes, activation: 'linear' }),
      },
      s,
      options,
    );
  }
}
