import type { Tensor, Tensor1D } from '../lib/runtime/tf.ts';
import { tf } from '../lib/runtime/tf.ts';
import type { Augmentation } from './batch-maker.mjs';
import { localProducer, threadProducer } from './batch-worker.ts';
import { DataError } from './errors.ts';
import type { ImageSet } from './images.ts';
import { Random } from './random.ts';

/** One step's worth of examples: `xs` float32 `[n, height, width, channels]` in [0, 1], `ys` int32 `[n]`. */
export interface Batch {
  xs: Tensor;
  ys: Tensor1D;
}

export interface BatchOptions {
  batchSize?: number;
  shuffle?: boolean;
  /** Fixes the order and the augmentation; give another for each epoch. */
  seed?: number;
  /** Leaves out the last batch where it isn't full. */
  dropLast?: boolean;
  /** How many batches are made ahead, while the step before them computes. */
  prefetch?: number;
  /** Random changes of each image. */
  augment?: Augmentation;
  /** True: batches are made in a thread of their own. Default: where there is an augmentation, which takes its time. */
  thread?: boolean;
  /** Changes the images of a batch as tensors, inside a `tidy`. */
  map?: (xs: Tensor, step: number) => Tensor;
}

/**
 * Batches of a set, each made while the step before computes. The receiver disposes a batch's tensors (`fit` does). The
 * same seed gives the same batches, with a thread and without.
 *
 * @throws DataError where the batch size is no whole number of at least 1.
 * @example
 * import { madeDigits, tf } from 'convbook';
 * const { train } = await madeDigits({ train: 100, test: 20 });
 * for await (const { xs, ys } of train.batches({ batchSize: 32, shuffle: true, augment: { shift: 2, rotate: 10 } })) {
 *   console.log(xs.shape[0], ys.shape[0]); // 32 32, 32 32, 32 32, 4 4
 *   tf.dispose([xs, ys]);
 * }
 */
export async function* batchesOf(
  set: ImageSet,
  options: BatchOptions = {},
): AsyncGenerator<Batch, void, undefined> {
  const { batchSize = 64, shuffle = false, seed = 0, dropLast = false, prefetch = 2, map, augment } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new DataError('bad-request', `batchSize is ${batchSize}; it must be a whole number of at least 1.`);
  }
  const order = shuffle
    ? new Random(seed).permutation(set.count)
    : Uint32Array.from({ length: set.count }, (_, i) => i);
  const steps = dropLast ? Math.floor(set.count / batchSize) : Math.ceil(set.count / batchSize);
  const { images, labels, height, width, channels } = set;
  const job = { images, labels, order, batchSize, height, width, channels, augment, seed };
  const produce = (options.thread ?? augment !== undefined) ? threadProducer : localProducer;
  const producer = produce(job, steps, prefetch);
  try {
    for (let step = 0; step < steps; step++) {
      const { xs, ys } = await producer.next(step);
      const shape: [number, number, number, number] = [ys.length, height, width, channels];
      const made = tf.tensor4d(xs, shape);
      // Held from automatic disposal: a batch outlives the scope that it happens to be made in.
      yield { xs: tf.keep(map ? mapped(made, map, step) : made), ys: tf.keep(tf.tensor1d(ys, 'int32')) };
    }
  } finally {
    producer.close();
  }
}

function mapped(xs: Tensor, map: NonNullable<BatchOptions['map']>, step: number): Tensor {
  const result = tf.tidy(() => map(xs, step));
  if (result !== xs) xs.dispose();
  return result;
}
