import { tensorflow } from '../state.ts';
import type { Tensor, Tensor1D, Tensor2D } from '../tf.ts';
import { tf } from '../tf.ts';
import { attribute, defineKernel, isNested } from './kernel.ts';

type Kernel = ReturnType<typeof defineKernel>;
let kernel: Kernel | undefined;

/** Loss and its gradient by the logits come out of one op of TensorFlow, in one pass over the logits. */
export function defineSoftmaxCrossEntropy(): void {
  kernel = defineKernel('convbook/SoftmaxCrossEntropyWithLogits', (backend, { logits, targets }) =>
    backend.executeMultipleOutputs(
      'SoftmaxCrossEntropyWithLogits',
      [attribute.type('T', backend, logits!.dtype)],
      [logits!, targets!],
      2,
    ),
  );
  tf.registerGradient({
    kernelName: 'convbook/SoftmaxCrossEntropyWithLogits',
    inputsToSave: ['logits', 'targets'],
    outputsToSave: [false, true],
    gradFunc: (dys, saved) => {
      const [logits, targets, backprop] = saved as [Tensor2D, Tensor2D, Tensor2D];
      const dy = tf.expandDims((dys as Tensor[])[0]!, 1);
      // The op's own gradient is a constant to a second derivative, so that one takes the formula.
      const difference = isNested() ? tf.sub(tf.softmax(logits), targets) : backprop;
      // The op takes targets to sum to 1; with the mass M of a row the gradient is M * softmax - target.
      const mass = tf.sum(targets, 1, true);
      return {
        logits: () => tf.mul(dy, tf.add(tf.mul(difference, mass), tf.mul(targets, tf.sub(mass, 1)))),
        targets: () => tf.neg(tf.mul(dy, tf.logSoftmax(logits))),
      };
    },
  });
}

/**
 * Each example's cross-entropy between `softmax(logits)` and target probabilities:
 * `-sum_j targets[i, j] * log softmax(logits)[i, j]`, from logits, where it can't overflow.
 *
 * @param logits `[batch, classes]`
 * @param targets `[batch, classes]`: probabilities, or any other weights
 * @returns `[batch]`
 */
export function softmaxCrossEntropyWithLogits(logits: Tensor2D, targets: Tensor2D): Tensor1D {
  if (logits.rank !== 2 || logits.shape.join() !== targets.shape.join()) {
    throw new Error(
      `softmaxCrossEntropyWithLogits needs logits and targets of one shape [batch, classes]; ` +
        `it got [${logits.shape}] and [${targets.shape}].`,
    );
  }
  if (kernel && tensorflow()) {
    return kernel({
      logits,
      targets: targets.dtype === 'float32' ? targets : targets.toFloat(),
    })[0] as Tensor1D;
  }
  return composed(logits, targets) as Tensor1D;
}

const composed = tf.customGrad((...args: unknown[]) => {
  const [logits, targets, save] = args as [Tensor2D, Tensor2D, (tensors: Tensor[]) => void];
  const logProbabilities = tf.logSoftmax(logits);
  save([logProbabilities, targets]);
  return {
    value: tf.neg(tf.sum(tf.mul(logProbabilities, targets), 1)),
    gradFunc: (dy: Tensor, saved: Tensor[]) => {
      const [logP, target] = saved as [Tensor2D, Tensor2D];
      const perRow = tf.expandDims(dy, 1);
      const mass = tf.sum(target, 1, true);
      return [tf.mul(perRow, tf.sub(tf.mul(tf.exp(logP), mass), target)), tf.neg(tf.mul(perRow, logP))];
    },
  };
}) as (logits: Tensor2D, targets: Tensor2D) => Tensor;
