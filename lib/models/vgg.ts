import { ReLU } from '../layers/activation-layers.ts';
import { BatchNorm } from '../layers/batch-norm.ts';
import { Conv2D } from '../layers/conv2d.ts';
import { Dense } from '../layers/dense.ts';
import { Dropout } from '../layers/dropout.ts';
import { Flatten } from '../layers/flatten.ts';
import type { Layer } from '../layers/layer.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** 3x3 convolutions of each stage; a pooling behind each stage (the paper's table 1, columns A, B, D, E). */
const stages = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

const filters = [64, 128, 256, 512, 512] as const;

export interface VGGOptions extends ModelOptions {
  /** Layers with weights; default 16. */
  depth?: keyof typeof stages;
  /** Batch norm behind each convolution, which deep VGGs need to train from scratch; default false. */
  batchNorm?: boolean;
  /** Units of the two hidden dense layers, before the width factor; default 4096. */
  units?: number;
}

/**
 * VGG (Simonyan & Zisserman 2014, arXiv:1409.1556): only 3x3 convolutions with stride 1 and pad 1, and 2x2 pooling with
 * stride 2. VGG-16 has 138,357,544 parameters, 138,344,128 without biases. Poolings that would leave less than one
 * pixel of a small image are left out.
 *
 * @example
 * import { VGG, summary } from 'convbook';
 * console.log(summary(new VGG({ depth: 16 })).totals.parameters); // 138357544
 */
export class VGG extends Model {
  readonly kind: string;

  constructor(options: VGGOptions = {}) {
    const { depth = 16, batchNorm = false, units = 4096 } = options;
    const s = settings(options, 'VGG', { classes: 1000, inputShape: [224, 224, 3] });
    const counts = stages[depth];
    if (!counts)
      throw new RangeError(`VGG: depth must be one of ${Object.keys(stages).join(', ')}; it is ${depth}.`);
    const features: Record<string, Layer> = {};
    let size = Math.min(s.inputShape[0], s.inputShape[1]);
    counts.forEach((count, i) => {
      const stage = i + 1;
      for (let j = 1; j <= count; j++) {
        const conv = { filters: s.scaled(filters[i]!), kernelSize: 3, padding: 1 };
        if (batchNorm) {
          features[`conv${stage}_${j}`] = new Conv2D({ ...conv, useBias: false });
          features[`bn${stage}_${j}`] = new BatchNorm();
          features[`relu${stage}_${j}`] = new ReLU();
        } else features[`conv${stage}_${j}`] = new Conv2D({ ...conv, activation: 'relu' });
      }
      if (size >= 2) features[`pool${stage}`] = new MaxPool2D({ size: 2, stride: 2 });
      size = Math.floor(size / 2);
    });
    super(
      {
        ...features,
        flatten: new Flatten(),
        fc6: new Dense({ units: s.scaled(units), activation: 'relu' }),
        drop6: new Dropout(0.5),
        fc7: new Dense({ units: s.scaled(units), activation: 'relu' }),
        drop7: new Dropout(0.5),
        fc8: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
    this.kind = `VGG${depth}`;
  }
}
