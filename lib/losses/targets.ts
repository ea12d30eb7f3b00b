import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** Labels in the two forms that the losses take, as `[batch, classes]` float targets; a sentence where they don't fit. */
export function oneHotTargets(logits: Tensor, labels: Tensor, loss: string): Tensor {
  const [batch, classes] = logits.shape;
  if (logits.rank !== 2 || classes === undefined) {
    throw new Error(`${loss} needs logits of shape [batch, classes] and got [${logits.shape}].`);
  }
  if (classes < 2) {
    throw new Error(
      `${loss} needs at least two classes and got ${classes}. For yes or no there is binaryCrossEntropy.`,
    );
  }
  if (labels.rank === 2 && labels.shape.join() === logits.shape.join()) return tf.cast(labels, 'float32');
  if (labels.rank === 1 && labels.shape[0] === batch) {
    // Cast afterwards: the WASM kernel writes whole numbers' bits into a float one-hot.
    return tf.cast(tf.oneHot(tf.cast(labels, 'int32'), classes), 'float32');
  }
  throw new Error(
    `${loss}: labels of shape [${labels.shape}] don't fit logits of shape [${logits.shape}]. ` +
      `Give class numbers [${batch}] or one-hot rows [${batch}, ${classes}].`,
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
