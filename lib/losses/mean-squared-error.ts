import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { sameShapes } from './targets.ts';

/**
 * Mean squared error, `mean((prediction - target)^2)` over all values.
 *
 * @example
 * import { meanSquaredError, tf } from 'convbook';
 * console.log(meanSquaredError(tf.tensor1d([1, 2]), tf.tensor1d([1, 4])).dataSync()[0]); // 2
 */
export function meanSquaredError(prediction: Tensor, target: Tensor): Scalar {
  return tf.tidy(() => {
    sameShapes(prediction, target, 'meanSquaredError');
    return tf.mean(tf.square(tf.sub(prediction, target))) as Scalar;
  });
}
