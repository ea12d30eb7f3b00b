import { softmaxCrossEntropyWithLogits } from '../runtime/ops/softmax-cross-entropy.ts';
import type { Scalar, Tensor, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { oneHotTargets } from './targets.ts';

/**
 * The softmax classifier's loss, `L_i = -log(exp(s_y) / sum_j exp(s_j))` with the natural logarithm, averaged over the
 * batch. Works on logits, where it can't overflow.
 *
 * @param logits `[batch, classes]`: scores before softmax.
 * @param labels `[batch]` class numbers, or `[batch, classes]` probabilities (one-hot).
 * @param options.labelSmoothing epsilon: the target becomes `(1 - epsilon) * label + epsilon / classes`.
 *
 * @example
 * import { softmaxCrossEntropy, tf } from 'convbook';
 * const loss = softmaxCrossEntropy(tf.tensor2d([[3.2, 5.1, -1.7]]), tf.tensor1d([0], 'int32'));
 * console.log(loss.dataSync()[0].toFixed(2)); // 2.04
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  { labelSmoothing = 0 }: { labelSmoothing?: number } = {},
): Scalar {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new RangeError(
      `softmaxCrossEntropy: labelSmoothing must be at least 0 and below 1; it is ${labelSmoothing}.`,
    );
  }
  return tf.tidy(() => {
    const sure = oneHotTargets(logits, labels, 'softmaxCrossEntropy');
    const classes = logits.shape[1] ?? 1;
    const targets =
      labelSmoothing === 0 ? sure : tf.add(tf.mul(sure, 1 - labelSmoothing), labelSmoothing / classes);
    return tf.mean(softmaxCrossEntropyWithLogits(logits as Tensor2D, targets as Tensor2D)) as Scalar;
  });
}
