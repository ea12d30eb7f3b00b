import type { Tensor, Tensor1D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** Scores and targets as rows, `[n, classes]`. */
export interface Rows {
  logits: Tensor;
  targets: Tensor;
  /** Class numbers `[n]`, where they were given so. */
  labels: Tensor | undefined;
}

/**
 * Labels in the two forms that the losses take, class numbers or rows of targets, as float rows beside the logits' rows.
 * Dimensions before the classes (batch, pixels, time) become one. A sentence where the shapes don't fit.
 */
export function targetRows(logits: Tensor, labels: Tensor, loss: string): Rows {
  const classes = logits.shape.at(-1);
  if (logits.rank < 2 || classes === undefined) {
    throw new Error(
      `${loss} needs logits of shape [batch, classes] or [batch, ..., classes] and got [${logits.shape}].`,
    );
  }
  if (classes < 2) {
    throw new Error(
      `${loss} needs at least two classes and got ${classes}. For yes or no there is binaryCrossEntropy.`,
    );
  }
  const front = logits.shape.slice(0, -1);
  const rows = tf.reshape(logits, [-1, classes]);
  if (labels.shape.join() === logits.shape.join()) {
    return {
      logits: rows,
      targets: tf.reshape(tf.cast(labels, 'float32'), [-1, classes]),
      labels: undefined,
    };
  }
  if (labels.shape.join() === front.join()) {
    const numbers = tf.reshape(tf.cast(labels, 'int32'), [-1]);
    // Cast afterwards: the WASM kernel writes whole numbers' bits into a float one-hot.
    return {
      logits: rows,
      targets: tf.cast(tf.oneHot(numbers as Tensor1D, classes), 'float32'),
      labels: numbers,
    };
  }
  throw new Error(
    `${loss}: labels of shape [${labels.shape}] don't fit logits of shape [${logits.shape}]. ` +
      `Give class numbers [${front}] or one-hot rows [${logits.shape}].`,
  );
}

/** Throws a sentence unless predictions and targets have one shape: broadcasting would compare all with all. */
export function sameShapes(prediction: Tensor, target: Tensor, loss: string): void {
  if (prediction.shape.join() !== target.shape.join()) {
    throw new Error(
      `${loss}: targets of shape [${target.shape}] don't fit predictions of shape [${prediction.shape}]. Reshape one of them.`,
    );
  }
}
