import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { everyNth } from './convolve.ts';
import { Layer, type Shape } from './layer.ts';
import { checkCount, imageShape, ShapeError } from './shape.ts';

/**
 * ResNet's parameter-free shortcut, option A (He et al. 2015): every `stride`-th pixel, and maps of zeros behind the
 * input's up to `channels`. `[H, W, D]` to `[ceil(H / stride), ceil(W / stride), channels]`.
 *
 * @example
 * import { ZeroPadShortcut } from 'convbook';
 * console.log(new ZeroPadShortcut({ channels: 32, stride: 2 }).outputShape([32, 32, 16])); // [16, 16, 32]
 */
export class ZeroPadShortcut extends Layer {
  readonly kind = 'ZeroPadShortcut';
  readonly channels: number;
  readonly stride: number;

  constructor({ channels, stride }: { channels: number; stride: number }) {
    super();
    this.channels = checkCount(channels, 'ZeroPadShortcut: channels');
    this.stride = checkCount(stride, 'ZeroPadShortcut: stride');
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width, channels] = imageShape(inputShape, this);
    if (channels > this.channels) {
      throw new ShapeError(`${this}: the input has ${channels} maps already; zeros can't make them fewer.`);
    }
    return [Math.ceil(height / this.stride), Math.ceil(width / this.stride), this.channels];
  }

  override window() {
    return { size: [1, 1], stride: [this.stride, this.stride] } as const;
  }

  override forward(x: Tensor): Tensor {
    const fewer = everyNth(x as Tensor4D, this.stride, this.stride);
    const missing = this.channels - (x.shape[3] ?? 0);
    return missing === 0
      ? fewer
      : tf.pad(fewer, [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, missing],
        ]);
  }

  override toString(): string {
    return `ZeroPadShortcut(${this.channels}, stride ${this.stride})`;
  }
}
