import { rows } from './arrays.ts';
import type { TrainingData } from './data.ts';
import { type ArrayData, type BatchSource, batchSource, labelsOf } from './data.ts';
import { permutation } from './random.ts';

export interface SplitOptions {
  batchSize: number;
  validationBatchSize: number;
  shuffle: boolean;
  seed: number;
  dropLast: boolean;
  validationData?: TrainingData | undefined;
  validationSplit: number;
  only?: Int32Array | undefined;
}

/** The sources of training and validation batches that the options ask for. */
export function splitValidation(
  data: TrainingData,
  options: SplitOptions,
): { train: BatchSource; validation: BatchSource | undefined } {
  const { batchSize, validationBatchSize, shuffle, seed, dropLast, validationData, validationSplit } =
    options;
  const { only } = options;
  const own = { batchSize, shuffle, seed, dropLast, ...(only ? { only } : {}) };
  if (validationData) {
    return {
      train: batchSource(data, own),
      validation: batchSource(validationData, { batchSize: validationBatchSize }),
    };
  }
  if (validationSplit === 0) return { train: batchSource(data, own), validation: undefined };
  if (typeof data === 'function' || Symbol.iterator in data || Symbol.asyncIterator in data) {
    throw new Error('validationSplit needs data in memory; pass validationData beside a stream of batches.');
  }
  const count = rows(labelsOf(data as ArrayData), 'labels').count;
  const parts = split(only?.length ?? count, validationSplit, seed);
  const [first, second] = [parts.first, parts.second].map((part) =>
    only ? part.map((i) => only[i]!) : part,
  ) as [Int32Array, Int32Array];
  if (second.length === 0 || first.length === 0) {
    throw new Error(
      `validationSplit ${validationSplit} leaves ${first.length} examples to train on and ${second.length} to test.`,
    );
  }
  return {
    train: batchSource(data, { ...own, only: first }),
    validation: batchSource(data, { batchSize: validationBatchSize, only: second }),
  };
}

/**
 * Splits the numbers 0 ... count-1 at random into two groups; `share` of them, rounded, go to the second.
 *
 * @example
 * import { split } from 'convbook';
 * const { first, second } = split(10, 0.2, 1);
 * console.log(first.length, second.length); // 8 2
 */
export function split(count: number, share: number, seed = 0): { first: Int32Array; second: Int32Array } {
  if (!(share > 0 && share < 1))
    throw new Error(`The share of the split is ${share}; expected a number between 0 and 1.`);
  const order = permutation(count, seed);
  const n = count - Math.round(count * share);
  return { first: order.slice(0, n).sort(), second: order.slice(n).sort() };
}

/**
 * The parts of k-fold cross-validation: each example is in the test part of exactly one fold (Stone 1974).
 *
 * @throws where there are fewer examples than folds
 *
 * @example
 * import { kFold } from 'convbook';
 * for (const { train, test } of kFold(10, 5, 1)) console.log(train.length, test.length); // 8 2, five times
 */
export function kFold(count: number, k: number, seed = 0): { train: Int32Array; test: Int32Array }[] {
  if (!Number.isInteger(k) || k < 2 || k > count) {
    throw new Error(`kFold got k = ${k} for ${count} examples; expected a whole number from 2 to ${count}.`);
  }
  const order = permutation(count, seed);
  return Array.from({ length: k }, (_, fold) => {
    const from = Math.floor((fold * count) / k);
    const to = Math.floor(((fold + 1) * count) / k);
    const train = new Int32Array(count - (to - from));
    train.set(order.subarray(0, from));
    train.set(order.subarray(to), from);
    return { train: train.sort(), test: order.slice(from, to).sort() };
  });
}
