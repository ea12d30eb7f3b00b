import { ConvBN } from '../layers/conv-bn.ts';
import { Dense } from '../layers/dense.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import type { Layer } from '../layers/layer.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { BasicBlock, Bottleneck, type Shortcut } from '../layers/residual-block.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** Blocks of the four stages (the paper's table 1). */
const stages = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
} as const;

export interface ResNetOptions extends ModelOptions {
  /** Layers with weights; default 50. From 50 on the blocks are bottlenecks. */
  depth?: keyof typeof stages;
  /** The shortcut where depth or size change: `'projection'` (option B, default) or `'zero-pad'` (option A). */
  shortcut?: Exclude<Shortcut, 'identity'>;
  /** Where a bottleneck has its stride: `'1x1'` (the paper, default) or `'3x3'` (torchvision's "v1.5"). */
  strideOn?: '1x1' | '3x3';
  /** Start every block as its shortcut; default false. */
  zeroInit?: boolean;
}

/**
 * ResNet for ImageNet (He et al. 2015, arXiv:1512.03385): 11,689,512, 21,797,672, 25,557,032, 44,549,160 and 60,192,808
 * parameters at depth 18, 34, 50, 101 and 152. Below 64 pixels the stem keeps the resolution (3x3, no pooling).
 *
 * @example
 * import { ResNet, summary } from 'convbook';
 * console.log(summary(new ResNet({ depth: 18 })).totals.parameters); // 11689512
 */
export class ResNet extends Model {
  readonly kind: string;

  constructor(options: ResNetOptions = {}) {
    const { depth = 50, shortcut = 'projection', strideOn = '1x1', zeroInit = false } = options;
    const counts = stages[depth];
    if (!counts)
      throw new RangeError(`ResNet: depth must be one of ${Object.keys(stages).join(', ')}; it is ${depth}.`);
    const s = settings(options, 'ResNet', { classes: 1000, inputShape: [224, 224, 3] });
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    const expansion = depth >= 50 ? 4 : 1;
    let channels = s.scaled(64);
    const stage = (index: number): Layer => {
      const filters = s.scaled(64 * 2 ** index);
      const blocks = Array.from({ length: counts[index]! }, (_, i) => {
        const stride = i === 0 && index > 0 ? 2 : 1;
        const same = stride === 1 && channels === filters * expansion;
        channels = filters * expansion;
        const block = { filters, stride, zeroInit, shortcut: same ? ('identity' as const) : shortcut };
        return [
          `block${i + 1}`,
          expansion === 4 ? new Bottleneck({ ...block, strideOn }) : new BasicBlock(block),
        ];
      });
      return new Sequential(Object.fromEntries(blocks));
    };
    super(
      {
        ...(small
          ? { conv1: new ConvBN({ filters: s.scaled(64), kernelSize: 3, padding: 1 }) }
          : {
              conv1: new ConvBN({
                filters: s.scaled(64),
                kernelSize: 7,
                stride: 2,
                padding: 3,
                rounding: 'floor',
              }),
              pool1: new MaxPool2D({ size: 3, stride: 2, padding: 1 }),
            }),
        conv2: stage(0),
        conv3: stage(1),
        conv4: stage(2),
        conv5: stage(3),
        pool5: new GlobalAvgPool(),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
    this.kind = `ResNet${depth}`;
  }
}
