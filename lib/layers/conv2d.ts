import { type InitializerName, initializer } from '../initializers/names.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Activation, activation, activationName } from './activations.ts';
import { convolve } from './convolve.ts';
import { floats } from './floats.ts';
import {
  checkPadding,
  describeWindow,
  type Geometry,
  type Padding,
  type Pair,
  pair,
  place,
  type Rounding,
  windowOf,
} from './geometry.ts';
import { type Initializer, Layer, type LayerOptions, type Shape, type WeightSpec } from './layer.ts';
import type { Window } from './receptive-field.ts';
import { checkCount, imageShape, ShapeError } from './shape.ts';

export interface Conv2DOptions extends LayerOptions {
  /** Number of filters: the output's channels. */
  filters: number;
  /** Spatial extent F of a filter: a number or `[height, width]`. */
  kernelSize: Pair;
  /** Default 1. */
  stride?: Pair;
  /** `'valid'` (default), `'same'`, zeros per side, `[vertical, horizontal]` or `[[top, bottom], [left, right]]`. */
  padding?: Padding;
  /** Distance of a filter's taps; default 1. */
  dilation?: Pair;
  /** The channels fall into this many groups that do not see each other; default 1. */
  groups?: number;
  /** What to do where the output size is not whole: `'exact'` (default) is an error, `'floor'` drops the last rows. */
  rounding?: Rounding;
  activation?: Activation;
  useBias?: boolean;
  /** A bias for every output position, `[H', W', filters]` (LeNet-1989), instead of one a filter; default false. */
  untiedBias?: boolean;
  kernelInitializer?: InitializerName | Initializer;
  biasInitializer?: InitializerName | Initializer;
}

/**
 * Convolution layer (cross-correlation, as everywhere in the field): every filter slides over the whole depth of the
 * input.
 *
 * Input `[batch, H, W, D]`, output `[batch, H', W', filters]` with `H' = (H - F + 2P) / S + 1` (`F` is
 * `(F - 1) * dilation + 1` where dilated), and `ceil(H / S)` for `'same'`. `kernel` is `[F, F, D / groups, filters]`,
 * `bias` `[filters]`: `F * F * D / groups * filters + filters` parameters, `H' * W'` times the kernel's size
 * multiply-adds. Weights start as He normal, biases as 0.
 *
 * @throws ShapeError where the output size is not whole (7 wide, F 3, stride 3: 2.33), the window is larger than the
 * image, or `groups` does not divide the channels.
 *
 * @example
 * import { Conv2D, tf } from 'convbook';
 * const layer = new Conv2D({ filters: 10, kernelSize: 5, padding: 2 });
 * console.log(layer.outputShape([32, 32, 3])); // [32, 32, 10]
 * console.log(layer.apply(tf.zeros([1, 32, 32, 3])).shape); // [1, 32, 32, 10]
 */
export class Conv2D extends Layer {
  readonly kind: string = 'Conv2D';
  readonly filters: number;
  readonly groups: number;
  readonly useBias: boolean;
  readonly untiedBias: boolean;
  readonly geometry: Geometry;
  protected readonly activationOption: Activation;
  protected readonly activate: (x: Tensor) => Tensor;
  protected readonly kernelInitializer: Initializer;
  protected readonly biasInitializer: Initializer;

  constructor(options: Conv2DOptions) {
    super(options);
    this.filters = checkCount(options.filters, 'Conv2D: filters');
    this.groups = checkCount(options.groups ?? 1, 'Conv2D: groups');
    if (this.filters % this.groups !== 0) {
      throw new RangeError(
        `Conv2D: ${this.filters} filters can't be split into ${this.groups} equal groups.`,
      );
    }
    this.geometry = {
      size: pair(options.kernelSize, 'Conv2D: kernelSize'),
      stride: pair(options.stride ?? 1, 'Conv2D: stride'),
      dilation: pair(options.dilation ?? 1, 'Conv2D: dilation'),
      padding: checkPadding(options.padding ?? 'valid', 'Conv2D'),
      rounding: options.rounding ?? 'exact',
    };
    this.useBias = options.useBias ?? true;
    this.untiedBias = options.untiedBias ?? false;
    this.activationOption = options.activation ?? 'linear';
    this.activate = activation(this.activationOption);
    this.kernelInitializer = initializer(options.kernelInitializer ?? 'he-normal');
    this.biasInitializer = initializer(options.biasInitializer ?? 'zeros');
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width] = this.image(inputShape);
    return [...place(height, width, this.geometry, this).output, this.filters];
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [, , channels] = this.image(inputShape);
    const [fh, fw] = this.geometry.size;
    const [sh, sw] = this.geometry.stride;
    const fans = {
      fanIn: (fh * fw * channels) / this.groups,
      fanOut: Math.max(1, (fh * fw * this.filters) / this.groups / (sh * sw)),
      trainable: true,
    };
    const shape = [fh, fw, channels / this.groups, this.filters];
    const biasShape = this.untiedBias ? this.outputShape(inputShape) : [this.filters];
    return [
      { ...fans, name: 'kernel', shape, initializer: this.kernelInitializer },
      ...(this.useBias
        ? [{ ...fans, name: 'bias', shape: biasShape, initializer: this.biasInitializer, bias: true }]
        : []),
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    const [, , channels] = this.image(inputShape);
    const [height = 0, width = 0] = this.outputShape(inputShape);
    const [fh, fw] = this.geometry.size;
    return height * width * fh * fw * (channels / this.groups) * this.filters;
  }

  override window(): Window {
    return windowOf(this.geometry);
  }

  override forward(x: Tensor): Tensor {
    return this.activate(this.linear(x));
  }

  /** The output before the activation. */
  linear(x: Tensor): Tensor {
    const maps = this.maps(floats(x) as Tensor4D);
    return this.useBias ? tf.add(maps, this.weight('bias')) : maps;
  }

  /** The convolution itself, before bias and activation. */
  protected maps(x: Tensor4D): Tensor4D {
    return convolve(x, this.weight('kernel') as unknown as Tensor4D, this.geometry, this.groups, this);
  }

  override toString(): string {
    const parts = [
      `${this.filters}`,
      describeWindow(this.geometry),
      ...(this.groups > 1 ? [`groups ${this.groups}`] : []),
      ...(this.activationOption === 'linear' ? [] : [activationName(this.activationOption)]),
      ...(this.useBias ? (this.untiedBias ? ['untied bias'] : []) : ['no bias']),
    ];
    return `${this.kind}(${parts.join(', ')})`;
  }

  protected image(inputShape: Shape): readonly [height: number, width: number, channels: number] {
    const [height, width, channels] = imageShape(inputShape, this);
    if (channels % this.groups !== 0) {
      throw new ShapeError(
        `${this}: ${channels} input channels can't be split into ${this.groups} equal groups.`,
      );
    }
    return [height, width, channels];
  }
}
