import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { sameShapes } from './targets.ts';

/**
 * Binary cross-entropy on logits: `-(t log p + (1 - t) log(1 - p))` with `p = sigmoid(z)`, averaged over all values;
 * computed as `max(z, 0) - z t + log(1 + exp(-|z|))`, which can't overflow.
 *
 * @param logits any shape, before sigmoid.
 * @param targets the same shape, within 0 and 1.
 * @param options.labelSmoothing epsilon: the target becomes `(1 - epsilon) * target + epsilon / 2`.
 *
 * @example
 * import { binaryCrossEntropy, tf } from 'convbook';
 * console.log(binaryCrossEntropy(tf.tensor1d([0]), tf.tensor1d([1])).dataSync()[0].toFixed(3)); // 0.693
 */
export function binaryCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  { labelSmoothing = 0 }: { labelSmoothing?: number } = {},
): Scalar {
  return tf.tidy(() => {
    sameShapes(logits, targets, 'binaryCrossEntropy');
    const sure = tf.cast(targets, 'float32');
    const t = labelSmoothing === 0 ? sure : tf.add(tf.mul(sure, 1 - labelSmoothing), labelSmoothing / 2);
    // The gradient is sigmoid(z) - t.
    return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, t))) as Scalar;
  });
}
