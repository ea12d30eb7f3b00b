import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Pair, pair } from './geometry.ts';
import { Layer, type LayerOptions, type Shape } from './layer.ts';
import type { Window } from './receptive-field.ts';
import { imageShape } from './shape.ts';

export interface UpsampleOptions extends LayerOptions {
  /** Default 2. */
  factor?: Pair;
  /** Repeat pixels (default) or interpolate between their centres. */
  mode?: 'nearest' | 'bilinear';
}

/**
 * Larger images without parameters: `[H, W, D]` to `[H * factor, W * factor, D]`. Bilinear interpolation counts from
 * pixels' centres and repeats the border (TensorFlow's half_pixel_centers, PyTorch's align_corners=False).
 *
 * @example
 * import { Upsample, tf } from 'convbook';
 * new Upsample({ factor: [1, 2] }).apply(tf.tensor4d([1, 2], [1, 1, 2, 1])).reshape([4]).print(); // [1, 1, 2, 2]
 */
export class Upsample extends Layer {
  readonly kind = 'Upsample';
  readonly factor: readonly [number, number];
  readonly mode: 'nearest' | 'bilinear';

  constructor({ factor = 2, mode = 'nearest', ...options }: UpsampleOptions = {}) {
    super(options);
    this.factor = pair(factor, 'Upsample: factor');
    if (mode !== 'nearest' && mode !== 'bilinear') {
      throw new TypeError(`Upsample: mode must be 'nearest' or 'bilinear'; it is ${JSON.stringify(mode)}.`);
    }
    this.mode = mode;
  }

  override outputShape(inputShape: Shape): Shape {
    const [height, width, channels] = imageShape(inputShape, this);
    return [height * this.factor[0], width * this.factor[1], channels];
  }

  override window(): Window {
    const reach = this.mode === 'nearest' ? 1 : 2;
    return { size: [reach, reach], stride: [1 / this.factor[0], 1 / this.factor[1]] };
  }

  override forward(x: Tensor): Tensor {
    // Not by the engine's resize: tfjs drops half_pixel_centers in its gradient.
    const [batch, height, width, channels] = (x as Tensor4D).shape;
    const [fh, fw] = this.factor;
    const stretch = this.mode === 'nearest' ? repeat : interpolate;
    const rows = stretch(tf.reshape(x, [batch, height, width * channels]), fh);
    const columns = stretch(tf.reshape(rows, [batch * height * fh, width, channels]), fw);
    return tf.reshape(columns, [batch, height * fh, width * fw, channels]);
  }

  override toString(): string {
    return `Upsample(${this.factor.join('x')}, ${this.mode})`;
  }
}

/** `[a, n, b]` to `[a, n * factor, b]`, every entry `factor` times. */
function repeat(x: Tensor, factor: number): Tensor {
  const [a = 1, n = 1, b = 1] = x.shape;
  return tf.reshape(tf.mul(tf.reshape(x, [a, n, 1, b]), tf.ones([1, 1, factor, 1])), [a, n * factor, b]);
}

/** `[a, n, b]` to `[a, n * factor, b]`, by one product with the matrix of interpolation weights. */
function interpolate(x: Tensor, factor: number): Tensor {
  const [a = 1, n = 1, b = 1] = x.shape;
  const m = n * factor;
  const weights = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), n - 1);
    const low = Math.floor(at);
    weights[i * n + low]! += 1 - (at - low);
    if (low + 1 < n) weights[i * n + low + 1]! += at - low;
  }
  const flat = tf.reshape(tf.transpose(x, [1, 0, 2]), [n, a * b]);
  return tf.transpose(tf.reshape(tf.matMul(tf.tensor2d(weights, [m, n]), flat), [m, a, b]), [1, 0, 2]);
}
