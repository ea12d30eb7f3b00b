import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { checkPadding, type Padding, padImages, place } from './geometry.ts';
import { Layer, type LayerOptions, type Shape } from './layer.ts';
import { imageShape } from './shape.ts';

export interface Pad2DOptions extends LayerOptions {
  /** Rows and columns to add: per side, `[vertical, horizontal]` or `[[top, bottom], [left, right]]`. */
  padding: Exclude<Padding, string>;
  /** What the border is filled with; default 0. */
  value?: number;
}

/**
 * A border around every image: `[H, W, D]` to `[H + top + bottom, W + left + right, D]`. For borders that are not zero:
 * LeNet-1989 fills with -1, its background.
 *
 * @example
 * import { Pad2D } from 'convbook';
 * console.log(new Pad2D({ padding: 2, value: -1 }).outputShape([28, 28, 1])); // [32, 32, 1]
 */
export class Pad2D extends Layer {
  readonly kind = 'Pad2D';
  readonly padding: Exclude<Padding, string>;
  readonly value: number;

  constructor({ padding, value = 0, ...options }: Pad2DOptions) {
    super(options);
    this.padding = checkPadding(padding, 'Pad2D') as Exclude<Padding, string>;
    this.value = value;
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width, channels] = imageShape(inputShape, this);
    return [...this.placed(height, width).output, channels];
  }

  override forward(x: Tensor): Tensor {
    const images = x as Tensor4D;
    return padImages(images, this.placed(images.shape[1], images.shape[2]).pads, this.value);
  }

  override toString(): string {
    return `Pad2D(${JSON.stringify(this.padding)}${this.value ? `, value ${this.value}` : ''})`;
  }

  /** A window of one pixel: its "output" is the padded image. */
  private placed(height: number, width: number) {
    const one = [1, 1] as const;
    return place(
      height,
      width,
      { size: one, stride: one, dilation: one, padding: this.padding, rounding: 'exact' },
      this,
    );
  }
}
