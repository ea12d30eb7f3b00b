import { softmaxCrossEntropyWithLogits } from '../runtime/ops/softmax-cross-entropy.ts';
import type { Scalar, Tensor, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { targetRows } from './targets.ts';

export interface SoftmaxCrossEntropyOptions {
  labelSmoothing?: number;
  ignore?: number;
}

/**
 * The softmax classifier's loss, `L_i = -log(exp(s_y) / sum_j exp(s_j))` with the natural logarithm, averaged over the
 * batch. Works on logits, where it can't overflow.
 *
 * @param logits `[batch, classes]`: scores before softmax; or `[batch, ..., classes]`, one row per pixel or word.
 * @param labels the same shape without the classes: class numbers; or the same shape: probabilities (one-hot).
 * @param options.labelSmoothing epsilon: the target becomes `(1 - epsilon) * label + epsilon / classes`.
 * @param options.ignore rows with this class number don't count (padding of sentences, unlabelled pixels).
 * @throws a sentence where shapes don't fit or a label is no class; a compiled step can't read labels, its loss becomes NaN.
 *
 * @example
 * import { softmaxCrossEntropy, tf } from 'convbook';
 * const loss = softmaxCrossEntropy(tf.tensor2d([[3.2, 5.1, -1.7]]), tf.tensor1d([0], 'int32'));
 * console.log(loss.dataSync()[0].toFixed(2)); // 2.04
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  { labelSmoothing = 0, ignore }: SoftmaxCrossEntropyOptions = {},
): Scalar {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new RangeError(
      `softmaxCrossEntropy: labelSmoothing must be at least 0 and below 1; it is ${labelSmoothing}.`,
    );
  }
  return tf.tidy(() => {
    const rows = targetRows(logits, labels, 'softmaxCrossEntropy', ignore);
    const classes = rows.logits.shape[1] ?? 1;
    const targets =
      labelSmoothing === 0
        ? rows.targets
        : tf.add(tf.mul(rows.targets, 1 - labelSmoothing), labelSmoothing / classes);
    const losses = softmaxCrossEntropyWithLogits(rows.logits as Tensor2D, targets as Tensor2D);
    if (ignore === undefined) return tf.mean(losses) as Scalar;
    if (!rows.labels)
      throw new Error('softmaxCrossEntropy: ignore needs class numbers as labels, not one-hot rows.');
    const counts = tf.cast(tf.notEqual(rows.labels, ignore), 'float32');
    return tf.div(tf.sum(tf.mul(losses, counts)), tf.maximum(tf.sum(counts), 1)) as Scalar;
  });
}
