import type { Tensor1D, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type ArrayInput, type Rows, rows } from '../training/arrays.ts';
import { Breather } from '../training/pace.ts';

export interface KNearestOptions {
  /** How many neighbours vote; default 3. `predict` takes another one. */
  k?: number;
  /** `'l2'`: the Euclidean distance; `'l1'`: the sum of absolute differences. Default `'l2'`. */
  distance?: 'l1' | 'l2';
  /** Which of classes with equally many votes wins: the `'lowest'` number, or the one whose neighbour is `'nearest'`. Default `'lowest'`. */
  ties?: 'lowest' | 'nearest';
}

export interface PredictOptions {
  k?: number;
  /** Called after each block of test examples, with how many are done. */
  onProgress?: (done: number, all: number) => void;
}

/** The nearest training examples of each test example: numbers and distances, nearest first, `k` a row. */
export interface Neighbours {
  k: number;
  indices: Int32Array;
  distances: Float32Array;
}

/**
 * The k-nearest-neighbour classifier (Cover and Hart 1967): training remembers, prediction compares with everything.
 *
 * L2 distances of a block of test examples to all training examples are one matrix product:
 * |x - t|^2 = |x|^2 - 2 x·t + |t|^2. Of equal distances the example with the lower number is nearer; of classes with equally
 * many votes the one with the lowest number wins, as in scikit-learn (see `ties`).
 *
 * @example
 * import { KNearest } from 'convbook';
 * const knn = new KNearest({ k: 1 }).train([[0, 0], [10, 10]], [0, 1]);
 * console.log(await knn.predict([[1, 2], [8, 9]])); // Int32Array [0, 1]
 */
export class KNearest {
  readonly k: number;
  readonly distance: 'l1' | 'l2';
  readonly ties: 'lowest' | 'nearest';
  private examples: Float32Array | undefined;
  private labels = new Int32Array(0);
  private size = 0;
  private onEngine: { points: Tensor2D; squares: Tensor1D } | undefined;

  constructor({ k = 3, distance = 'l2', ties = 'lowest' }: KNearestOptions = {}) {
    checkK(k);
    if (distance !== 'l1' && distance !== 'l2')
      throw new Error(`KNearest knows the distances l1 and l2, not "${distance}".`);
    this.k = k;
    this.distance = distance;
    this.ties = ties;
  }

  /** Remembers examples (any shape; flattened) and their class numbers. Replaces what was remembered before. */
  train(xs: ArrayInput, labels: ArrayInput, exampleShape?: readonly number[]): this {
    const examples = rows(xs, 'examples', exampleShape);
    const classes = flat(rows(labels, 'labels'));
    if (examples.count !== classes.length) {
      throw new Error(
        `There are ${examples.count} examples but ${classes.length} labels; each example needs one label.`,
      );
    }
    if (examples.count === 0) throw new Error('There are no examples to remember.');
    this.dispose();
    this.examples = flat(examples);
    this.labels = Int32Array.from(classes);
    this.size = this.examples.length / examples.count;
    return this;
  }

  /** The class number of each test example. */
  async predict(xs: ArrayInput, options: PredictOptions = {}): Promise<Int32Array> {
    const k = options.k ?? this.k;
    const neighbours = await this.neighbours(xs, { ...options, k });
    const count = neighbours.indices.length / k;
    return Int32Array.from({ length: count }, (_, i) =>
      this.vote(neighbours.indices.subarray(i * k, (i + 1) * k)),
    );
  }

  /** The `k` nearest training examples of each test example. */
  async neighbours(xs: ArrayInput, options: PredictOptions = {}): Promise<Neighbours> {
    const { k = this.k, onProgress } = options;
    checkK(k);
    if (!this.examples)
      throw new Error('KNearest has no training examples yet. Call train(xs, labels) first.');
    const known = this.labels.length;
    if (k > known) throw new Error(`KNearest can't find ${k} neighbours among ${known} training examples.`);
    const tests = rows(xs, 'examples');
    const size = tests.exampleShape.reduce((a, b) => a * b, 1);
    if (size !== this.size && !(ArrayBuffer.isView(xs) && xs.length % this.size === 0)) {
      throw new Error(`The test examples have ${size} numbers each, the training examples ${this.size}.`);
    }
    const points = ArrayBuffer.isView(xs) ? rows(xs, 'examples', [this.size]) : tests;
    const out: Neighbours = {
      k,
      indices: new Int32Array(points.count * k),
      distances: new Float32Array(points.count * k),
    };
    const breather = new Breather();
    // Blocks of about 64 MB of distances: large enough for the matrix product, small enough for any machine.
    const block = Math.max(1, Math.min(points.count, Math.floor((16 << 20) / known)));
    for (let start = 0; start < points.count; start += block) {
      const n = Math.min(block, points.count - start);
      const batch = tf.tidy(() =>
        points
          .gather(Int32Array.from({ length: n }, (_, i) => start + i))
          .toFloat()
          .reshape([n, this.size]),
      ) as Tensor2D;
      try {
        const found =
          this.distance === 'l2'
            ? await this.nearestL2(batch, k)
            : nearestL1(batch, this.examples, this.size, k);
        out.indices.set(found.indices, start * k);
        out.distances.set(found.distances, start * k);
      } finally {
        batch.dispose();
      }
      onProgress?.(start + n, points.count);
      await breather.breathe();
    }
    return out;
  }

