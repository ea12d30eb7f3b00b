import { tensorflow } from '../runtime/state.ts';
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
 *
 * A class number that no class has would be a row of zeros, and the example would count as right. It throws a sentence where
 * the numbers can be read, and makes the loss NaN where they can't (in a compiled step). `ignore` is allowed as it is.
 */
export function targetRows(logits: Tensor, labels: Tensor, loss: string, ignore?: number): Rows {
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
    checkNumbers(numbers, classes, loss, ignore);
    // Cast afterwards: the WASM kernel writes whole numbers' bits into a float one-hot.
    const oneHot = tf.cast(tf.oneHot(numbers as Tensor1D, classes), 'float32');
    return { logits: rows, targets: tf.add(oneHot, poison(numbers, classes, ignore)), labels: numbers };
  }
  throw new Error(
    `${loss}: labels of shape [${labels.shape}] don't fit logits of shape [${logits.shape}]. ` +
      `Give class numbers [${front}] or one-hot rows [${logits.shape}].`,
  );
}

/** Reads the numbers where that costs nothing: eagerly, on TensorFlow. */
function checkNumbers(numbers: Tensor, classes: number, loss: string, ignore: number | undefined): void {
  const backend = tensorflow();
  if (!backend || backend.trace) return;
  const values = numbers.dataSync();
  const at = values.findIndex((n) => (n < 0 || n >= classes) && n !== ignore);
  if (at < 0) return;
  throw new Error(
    `${loss}: label ${at} is ${values[at]}, but there are ${classes} classes, numbered 0 to ${classes - 1}. ` +
      'Correct the labels, or give the last layer as many units as there are classes.',
  );
}

/** 0 for each class number that there is, NaN for others: `[n, 1]`. */
function poison(numbers: Tensor, classes: number, ignore: number | undefined): Tensor {
  const inside = tf.logicalAnd(tf.greaterEqual(numbers, 0), tf.less(numbers, classes));
  const allowed = ignore === undefined ? inside : tf.logicalOr(inside, tf.equal(numbers, ignore));
  const zeros = tf.zeros(numbers.shape);
  return tf.reshape(tf.where(allowed, zeros, tf.fill(numbers.shape, Number.NaN)), [-1, 1]);
}

/** Throws a sentence unless predictions and targets have one shape: broadcasting would compare all with all. */
export function sameShapes(prediction: Tensor, target: Tensor, loss: string): void {
  if (prediction.shape.join() !== target.shape.join()) {
    throw new Error(
      `${loss}: targets of shape [${target.shape}] don't fit predictions of shape [${prediction.shape}]. Reshape one of them.`,
    );
  }
}
