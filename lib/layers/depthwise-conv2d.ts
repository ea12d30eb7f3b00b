import { type InitializerName, initializer } from '../initializers/names.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Activation, activation, activationName } from './activations.ts';
import { convolveDepthwise } from './convolve.ts';
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
import { checkCount, imageShape } from './shape.ts';

export interface DepthwiseConv2DOptions extends LayerOptions {
  kernelSize: Pair;
  stride?: Pair;
  padding?: Padding;
  dilation?: Pair;
  rounding?: Rounding;
  /** Filters per input channel; default 1. */
  multiplier?: number;
  activation?: Activation;
  useBias?: boolean;
  kernelInitializer?: InitializerName | Initializer;
}

/**
 * Depthwise convolution (Howard et al. 2017, MobileNet, arXiv:1704.04861): every channel has its own `multiplier`
 * filters and sees no other channel. With a 1x1 convolution behind it, a depthwise separable convolution.
 *
 * `[H, W, D]` to `[H', W', D * multiplier]`, sizes as for Conv2D; `kernel` is `[F, F, D, multiplier]`.
 *
 * @example
 * import { DepthwiseConv2D } from 'convbook';
 * const layer = new DepthwiseConv2D({ kernelSize: 3, stride: 2, padding: 'same', useBias: false });
 * console.log(layer.outputShape([112, 112, 64])); // [56, 56, 64]
 */
export class DepthwiseConv2D extends Layer {
  readonly kind = 'DepthwiseConv2D';
  readonly geometry: Geometry;
  readonly multiplier: number;
  readonly useBias: boolean;
  private readonly activationOption: Activation;
  private readonly activate: (x: Tensor) => Tensor;
  private readonly kernelInitializer: Initializer;

  constructor(options: DepthwiseConv2DOptions) {
    super(options);
    this.geometry = {
      size: pair(options.kernelSize, 'DepthwiseConv2D: kernelSize'),
      stride: pair(options.stride ?? 1, 'DepthwiseConv2D: stride'),
      dilation: pair(options.dilation ?? 1, 'DepthwiseConv2D: dilation'),
      padding: checkPadding(options.padding ?? 'valid', 'DepthwiseConv2D'),
      rounding: options.rounding ?? 'exact',
    };
    this.multiplier = checkCount(options.multiplier ?? 1, 'DepthwiseConv2D: multiplier');
    this.useBias = options.useBias ?? true;
    this.activationOption = options.activation ?? 'linear';
    this.activate = activation(this.activationOption);
    this.kernelInitializer = initializer(options.kernelInitializer ?? 'he-normal');
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width, channels] = imageShape(inputShape, this);
    return [...place(height, width, this.geometry, this).output, channels * this.multiplier];
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [, , channels] = imageShape(inputShape, this);
    const [fh, fw] = this.geometry.size;
    const fans = { fanIn: fh * fw, fanOut: fh * fw * this.multiplier, trainable: true };
    const kernel = {
      ...fans,
      name: 'kernel',
      shape: [fh, fw, channels, this.multiplier],
      initializer: this.kernelInitializer,
    };
    const bias = {
      ...fans,
      name: 'bias',
      shape: [channels * this.multiplier],
      initializer: initializer('zeros'),
      bias: true,
    };
    return this.useBias ? [kernel, bias] : [kernel];
  }

  override multiplyAdds(inputShape: Shape): number {
    const [fh, fw] = this.geometry.size;
    return this.outputShape(inputShape).reduce((a, b) => a * b, fh * fw);
  }

  override window(): Window {
    return windowOf(this.geometry);
  }

  override forward(x: Tensor): Tensor {
    return this.activate(this.linear(x));
  }

  /** The output before the activation. */
  linear(x: Tensor): Tensor {
    const kernel = this.weight('kernel') as unknown as Tensor4D;
    const maps = convolveDepthwise(floats(x) as Tensor4D, kernel, this.geometry, this);
    return this.useBias ? tf.add(maps, this.weight('bias')) : maps;
  }

  override toString(): string {
    const parts = [
      describeWindow(this.geometry),
      ...(this.multiplier > 1 ? [`multiplier ${this.multiplier}`] : []),
      ...(this.activationOption === 'linear' ? [] : [activationName(this.activationOption)]),
      ...(this.useBias ? [] : ['no bias']),
    ];
    return `DepthwiseConv2D(${parts.join(', ')})`;
  }
}
