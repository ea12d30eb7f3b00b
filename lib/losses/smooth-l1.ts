import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { sameShapes } from './targets.ts';

/**
 * Smooth L1 loss for boxes (Girshick 2015, "Fast R-CNN", arXiv:1504.08083): with `d = |prediction - target|`,
 * `d^2 / (2 beta)` where `d < beta`, else `d - beta / 2`; averaged over all values.
 *
 * @example
 * import { smoothL1, tf } from 'convbook';
 * console.log(smoothL1(tf.tensor1d([0.5, 3]), tf.tensor1d([0, 0])).dataSync()[0]); // (0.125 + 2.5) / 2 = 1.3125
 */
export function smoothL1(prediction: Tensor, target: Tensor, { beta = 1 }: { beta?: number } = {}): Scalar {
  if (!(beta > 0)) throw new RangeError(`smoothL1: beta must be above 0; it is ${beta}.`);
  return tf.tidy(() => {
    sameShapes(prediction, target, 'smoothL1');
    const distance = tf.abs(tf.sub(prediction, target));
    const inside = tf.minimum(distance, beta);
    // inside^2 / (2 beta) + (distance - inside) is both branches at once, with no division of cases to differentiate.
    return tf.mean(tf.add(tf.div(tf.square(inside), 2 * beta), tf.sub(distance, inside))) as Scalar;
  });
}
