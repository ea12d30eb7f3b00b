import type { Tensor, Tensor1D } from '../lib/runtime/tf.ts';
import { tf } from '../lib/runtime/tf.ts';
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
  /** Fixes the order; give another for each epoch. */
  seed?: number;
  /** Leaves out the last batch where it isn't full. */
  dropLast?: boolean;
  /** How many batches are made ahead, while the step before them computes. */
  prefetch?: number;
  /** Changes the images of a batch, for instance an augmentation; inside a `tidy`. */
  map?: (xs: Tensor, step: number) => Tensor;
}

/**
 * Batches of a set, each made while the step before computes. The receiver disposes a batch's tensors (`fit` does);
 * those made ahead are disposed when the loop is left early.
 *
 * @example
 * import { madeDigits, tf } from 'convbook';
 * const { train } = await madeDigits({ train: 100, test: 20 });
 * for await (const { xs, ys } of train.batches({ batchSize: 32, shuffle: true, seed: 1 })) {
 *   console.log(xs.shape[0], ys.shape[0]); // 32 32, 32 32, 32 32, 4 4
 *   tf.dispose([xs, ys]);
 * }
 */
export async function* batchesOf(
  set: ImageSet,
  options: BatchOptions = {},
): AsyncGenerator<Batch, void, undefined> {
  const { batchSize = 64, shuffle = false, seed = 0, dropLast = false, prefetch = 2, map } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new DataError('bad-request', `batchSize is ${batchSize}; it must be a whole number of at least 1.`);
  }
  const order = shuffle
    ? new Random(seed).permutation(set.count)
    : Uint32Array.from({ length: set.count }, (_, i) => i);
  const steps = dropLast ? Math.floor(set.count / batchSize) : Math.ceil(set.count / batchSize);
  const ready: Batch[] = [];
  let made = 0;
  const makeNext = () => {
    const chosen = order.subarray(made * batchSize, Math.min(set.count, (made + 1) * batchSize));
    ready.push(makeBatch(set, chosen, made, map));
    made++;
  };
  let refill: NodeJS.Immediate | undefined;
  try {
    for (let step = 0; step < steps; step++) {
      if (ready.length === 0) makeNext();
      const batch = ready.shift()!;
      // The next batches are made in turns of the event loop, which come while the receiver waits for the engine.
      const ahead = () => {
        if (made < steps && ready.length < prefetch) {
          makeNext();
          refill = setImmediate(ahead);
        }
      };
      if (prefetch > 0) refill = setImmediate(ahead);
      yield batch;
      clearImmediate(refill);
    }
  } finally {
    clearImmediate(refill);
    for (const { xs, ys } of ready) tf.dispose([xs, ys]);
  }
}

function makeBatch(set: ImageSet, indices: Uint32Array, step: number, map: BatchOptions['map']): Batch {
  const size = set.imageSize;
  const values = new Float32Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    for (let k = 0; k < size; k++) values[i * size + k] = set.images[start + k]! / 255;
    labels[i] = set.labels[indices[i]!]!;
  }
  const shape: [number, number, number, number] = [indices.length, ...set.imageShape];
  // Held from automatic disposal: the batch outlives the scope that it happens to be made in.
  const xs = tf.keep(map ? tf.tidy(() => map(tf.tensor4d(values, shape), step)) : tf.tensor4d(values, shape));
  return { xs, ys: tf.keep(tf.tensor1d(labels, 'int32')) };
}
