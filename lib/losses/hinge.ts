import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { oneHotTargets } from './targets.ts';

/**
 * Multi-class hinge loss (Weston & Watkins 1999), the slides' `L_i = sum_{j != y} max(0, s_j - s_y + margin)`, averaged
 * over the batch.
 *
 * @param scores `[batch, classes]`.
 * @param labels `[batch]` class numbers, or `[batch, classes]` one-hot rows.
 *
 * @example
 * import { hinge, tf } from 'convbook';
 * const loss = hinge(tf.tensor2d([[-2.85, 0.86, 0.28]]), tf.tensor1d([2], 'int32'));
 * console.log(loss.dataSync()[0].toFixed(2)); // 1.58
 */
export function hinge(scores: Tensor, labels: Tensor, { margin = 1 }: { margin?: number } = {}): Scalar {
  return tf.tidy(() => {
    const right = oneHotTargets(scores, labels, 'hinge');
    const own = tf.sum(tf.mul(scores, right), 1, true);
    const over = tf.relu(tf.add(tf.sub(scores, own), margin));
    // The right class compares with itself and would add the margin: it is left out.
    return tf.mean(tf.sum(tf.mul(over, tf.sub(1, right)), 1)) as Scalar;
  });
}
