import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Concat } from './concat.ts';
import { ConvBN } from './conv-bn.ts';
import { Conv2D } from './conv2d.ts';
import { type CallContext, hashSeed, Layer, type LayerCost, type LayerOptions, type Shape } from './layer.ts';
import { type Field, slide, widest } from './receptive-field.ts';
import { Sequential } from './sequential.ts';
import { checkCount, imageShape, ShapeError, sizeOf } from './shape.ts';

/** A row of 1x1-and-larger convolutions: `[filters, height, width]`. */
type Step = readonly [filters: number, height: number, width: number];

/** The branches of Inception-ResNet-v2's modules (figures 16, 17 and 19 of the paper). */
const modules: Record<'A' | 'B' | 'C', readonly (readonly Step[])[]> = {
  A: [
    [[32, 1, 1]],
    [
      [32, 1, 1],
      [32, 3, 3],
    ],
    [
      [32, 1, 1],
      [48, 3, 3],
      [64, 3, 3],
    ],
  ],
  B: [
    [[192, 1, 1]],
    [
      [128, 1, 1],
      [160, 1, 7],
      [192, 7, 1],
    ],
  ],
  C: [
    [[192, 1, 1]],
    [
      [192, 1, 1],
      [224, 1, 3],
      [256, 3, 1],
    ],
  ],
};

export interface InceptionResNetOptions extends LayerOptions {
  /** Which module of Inception-ResNet-v2: on 35x35, 17x17 or 8x8 maps. */
  type: 'A' | 'B' | 'C';
  /** The input's maps, which the module gives back. */
  channels: number;
  /** Multiplies the residual before the sum: 0.1 to 0.3 keeps wide nets stable; default 0.17. */
  scale?: number;
  /** Multiplies the branches' filters; default 1. */
  width?: number;
}

/**
 * Inception-ResNet module (Szegedy et al. 2016, arXiv:1602.07261): `relu(x + scale * conv1x1(concat(branches(x))))`; the
 * 1x1 convolution has a bias and no activation. Shapes stay.
 *
 * @example
 * import { InceptionResNet } from 'convbook';
 * console.log(new InceptionResNet({ type: 'A', channels: 384 }).outputShape([35, 35, 384])); // [35, 35, 384]
 */
export class InceptionResNet extends Layer {
  readonly kind = 'InceptionResNet';
  readonly type: 'A' | 'B' | 'C';
  readonly channels: number;
  readonly scale: number;
  private readonly residual: Sequential;

  constructor({ type, channels, scale = 0.17, width = 1, ...options }: InceptionResNetOptions) {
    super(options);
    if (!Object.hasOwn(modules, type))
      throw new TypeError(`InceptionResNet: type must be 'A', 'B' or 'C'; it is ${type}.`);
    this.type = type;
    this.channels = checkCount(channels, 'InceptionResNet: channels');
    this.scale = scale;
    const branch = (steps: readonly Step[]) =>
      new Sequential(
        steps.map(
          ([filters, height, w]) =>
            new ConvBN({
              filters: Math.max(1, Math.round(filters * width)),
              kernelSize: [height, w],
              padding: 'same',
            }),
        ),
      );
    const branches = modules[type].map((steps, i) => [`branch${i + 1}`, branch(steps)] as const);
    this.residual = new Sequential({
      branches: new Concat(Object.fromEntries(branches)),
      conv: new Conv2D({ filters: channels, kernelSize: 1 }),
    });
  }

  override children() {
    return this.residual.children();
  }

  override outputShape(inputShape: Shape): Shape {
    const [, , channels] = imageShape(inputShape, this);
    if (channels !== this.channels) {
      throw new ShapeError(`${this} adds to ${this.channels} maps, and the input has ${channels}.`);
    }
    return this.residual.outputShape(inputShape);
  }

  override fieldAfter(field: Field, inputShape: Shape): Field {
    return widest([field, this.residual.fieldAfter(field, inputShape)]);
  }

  override cost(inputShape: Shape, path = this.name, field: Field = slide()): LayerCost[] {
    const add: LayerCost = {
      layer: this,
      path: path ? `${path}.add` : 'add',
      kind: 'Add',
      description: 'Add, ReLU',
      inputShape,
      outputShape: this.outputShape(inputShape),
      weights: [],
      multiplyAdds: 0,
      connections: 0,
      activations: sizeOf(inputShape),
      field: this.fieldAfter(field, inputShape),
    };
    return [...this.residual.cost(inputShape, path, field), add];
  }

  protected override buildChildren(inputShape: Shape, seed: number): void {
    this.residual.build(inputShape, hashSeed(seed, 0));
  }

  override forward(x: Tensor, context: CallContext): Tensor {
    return tf.relu(tf.add(x, tf.mul(this.residual.forward(x, context), this.scale)));
  }

  override dispose(): void {
    this.residual.dispose();
    super.dispose();
  }

  override toString(): string {
    return `InceptionResNet(${this.type}, ${this.channels}, scale ${this.scale})`;
  }
}
