import { AvgPool2D } from '../layers/avg-pool2d.ts';
import { Conv2D } from '../layers/conv2d.ts';
import { Dense } from '../layers/dense.ts';
import { Flatten } from '../layers/flatten.ts';
import { Pad2D } from '../layers/pad2d.ts';
import { RBF } from '../layers/rbf.ts';
import { SparseConv2D } from '../layers/sparse-conv2d.ts';
import { Subsampling } from '../layers/subsampling.ts';
import { digitPrototypes } from './lenet-5-prototypes.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** Table 1 of the paper: which maps of S2 each map of C3 sees. */
export const c3Table: readonly (readonly number[])[] = [
  [0, 1, 2],
  [1, 2, 3],
  [2, 3, 4],
  [3, 4, 5],
  [0, 4, 5],
  [0, 1, 5],
  [0, 1, 2, 3],
  [1, 2, 3, 4],
  [2, 3, 4, 5],
  [0, 3, 4, 5],
  [0, 1, 4, 5],
  [0, 1, 2, 5],
  [0, 1, 3, 4],
  [1, 2, 4, 5],
  [0, 2, 3, 5],
  [0, 1, 2, 3, 4, 5],
];

/** The table for other numbers of maps: each filter sees the maps that its row of the paper's table says, repeated. */
function scaledTable(inputs: number, filters: number): readonly (readonly number[])[] {
  if (inputs === 6 && filters === 16) return c3Table;
  return Array.from({ length: filters }, (_, k) => {
    const row = c3Table[k % c3Table.length]!;
    const maps = Array.from({ length: inputs }, (_, m) => m).filter((m) => row.includes(m % 6));
    return maps.length > 0 ? maps : [k % inputs];
  });
}

/**
 * LeNet-5 as published (LeCun et al. 1998, "Gradient-based learning applied to document recognition"): convolutions and
 * trainable subsampling, the sparse table of C3, scaled tanh, and fixed RBF units that compare F6 with 7x12 bitmaps of
 * the digits. 60,000 trainable parameters. The scores are minus the squared distances: softmax cross-entropy trains it.
 * Images of 28x28 get the border that makes them 32x32.
 *
 * @example
 * import { LeNet5, summary } from 'convbook';
 * console.log(summary(new LeNet5()).totals.parameters); // 60000
 */
export class LeNet5 extends Model {
  readonly kind = 'LeNet5';

  constructor(options: ModelOptions = {}) {
    const s = settings(options, 'LeNet5', { classes: 10, inputShape: [32, 32, 1] });
    if (s.classes > 10)
      throw new RangeError(
        `LeNet5 has prototypes of the ten digits; classes is ${s.classes}. Use LeNet5Modern.`,
      );
    const unit = { activation: 'lecun-tanh', kernelInitializer: 'lecun-uniform' } as const;
    const [c1, c3] = [s.scaled(6), s.scaled(16)];
    super(
      {
        ...(s.inputShape[0] === 28 ? { pad: new Pad2D({ padding: 2 }) } : {}),
        C1: new Conv2D({ ...unit, filters: c1, kernelSize: 5 }),
        S2: new Subsampling(),
        C3: new SparseConv2D({ ...unit, kernelSize: 5, table: scaledTable(c1, c3) }),
        S4: new Subsampling(),
        C5: new Conv2D({ ...unit, filters: s.scaled(120), kernelSize: 5 }),
        flatten: new Flatten(),
        F6: new Dense({ ...unit, units: 84 }),
        output: new RBF({ prototypes: digitPrototypes.slice(0, s.classes) }),
      },
      s,
      options,
    );
  }
}

/**
 * LeNet-5 as it is usually rebuilt: plain average pooling, a full C3, softmax output. 61,706 parameters.
 *
 * @example
 * import { LeNet5Modern, summary } from 'convbook';
 * console.log(summary(new LeNet5Modern()).totals.parameters); // 61706
 */
export class LeNet5Modern extends Model {
  readonly kind = 'LeNet5Modern';

  constructor(options: ModelOptions & { activation?: 'tanh' | 'relu' } = {}) {
    const s = settings(options, 'LeNet5Modern', { classes: 10, inputShape: [28, 28, 1] });
    const { activation = 'tanh' } = options;
    const unit = {
      activation,
      kernelInitializer: activation === 'tanh' ? 'xavier-uniform' : 'he-normal',
    } as const;
    super(
      {
        conv1: new Conv2D({
          ...unit,
          filters: s.scaled(6),
          kernelSize: 5,
          padding: s.inputShape[0] === 28 ? 2 : 0,
        }),
        pool1: new AvgPool2D({ size: 2 }),
        conv2: new Conv2D({ ...unit, filters: s.scaled(16), kernelSize: 5 }),
        pool2: new AvgPool2D({ size: 2 }),
        flatten: new Flatten(),
        fc1: new Dense({ ...unit, units: s.scaled(120) }),
        fc2: new Dense({ ...unit, units: s.scaled(84) }),
        fc3: new Dense({ units: s.classes, kernelInitializer: 'xavier-uniform' }),
      },
      s,
      options,
    );
  }
}
