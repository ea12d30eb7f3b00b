import type { Shape } from '../layers/layer.ts';
import { hashSeed } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type ArrayInput, type Rows, rows } from './arrays.ts';
import { permutation } from './random.ts';

/** One batch: the batch dimension is first in both. */
export interface Batch {
  xs: Tensor;
  ys: Tensor;
}

/** Examples in memory. */
export interface ExampleData {
  xs: ArrayInput;
  ys: ArrayInput;
}

/** Images in memory, as the data sets give them: `mnist().train` is one. */
export interface ImageExamples {
  images: ArrayInput;
  labels: ArrayInput;
  /** The shape of one image, where `images` is a flat typed array. */
  imageShape?: Shape;
}

export type ArrayData = ExampleData | ImageExamples;

/** Batches as they come: the tensors of each are disposed after their step. */
export type BatchStream = Iterable<Batch | [Tensor, Tensor]> | AsyncIterable<Batch | [Tensor, Tensor]>;

/** What `fit` and `evaluate` train and test on. A function is called once an epoch and makes that epoch's stream. */
export type TrainingData = ArrayData | BatchStream | ((epoch: number) => BatchStream);

/** Data that `fit` can walk through: knows its length where that is known, and makes the batches of an epoch. */
export interface BatchSource {
  /** Examples an epoch; undefined for streams. */
  readonly count: number | undefined;
  /** Batches an epoch; undefined for streams until the first epoch has ended. */
  readonly steps: number | undefined;
  /** The caller disposes both tensors of each batch. `skip` leaves out the first batches of the epoch, at no cost. */
  batches(epoch: number, skip?: number): AsyncIterable<Batch> | Iterable<Batch>;
}

export interface BatchOptions {
  batchSize: number;
  /** A new order each epoch, a function of seed and epoch alone. */
  shuffle?: boolean;
  seed?: number;
  /** Leaves out a last batch that isn't full. */
  dropLast?: boolean;
  /** Only these examples, by number. */
  only?: Int32Array;
}

/**
 * Makes batches of data in memory or of a stream.
 *
 * @throws where the numbers of examples and labels differ, or there are no examples
 *
 * @example
 * import { batchSource } from 'convbook';
 * const source = batchSource({ xs: [[1, 2], [3, 4], [5, 6]], ys: [0, 1, 0] }, { batchSize: 2 });
 * for await (const { xs, ys } of source.batches(0)) {
 *   console.log(xs.shape, ys.shape); // [2, 2] [2], then [1, 2] [1]
 *   xs.dispose();
 *   ys.dispose();
 * }
 */
export function batchSource(data: TrainingData, options: BatchOptions): BatchSource {
  positiveInteger('batchSize', options.batchSize);
  if (options.only && (typeof data === 'function' || isStream(data))) {
    throw new Error('Only data in memory can be taken in parts; this is a stream of batches.');
  }
  if (typeof data === 'function') return streamSource(data);
  if (isStream(data)) {
    let used = false;
    return streamSource(() => {
      // Arrays and sets of batches start again by themselves; a generator is spent after one pass.
      const oneShot = typeof (data as unknown as Iterator<unknown>).next === 'function';
      if (used && oneShot) {
        throw new Error(
          'The stream of batches was used up in the first epoch. Pass a function that makes a new one, ' +
            'like `fit(model, () => batches(), …)`.',
        );
      }
      used = true;
      return data;
    });
  }
  const { examples, labels } = pair(data);
  return arraySource(examples, labels, options);
}

/** The labels of data in memory, as they are. */
export function labelsOf(data: ArrayData): ArrayInput {
  return 'images' in data ? data.labels : data.ys;
}

/** The examples and labels of data in memory, checked against each other. */
export function pair(data: ArrayData): { examples: Rows; labels: Rows } {
  // A set of images may have methods named xs and ys that make tensors; its bytes are what is gathered here.
  const byImages = 'images' in data;
  const xs = byImages ? data.images : data.xs;
  const ys = byImages ? data.labels : data.ys;
  if (xs === undefined || ys === undefined) {
    throw new Error(
      `The data have ${xs === undefined ? 'no examples (xs or images)' : 'no labels (ys or labels)'}: ` +
        `they have the fields ${Object.keys(data).join(', ') || '(none)'}.`,
    );
  }
  const examples = rows(xs, 'examples', byImages && ArrayBuffer.isView(xs) ? data.imageShape : undefined);
  const labels = rows(ys, 'labels');
  if (examples.count !== labels.count) {
    throw new Error(
      `There are ${examples.count} examples but ${labels.count} labels; each example needs one label.`,
    );
  }
  if (examples.count === 0)
    throw new Error('The data hold no examples, so there is nothing to train or test on.');
  return { examples, labels };
}

function arraySource(examples: Rows, labels: Rows, options: BatchOptions): BatchSource {
  const { batchSize, shuffle = false, seed = 0, dropLast = false, only } = options;
  const outside = only?.find((i) => i < 0 || i >= examples.count);
  if (outside !== undefined)
    throw new Error(`There is no example ${outside}; there are ${examples.count}, from 0 on.`);
  const count = only?.length ?? examples.count;
  const steps = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  if (steps === 0) {
    throw new Error(
      only?.length === 0
        ? 'No examples are left to train on.'
        : `${count} examples don't fill one batch of ${batchSize}, and dropLast leaves out batches that aren't full.`,
    );
  }
  function* batches(epoch: number, skip = 0): Iterable<Batch> {
    const order = shuffle
      ? permutation(count, hashSeed(seed, epoch))
      : Int32Array.from({ length: count }, (_, i) => i);
    if (only) for (let i = 0; i < count; i++) order[i] = only[order[i]!]!;
    for (let step = skip; step < steps; step++) {
      const indices = order.subarray(step * batchSize, Math.min(count, (step + 1) * batchSize));
      yield { xs: examples.gather(indices), ys: labels.gather(indices) };
    }
  }
  return { count, steps, batches };
}

function streamSource(make: (epoch: number) => BatchStream): BatchSource {
  let steps: number | undefined;
  let count: number | undefined;
  return {
    get count() {
      return count;
    },
    get steps() {
      return steps;
    },
    async *batches(epoch: number, skip = 0) {
      let seen = 0;
      let examples = 0;
      for await (const item of make(epoch)) {
        const [xs, ys] = Array.isArray(item) ? item : [(item as Batch).xs, (item as Batch).ys];
        if (!(xs instanceof tf.Tensor) || !(ys instanceof tf.Tensor)) {
          throw new Error(`Batch ${seen + 1} of the stream is no { xs, ys } or [xs, ys] pair of tensors.`);
        }
        if (xs.shape[0] !== ys.shape[0]) {
          throw new Error(
            `Batch ${seen + 1} of the stream has ${xs.shape[0]} examples but ${ys.shape[0]} labels.`,
          );
        }
        seen++;
        examples += xs.shape[0]!;
        if (seen <= skip) tf.dispose([xs, ys]);
        else yield { xs, ys };
      }
      if (seen === 0) throw new Error(`The stream of batches gave nothing in epoch ${epoch + 1}.`);
      steps = seen;
      count = examples;
    },
  };
}

function isStream(data: object): data is BatchStream {
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

/** Throws a sentence unless `value` is a whole number of at least `least`. */
export function positiveInteger(name: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new Error(`${name} is ${value}; expected a whole number of at least ${least}.`);
  }
}
