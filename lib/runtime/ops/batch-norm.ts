import { tensorflow } from '../state.ts';
import type { Tensor, Tensor1D, Tensor4D } from '../tf.ts';
import { tf } from '../tf.ts';
import { attribute, defineKernel, overrideKernel } from './kernel.ts';

type Kernel = ReturnType<typeof defineKernel>;
let kernel: Kernel | undefined;

const NAME = 'convbook/FusedBatchNormV3';

/** Batch norm over the batch's own statistics, forward and backward one op each. */
export function defineBatchNorm(): void {
  const types = (backend: Parameters<Parameters<typeof defineKernel>[1]>[0], epsilon: unknown) => [
    attribute.type('T', backend, 'float32'),
    attribute.type('U', backend, 'float32'),
    attribute.float('epsilon', epsilon as number),
    attribute.bool('is_training', true),
  ];
  kernel = defineKernel(NAME, (backend, { x, scale, offset }, { epsilon }) => {
    const empty = tf.zeros([0]);
    const results = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      types(backend, epsilon),
      [x!, scale!, offset!, empty, empty],
      6,
    );
    empty.dispose();
    return results;
  });
  const gradient = defineKernel('convbook/FusedBatchNormGradV3', (backend, inputs, { epsilon }) => {
    const { dy, x, scale, first, second, third } = inputs;
    const results = backend.executeMultipleOutputs(
      'FusedBatchNormGradV3',
      types(backend, epsilon),
      [dy!, x!, scale!, first!, second!, third!],
      5,
    );
    for (const unused of results.slice(3)) unused.dispose();
    return results.slice(0, 3);
  });
  tf.registerGradient({
    kernelName: NAME,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, saved, attributes) => {
      const [x, scale, first, second, third] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const dy = (dys as Tensor[])[0]!;
      // at once, not in the functions below: tfjs calls each of them in a tidy of its own
      const [byX, byScale, byOffset] = gradient(
        { dy, x, scale, first, second, third },
        attributes as Record<string, unknown>,
      );
      return { x: () => byX!, scale: () => byScale!, offset: () => byOffset! };
    },
  });
}

/**
 * Batch norm with known statistics is a factor and an offset per channel; in a compiled step TensorFlow runs those two faster
 * than its own op. Eager code does the same, so that both give the same bits.
 */
export function overrideBatchNormInference(): void {
  overrideKernel('FusedBatchNorm', (_backend, { x, mean, variance, scale, offset }, { varianceEpsilon }) => {
    if (mean!.rank !== 1 || x!.dtype !== 'float32') return undefined;
    return tf.tidy(() => {
      const inverse = tf.rsqrt(tf.add(variance!, varianceEpsilon as number));
      const factor = scale ? tf.mul(inverse, scale) : inverse;
      const moved = tf.mul(mean!, factor);
      return tf.add(tf.mul(x!, factor), offset ? tf.sub(offset, moved) : tf.neg(moved));
    });
  });
}

/** What batch norm gives in training. */
export interface BatchNormTraining {
  y: Tensor;
  /** The batch's mean per channel; no gradient flows through it here. */
  mean: Tensor1D;
  /** The batch's biased variance per channel; no gradient flows through it here. */
  variance: Tensor1D;
}

/**
 * Batch normalisation with the batch's statistics (Ioffe & Szegedy 2015) over all dimensions but the last:
 * `y = scale * (x - mean) / sqrt(variance + epsilon) + offset`.
 *
 * `mean` and `variance` are for moving statistics: use them outside of the loss.
 *
 * @param x `[batch, ..., channels]`
 * @param scale `[channels]`
 * @param offset `[channels]`
 */
export function batchNormTraining(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
): BatchNormTraining {
  const channels = x.shape.at(-1)!;
  const { gradientDepth } = (tf.engine() as unknown as { state: { gradientDepth: number } }).state;
  if (!kernel || !tensorflow() || x.dtype !== 'float32' || x.rank < 2 || gradientDepth > 1) {
    const axes = x.shape.slice(0, -1).map((_, index) => index);
    const { mean, variance } = tf.moments(x, axes);
    const y = tf.batchNorm(
      x as Tensor4D,
      mean as Tensor1D,
      variance as Tensor1D,
      offset as Tensor1D,
      scale as Tensor1D,
      epsilon,
    );
    return { y, mean: mean as Tensor1D, variance: variance as Tensor1D };
  }
  const count = x.size / channels;
  const images = x.rank === 4 ? x : tf.reshape(x, [x.shape[0]!, -1, 1, channels]);
  const [y, mean, unbiased] = kernel({ x: images, scale, offset }, { epsilon });
  return {
    y: x.rank === 4 ? y! : tf.reshape(y!, x.shape),
    mean: mean as Tensor1D,
    variance: tf.mul(unbiased!, count > 1 ? (count - 1) / count : 1) as Tensor1D,
  };
}
