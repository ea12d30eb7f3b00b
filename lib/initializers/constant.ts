import type { Initializer } from '../layers/layer.ts';
import { tf } from '../runtime/tf.ts';

/** Every weight is `value`. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    tf.fill([...shape], value);

/** Every weight is 0: for biases. A whole layer of zeros never learns, because all of its units stay equal. */
export const zeros = (): Initializer => constant(0);

/** Every weight is 1: for the scale of batch norm. */
export const ones = (): Initializer => constant(1);
