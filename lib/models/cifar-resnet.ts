import { ConvBN } from '../layers/conv-bn.ts';
import { Dense } from '../layers/dense.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import type { Layer } from '../layers/layer.ts';
import { BasicBlock, type Shortcut } from '../layers/residual-block.ts';
import { Sequential } from '../layers/sequential.ts';
import { Model, type ModelOptions, settings } from './model.ts';

export interface CifarResNetOptions extends ModelOptions {
  /** Layers with weights, `6n + 2`: 20, 32, 44, 56, 110, 1202; default 20. */
  depth?: number;
  /** The shortcut where depth or size change: `'zero-pad'` (option A, as published, default) or `'projection'`. */
  shortcut?: Exclude<Shortcut, 'identity'>;
  /** Leave the shortcuts out: the plain counterpart, which gets worse with depth; default false. */
  plain?: boolean;
  /** Start every block as its shortcut; default false. */
  zeroInit?: boolean;
}

/**
 * ResNet for CIFAR-10 (He et al. 2015, section 4.2): three stages of n blocks with 16, 32 and 64 maps on 32x32, 16x16
 * and 8x8; 0.27M parameters at depth 20, 0.85M at 56, 1.7M at 110, 19.4M at 1202.
 *
 * @example
 * import { CifarResNet, summary } from 'convbook';
 * console.log(summary(new CifarResNet({ depth: 20 })).totals.parameters); // 269722
 */
export class CifarResNet extends Model {
  readonly kind: string;

  constructor(options: CifarResNetOptions = {}) {
    const { depth = 20, shortcut = 'zero-pad', plain = false, zeroInit = false } = options;
    const n = (depth - 2) / 6;
    if (!Number.isInteger(n) || n < 1) {
      throw new RangeError(
        `CifarResNet: depth must be 6n + 2, such as 20, 32, 44, 56, 110 or 1202; it is ${depth}.`,
      );
    }
    const s = settings(options, 'CifarResNet', { classes: 10, inputShape: [32, 32, 3] });
    const stage = (index: number): Layer => {
      const filters = s.scaled(16 * 2 ** index);
      const blocks = Array.from({ length: n }, (_, i) => {
        const first = i === 0 && index > 0;
        const stride = first ? 2 : 1;
        const block: Layer = plain
          ? new Sequential({
              conv1: new ConvBN({ filters, kernelSize: 3, stride, padding: 1, rounding: 'floor' }),
              conv2: new ConvBN({ filters, kernelSize: 3, padding: 1 }),
            })
          : new BasicBlock({ filters, stride, zeroInit, shortcut: first ? shortcut : 'identity' });
        return [`block${i + 1}`, block] as const;
      });
      return new Sequential(Object.fromEntries(blocks));
    };
    super(
      {
        conv1: new ConvBN({ filters: s.scaled(16), kernelSize: 3, padding: 1 }),
        stage1: stage(0),
        stage2: stage(1),
        stage3: stage(2),
        pool: new GlobalAvgPool(),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
    this.kind = `${plain ? 'Plain' : 'ResNet'}${depth}`;
  }
}
