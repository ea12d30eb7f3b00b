import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { targetRows } from './targets.ts';

/**
 * Multi-class hinge loss (Weston & Watkins 1999), the slides' `L_i = sum_{j != y} max(0, s_j - s_y + margin)`, averaged
 * over the batch.
 *
 * @param scores `[batch, classes]` or `[batch, ..., classes]`.
 * @param labels the same shape without the classes: class numbers; or the same shape: one-hot rows.
 *
 * @example
 * import { hinge, tf } from 'convbook';
 * const loss = hinge(tf.tensor2d([[-2.85, 0.86, 0.28]]), tf.tensor1d([2], 'int32'));
 * console.log(loss.dataSync()[0].toFixed(2)); // 1.58
 */
export function hinge(scores: Tensor, labels: Tensor, { margin = 1 }: { margin?: number } = {}): Scalar {
  return tf.tidy(() => {
    const { logits, targets: right } = targetRows(scores, labels, 'hinge');
    const own = tf.sum(tf.mul(logits, right), 1, true);
    const over = tf.relu(tf.add(tf.sub(logits, own), margin));
    // The right class compares with itself and would add the margin: it is left out.
    return tf.mean(tf.sum(tf.mul(over, tf.sub(1, right)), 1)) as Scalar;
  });
}
