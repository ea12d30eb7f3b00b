import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** Whole numbers and booleans, such as the bytes of an image, as float32: what products and means are computed in. */
export const floats = (x: Tensor): Tensor =>
  x.dtype === 'int32' || x.dtype === 'bool' ? tf.cast(x, 'float32') : x;
