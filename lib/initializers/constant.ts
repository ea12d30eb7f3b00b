import type { Initializer } from '../layers/layer.ts';
import { tf } from '../runtime/tf.ts';

/**
 * Every weight is `value`.
 *
 * @example
 * import { constant } from 'convbook';
 * constant(0.1)([2], { fanIn: 1, fanOut: 1 }, 0).print(); // [0.1, 0.1]
 */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    tf.fill([...shape], value);

/**
 * Every weight is 0: for biases. A whole layer of zeros never learns, because all of its units stay equal.
 *
 * @example
 * import { zeros } from 'convbook';
 * zeros()([2], { fanIn: 1, fanOut: 1 }, 0).print(); // [0, 0]
 */
export const zeros = (): Initializer => constant(0);

/**
 * Every weight is 1: for the scale of batch norm.
 *
 * @example
 * import { ones } from 'convbook';
 * ones()([2], { fanIn: 1, fanOut: 1 }, 0).print(); // [1, 1]
 */
export const ones = (): Initializer => constant(1);