  dispose(): void {
    this.onEngine?.points.dispose();
    this.onEngine?.squares.dispose();
    this.onEngine = undefined;
  }

  private async nearestL2(
    batch: Tensor2D,
    k: number,
  ): Promise<{ indices: Int32Array; distances: Float32Array }> {
    this.onEngine ??= tf.tidy(() => {
      const points = tf.tensor2d(this.examples!, [this.labels.length, this.size]);
      return { points: tf.keep(points), squares: tf.keep(tf.sum(tf.square(points), 1) as Tensor1D) };
    });
    const { points, squares } = this.onEngine;
    const [indices, distances] = tf.tidy(() => {
      // |x|^2 is the same for all of a row: left out for the order, added for the distances.
      const scores = tf.sub(tf.mul(2, tf.matMul(batch, points, false, true)), squares);
      const top = tf.topk(scores, k, true);
      const own = tf.sum(tf.square(batch), 1, true);
      return [top.indices, tf.sqrt(tf.relu(tf.sub(own, top.values)))];
    }) as [Tensor2D, Tensor2D];
    const result = {
      indices: (await indices.data()) as Int32Array,
      distances: (await distances.data()) as Float32Array,
    };
    tf.dispose([indices, distances]);
    return result;
  }

  private vote(nearest: Int32Array): number {
    const votes = new Map<number, number>();
    for (const i of nearest) votes.set(this.labels[i]!, (votes.get(this.labels[i]!) ?? 0) + 1);
    // A map keeps the order in which classes came, nearest first.
    let [best, most] = [-1, 0];
    for (const [label, count] of votes) {
      if (count > most || (count === most && this.ties === 'lowest' && label < best))
        [best, most] = [label, count];
    }
    return best;
  }
}

/** L1 has no matrix product: plain loops, which end early where a sum already exceeds the k-th best. */
function nearestL1(
  batch: Tensor2D,
  examples: Float32Array,
  size: number,
  k: number,
): { indices: Int32Array; distances: Float32Array } {
  const tests = batch.dataSync() as Float32Array;
  const count = batch.shape[0];
  const indices = new Int32Array(count * k);
  const distances = new Float32Array(count * k).fill(Number.POSITIVE_INFINITY);
  const known = examples.length / size;
  for (let t = 0; t < count; t++) {
    const from = t * size;
    const at = t * k;
    for (let e = 0, base = 0; e < known; e++, base += size) {
      const limit = distances[at + k - 1]!;
      let sum = 0;
      for (let i = 0; i < size && sum < limit; ) {
        const end = Math.min(size, i + 64);
        for (; i < end; i++) sum += Math.abs(tests[from + i]! - examples[base + i]!);
      }
      if (sum >= limit) continue;
      let place = at + k - 1;
      while (place > at && distances[place - 1]! > sum) {
        distances[place] = distances[place - 1]!;
        indices[place] = indices[place - 1]!;
        place--;
      }
      distances[place] = sum;
      indices[place] = e;
    }
  }
  return { indices, distances };
}

function flat(source: Rows): Float32Array {
  // Gathered in blocks, so that bytes become float32 without a second copy of the whole.
  const size = source.exampleShape.reduce((a, b) => a * b, 1);
  const out = new Float32Array(source.count * size);
  for (let start = 0; start < source.count; start += 4096) {
    const indices = Int32Array.from({ length: Math.min(4096, source.count - start) }, (_, i) => start + i);
    const tensor = source.gather(indices);
    out.set(tensor.dataSync(), start * size);
    tensor.dispose();
  }
  return out;
}

function checkK(k: number): void {
  if (!Number.isInteger(k) || k < 1) throw new Error(`k is ${k}; expected a whole number of at least 1.`);
}
