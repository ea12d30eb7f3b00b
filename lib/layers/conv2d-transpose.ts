import { type InitializerName, initializer } from '../initializers/names.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Activation, activation, activationName } from './activations.ts';
import { floats } from './floats.ts';
import { type Pair, pair } from './geometry.ts';
import { type Initializer, Layer, type LayerOptions, type Shape, type WeightSpec } from './layer.ts';
import type { Window } from './receptive-field.ts';
import { checkCount, imageShape, ShapeError } from './shape.ts';

export interface Conv2DTransposeOptions extends LayerOptions {
  filters: number;
  kernelSize: Pair;
  stride?: Pair;
  /** Rows and columns cut from each side of the full output: `'valid'` (none, default), `'same'` (output `H * S`) or a number. */
  padding?: 'valid' | 'same' | number;
  activation?: Activation;
  useBias?: boolean;
  kernelInitializer?: InitializerName | Initializer;
}

/**
 * Transposed convolution ("deconvolution"; Zeiler et al. 2010, Long et al. 2015): the gradient of a convolution as a
 * layer. Every input value adds its multiple of the filters to the output, `S` pixels apart.
 *
 * `[H, W, D]` to `[H', W', filters]` with `H' = (H - 1) * S + F - 2P`, and `H * S` for `'same'`. `kernel` is
 * `[F, F, filters, D]` (Keras' layout).
 *
 * @example
 * import { Conv2DTranspose } from 'convbook';
 * const up = new Conv2DTranspose({ filters: 64, kernelSize: 2, stride: 2 });
 * console.log(up.outputShape([28, 28, 128])); // [56, 56, 64]
 */
export class Conv2DTranspose extends Layer {
  readonly kind = 'Conv2DTranspose';
  readonly filters: number;
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: 'valid' | 'same' | number;
  readonly useBias: boolean;
  private readonly activationOption: Activation;
  private readonly activate: (x: Tensor) => Tensor;
  private readonly kernelInitializer: Initializer;

  constructor(options: Conv2DTransposeOptions) {
    super(options);
    this.filters = checkCount(options.filters, 'Conv2DTranspose: filters');
    this.size = pair(options.kernelSize, 'Conv2DTranspose: kernelSize');
    this.stride = pair(options.stride ?? 1, 'Conv2DTranspose: stride');
    this.padding = options.padding ?? 'valid';
    if (this.padding !== 'valid' && this.padding !== 'same')
      checkCount(this.padding, 'Conv2DTranspose: padding', 0);
    if (this.padding === 'same' && this.size.some((f, d) => f < this.stride[d]!)) {
      throw new RangeError(
        `Conv2DTranspose: with padding 'same' the kernelSize ${this.size} must be at least the stride ${this.stride}.`,
      );
    }
    this.useBias = options.useBias ?? true;
    this.activationOption = options.activation ?? 'linear';
    this.activate = activation(this.activationOption);
    this.kernelInitializer = initializer(options.kernelInitializer ?? 'he-normal');
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width] = imageShape(inputShape, this);
    return [this.along(0, height).output, this.along(1, width).output, this.filters];
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [, , channels] = imageShape(inputShape, this);
    const [fh, fw] = this.size;
    const [sh, sw] = this.stride;
    const fans = {
      fanIn: Math.max(1, (fh * fw * channels) / (sh * sw)),
      fanOut: fh * fw * this.filters,
      trainable: true,
    };
    const shape = [fh, fw, this.filters, channels];
    return [
      { ...fans, name: 'kernel', shape, initializer: this.kernelInitializer },
      ...(this.useBias
        ? [{ ...fans, name: 'bias', shape: [this.filters], initializer: initializer('zeros'), bias: true }]
        : []),
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    return inputShape.reduce((a, b) => a * b, this.size[0] * this.size[1] * this.filters);
  }

  override window(): Window {
    const reach = (d: 0 | 1) => Math.ceil(this.size[d] / this.stride[d]);
    return { size: [reach(0), reach(1)], stride: [1 / this.stride[0], 1 / this.stride[1]] };
  }

  override forward(x: Tensor): Tensor {
    return this.activate(this.linear(x));
  }

  /** The output before the activation. */
  linear(x: Tensor): Tensor {
    const images = floats(x) as Tensor4D;
    const [batch, height, width] = images.shape;
    const rows = this.along(0, height);
    const columns = this.along(1, width);
    const full = tf.conv2dTranspose(
      images,
      this.weight('kernel') as unknown as Tensor4D,
      [batch, rows.full, columns.full, this.filters],
      [...this.stride],
      'valid',
    );
    const cut =
      rows.full === rows.output && columns.full === columns.output
        ? full
        : tf.slice(
            full,
            [0, rows.before, columns.before, 0],
            [batch, rows.output, columns.output, this.filters],
          );
    return this.useBias ? tf.add(cut, this.weight('bias')) : cut;
  }

  override toString(): string {
    const parts = [
      `${this.filters}`,
      this.size.join('x'),
      ...(this.stride.some((s) => s > 1) ? [`stride ${this.stride[0]}`] : []),
      ...(this.padding === 'valid'
        ? []
        : [typeof this.padding === 'number' ? `pad ${this.padding}` : this.padding]),
      ...(this.activationOption === 'linear' ? [] : [activationName(this.activationOption)]),
      ...(this.useBias ? [] : ['no bias']),
    ];
    return `Conv2DTranspose(${parts.join(', ')})`;
  }

  /** Full and final size along one direction, and how much is cut before. */
  private along(d: 0 | 1, n: number): { full: number; output: number; before: number } {
    const full = (n - 1) * this.stride[d] + this.size[d];
    if (this.padding === 'valid') return { full, output: full, before: 0 };
    if (this.padding === 'same') {
      const output = n * this.stride[d];
      return { full, output, before: Math.floor((full - output) / 2) };
    }
    const output = full - 2 * this.padding;
    if (output < 1) {
      throw new ShapeError(
        `${this}: nothing is left of the output, (H - 1) * S + F - 2P = ${full} - ${2 * this.padding}. Use less padding.`,
      );
    }
    return { full, output, before: this.padding };
  }
}
