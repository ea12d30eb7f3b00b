// What max and average pooling share: their options and shapes.
import {
  checkPadding,
  describeWindow,
  type Geometry,
  type Padding,
  type Pair,
  pair,
  place,
  type Rounding,
} from './geometry.ts';
import { Layer, type LayerOptions, type Shape } from './layer.ts';
import type { Window } from './receptive-field.ts';
import { imageShape } from './shape.ts';

export interface Pool2DOptions extends LayerOptions {
  /** Extent of the window, default 2. Larger than the stride: overlapping pooling (AlexNet: 3, stride 2). */
  size?: Pair;
  /** Default: the window's size. */
  stride?: Pair;
  /** As for Conv2D; the border never wins a maximum and never counts in an average. Default `'valid'`. */
  padding?: Padding;
  /** Where the windows don't fill the image: leave out the last rows (default `'floor'`), one more window (`'ceil'`), or an error (`'exact'`). */
  rounding?: Rounding;
}

/** A window that slides over each feature map by itself. */
export abstract class Pool2D extends Layer {
  readonly geometry: Geometry;

  constructor(options: Pool2DOptions = {}) {
    super(options);
    const size = pair(options.size ?? 2, 'Pooling: size');
    this.geometry = {
      size,
      stride: pair(options.stride ?? size, 'Pooling: stride'),
      dilation: [1, 1],
      padding: checkPadding(options.padding ?? 'valid', 'Pooling'),
      rounding: options.rounding ?? 'floor',
    };
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width, channels] = imageShape(inputShape, this);
    return [...place(height, width, this.geometry, this).output, channels];
  }

  override window(): Window {
    return this.geometry;
  }

  override toString(): string {
    return `${this.kind}(${describeWindow(this.geometry)})`;
  }
}
