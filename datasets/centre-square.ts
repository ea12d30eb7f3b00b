import type { Tensor3D } from '../lib/runtime/tf.ts';
import { tf } from '../lib/runtime/tf.ts';

/** The largest square in the middle of an image `[height, width, channels]`, scaled to `[size, size, channels]` as float32. */
export function centreSquare(image: Tensor3D, size: number): Tensor3D {
  return tf.tidy(() => {
    const [height, width, channels] = image.shape;
    const side = Math.min(height, width);
    const from = [Math.floor((height - side) / 2), Math.floor((width - side) / 2), 0];
    const square = image.slice(from, [side, side, channels]).toFloat() as Tensor3D;
    return tf.image.resizeBilinear(square, [size, size], false, true);
  });
}
