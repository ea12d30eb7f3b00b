// Figures of one batch as tensor functions: they run inside (compiled) steps. Those of whole data sets are in the other files.

import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/**
 * The share of examples whose largest output is their class.
 *
 * @param output logits or probabilities `[batch, classes]`, or `[batch, ..., classes]` for one decision a pixel
 * @param ys class numbers of shape `[batch]` (or `[batch, 1]`, or `[batch, ...]`), or one-hot rows of the output's shape
 *
 * @example
 * import { accuracy, tf } from 'convbook';
 * const output = tf.tensor2d([[0.1, 0.9], [0.8, 0.2]]);
 * console.log(accuracy(output, tf.tensor1d([1, 1], 'int32')).dataSync()[0]); // 0.5
 */
export function accuracy(output: Tensor, ys: Tensor): Tensor {
  return tf.tidy(() => {
    const predicted = output.argMax(-1);
    return predicted.equal(classNumbers(output, ys)).toFloat().mean();
  });
}

/**
 * The share of examples whose class is among the `k` largest outputs. Ties count for the example.
 *
 * @returns a metric for `fit` and `evaluate`: `metrics: { top5: topKAccuracy(5) }`
 *
 * @example
 * import { topKAccuracy, tf } from 'convbook';
 * const output = tf.tensor2d([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]]);
 * console.log(topKAccuracy(2)(output, tf.tensor1d([2, 2], 'int32')).dataSync()[0]); // 0.5
 */
export function topKAccuracy(k: number): (output: Tensor, ys: Tensor) => Tensor {
  if (!Number.isInteger(k) || k < 1)
    throw new Error(`topKAccuracy got k = ${k}; expected a whole number of at least 1.`);
  return (output, ys) =>
    tf.tidy(() => {
      const classes = output.shape.at(-1)!;
      const own = tf.sum(tf.mul(output, tf.oneHot(classNumbers(output, ys), classes)), -1, true);
      const larger = tf.sum(tf.greater(output, own).toInt(), -1);
      return larger.less(k).toFloat().mean();
    });
}

/**
 * The share of right decisions of single outputs: logits above 0 (or probabilities above 0.5) mean yes.
 *
 * @example
 * import { binaryAccuracy, tf } from 'convbook';
 * const metric = binaryAccuracy(0);
 * console.log(metric(tf.tensor1d([2, -1]), tf.tensor1d([1, 1])).dataSync()[0]); // 0.5
 */
export function binaryAccuracy(threshold = 0): (output: Tensor, ys: Tensor) => Tensor {
  return (output, ys) =>
    tf.tidy(() => output.greater(threshold).equal(ys.reshape(output.shape).greater(0.5)).toFloat().mean());
}

/** Class numbers (int32) of labels that are class numbers or one-hot rows. */
function classNumbers(output: Tensor, ys: Tensor): Tensor {
  if (ys.shape.join() === output.shape.join()) return ys.argMax(-1);
  const wanted = output.shape.slice(0, -1);
  if (ys.size !== wanted.reduce((a, b) => a * b, 1)) {
    throw new Error(
      `The labels have shape [${ys.shape}], which fits neither class numbers [${wanted}] nor one-hot rows ` +
        `[${output.shape}] of an output of shape [${output.shape}].`,
    );
  }
  return ys.reshape(wanted).toInt();
}
