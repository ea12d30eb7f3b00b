import { zeros } from '../initializers/constant.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { ReLU } from './activation-layers.ts';
import { BatchNorm } from './batch-norm.ts';
import { Conv2D, type Conv2DOptions } from './conv2d.ts';
import { Identity } from './identity.ts';
import { type CallContext, hashSeed, Layer, type LayerCost, type LayerOptions, type Shape } from './layer.ts';
import { type NamedLayers, within } from './named.ts';
import { type Field, slide, widest } from './receptive-field.ts';
import { Sequential } from './sequential.ts';
import { ShapeError, showShape, sizeOf } from './shape.ts';
import { ZeroPadShortcut } from './zero-pad-shortcut.ts';

/**
 * How the input reaches the sum (He et al. 2015, section 4.1): as it is; through a 1x1 convolution with batch norm
 * (option B); subsampled and filled with zero maps, without parameters (option A).
 */
export type Shortcut = 'identity' | 'projection' | 'zero-pad';

export interface ResidualBlockOptions extends LayerOptions {
  /** Filters of the block's 3x3 convolutions. */
  filters: number;
  /** Of the first 3x3 convolution and of the shortcut; default 1. */
  stride?: number;
  /** Default: `'identity'`, which needs stride 1 and an input as deep as the output. */
  shortcut?: Shortcut;
  /** Start the last scale at 0, so that the block starts as its shortcut (Goyal et al. 2017); default false. */
  zeroInit?: boolean;
}

/** A body with a shortcut around it: `relu(F(x) + shortcut(x))`. The parts of the body are the block's own parts. */
export abstract class ResidualBlock extends Layer {
  private readonly body: Sequential;
  private readonly shortcut: Layer;

  constructor(body: NamedLayers, shortcut: Layer, options: LayerOptions = {}) {
    super(options);
    this.body = new Sequential(body);
    this.shortcut = shortcut;
  }

  override children(): readonly (readonly [string, Layer])[] {
    const parts = this.body.children();
    return this.shortcut instanceof Identity ? parts : [...parts, ['shortcut', this.shortcut]];
  }

  override outputShape(inputShape: Shape): Shape {
    const shape = this.body.outputShape(inputShape);
    const around = within('shortcut', () => this.shortcut.outputShape(inputShape));
    if (shape.join() !== around.join()) {
      throw new ShapeError(
        `${this.kind}: the body gives ${showShape(shape)} and the shortcut ${showShape(around)}. ` +
          "Where depth or size change, the shortcut must be 'projection' or 'zero-pad'.",
      );
    }
    return shape;
  }

  override fieldAfter(field: Field, inputShape: Shape): Field {
    return widest([this.body, this.shortcut].map((part) => part.fieldAfter(field, inputShape)));
  }

  override cost(inputShape: Shape, path = this.name, field: Field = slide()): LayerCost[] {
    const prefix = path ? `${path}.` : '';
    const outputShape = this.outputShape(inputShape);
    return [
      ...this.body.cost(inputShape, path, field),
      ...(this.shortcut instanceof Identity
        ? []
        : this.shortcut.cost(inputShape, `${prefix}shortcut`, field)),
      {
        layer: this,
        path: `${prefix}add`,
        kind: 'Add',
        description: 'Add, ReLU',
        inputShape: outputShape,
        outputShape,
        weights: [],
        multiplyAdds: 0,
        connections: 0,
        activations: sizeOf(outputShape),
        field: this.fieldAfter(field, inputShape),
      },
    ];
  }

  protected override buildChildren(inputShape: Shape, seed: number): void {
    this.body.build(inputShape, hashSeed(seed, 0));
    this.shortcut.build(inputShape, hashSeed(seed, 1));
  }

  override forward(x: Tensor, context: CallContext): Tensor {
    return tf.relu(tf.add(this.body.forward(x, context), this.shortcut.call(x, context)));
  }

  override dispose(): void {
    this.body.dispose();
    this.shortcut.dispose();
    super.dispose();
  }

  override toString(): string {
    const lines = this.children().map(
      ([name, part]) => `  ${name}: ${String(part).replaceAll('\n', '\n  ')}`,
    );
    return `${this.kind}(\n${lines.join('\n')}\n)`;
  }
}

const conv = (filters: number, kernelSize: number, stride = 1, padding: Conv2DOptions['padding'] = 0) =>
  new Conv2D({ filters, kernelSize, stride, padding, useBias: false, rounding: 'floor' });

function shortcutLayer(kind: Shortcut, filters: number, stride: number): Layer {
  switch (kind) {
    case 'identity':
      return new Identity();
    case 'zero-pad':
      return new ZeroPadShortcut({ channels: filters, stride });
    case 'projection':
      return new Sequential({ conv: conv(filters, 1, stride), bn: new BatchNorm() });
    default:
      throw new TypeError(
        `Unknown shortcut ${JSON.stringify(kind)}. Known are 'identity', 'projection', 'zero-pad'.`,
      );
  }
}

/**
 * ResNet's basic block (He et al. 2015, arXiv:1512.03385, figure 5 left): two 3x3 convolutions, each with batch norm,
 * and a shortcut. `[H, W, D]` to `[H / stride, W / stride, filters]`.
 *
 * @example
 * import { BasicBlock } from 'convbook';
 * const block = new BasicBlock({ filters: 128, stride: 2, shortcut: 'projection' });
 * console.log(block.outputShape([56, 56, 64])); // [28, 28, 128]
 */
export class BasicBlock extends ResidualBlock {
  readonly kind = 'BasicBlock';

  constructor({
    filters,
    stride = 1,
    shortcut = 'identity',
    zeroInit = false,
    ...options
  }: ResidualBlockOptions) {
    super(
      {
        conv1: conv(filters, 3, stride, 1),
        bn1: new BatchNorm(),
        relu: new ReLU(),
        conv2: conv(filters, 3, 1, 1),
        bn2: new BatchNorm(zeroInit ? { gammaInitializer: zeros() } : {}),
      },
      shortcutLayer(shortcut, filters, stride),
      options,
    );
  }
}

/**
 * ResNet's bottleneck block (figure 5 right): 1x1, 3x3 and 1x1 convolutions; the last gives four times as many maps.
 * `[H, W, D]` to `[H / stride, W / stride, 4 * filters]`.
 *
 * @example
 * import { Bottleneck } from 'convbook';
 * console.log(new Bottleneck({ filters: 64, shortcut: 'projection' }).outputShape([56, 56, 64])); // [56, 56, 256]
 */
export class Bottleneck extends ResidualBlock {
  readonly kind = 'Bottleneck';

  constructor({
    filters,
    stride = 1,
    shortcut = 'identity',
    zeroInit = false,
    strideOn = '1x1',
    ...options
  }: ResidualBlockOptions & {
    /** Which convolution has the stride: the first 1x1 (the paper), or the 3x3 (torchvision's "v1.5"). */
    strideOn?: '1x1' | '3x3';
  }) {
    super(
      {
        conv1: conv(filters, 1, strideOn === '1x1' ? stride : 1),
        bn1: new BatchNorm(),
        relu1: new ReLU(),
        conv2: conv(filters, 3, strideOn === '3x3' ? stride : 1, 1),
        bn2: new BatchNorm(),
        relu2: new ReLU(),
        conv3: conv(4 * filters, 1),
        bn3: new BatchNorm(zeroInit ? { gammaInitializer: zeros() } : {}),
      },
      shortcutLayer(shortcut, 4 * filters, stride),
      options,
    );
  }
}
