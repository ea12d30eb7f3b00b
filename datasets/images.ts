import type { Tensor1D, Tensor2D, Tensor4D } from '../lib/runtime/tf.ts';
import { tf } from '../lib/runtime/tf.ts';
import { type Batch, type BatchOptions, batchesOf } from './batches.ts';
import { DataError } from './errors.ts';
import { Random } from './random.ts';

/** Images as a loader has them: bytes, one image after the other, rows of pixels, channels last. */
export interface ImageData {
  images: Uint8Array;
  labels: Uint8Array;
  height: number;
  width: number;
  channels: number;
}

export interface TensorOptions {
  /** The first image; default 0. */
  from?: number;
  /** The image after the last; default all. */
  to?: number;
  /** `[n, height * width * channels]` instead of `[n, height, width, channels]`. */
  flat?: boolean;
}

/**
 * Labelled images in memory, as bytes; tensors are made from the part that is asked for.
 *
 * `fit(model, data.train, …)` takes one as it is. Views (`take`, `slice`) share the bytes; the others copy.
 *
 * @example
 * import { madeDigits } from 'convbook';
 * const { train } = await madeDigits({ train: 100, test: 20 });
 * const x = train.xs({ to: 10 }); // float32 [10, 28, 28, 1], values from 0 to 1
 * console.log(x.shape, train.labels[0], train.imageShape);
 */
export class ImageSet implements ImageData {
  /** `count * height * width * channels` bytes from 0 (MNIST: background) to 255. */
  readonly images: Uint8Array;
  /** `count` class numbers. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** `[height, width, channels]`: the shape of one example. */
  readonly imageShape: readonly [number, number, number];
  readonly classNames: readonly string[];

  constructor(data: ImageData, classNames: readonly string[]) {
    const size = data.height * data.width * data.channels;
    if (data.images.length !== data.labels.length * size) {
      throw new DataError(
        'wrong-size',
        `There are ${data.images.length} bytes of images and ${data.labels.length} labels; ${data.labels.length} images of ` +
          `${data.height} x ${data.width} x ${data.channels} take ${data.labels.length * size}.`,
      );
    }
    this.images = data.images;
    this.labels = data.labels;
    this.count = data.labels.length;
    this.height = data.height;
    this.width = data.width;
    this.channels = data.channels;
    this.imageShape = [data.height, data.width, data.channels];
    this.classNames = classNames;
  }

  /** Bytes of one image. */
  get imageSize(): number {
    return this.height * this.width * this.channels;
  }

  /** The bytes of image `index`, a view. */
  image(index: number): Uint8Array {
    this.check(index);
    return this.images.subarray(index * this.imageSize, (index + 1) * this.imageSize);
  }

  /** The name of the class of image `index`. */
  className(index: number): string {
    this.check(index);
    return this.classNames[this.labels[index]!] ?? String(this.labels[index]);
  }

  /** Images as float32 in [0, 1], shape `[n, height, width, channels]`. The caller disposes the tensor. */
  xs(options?: TensorOptions & { flat?: false }): Tensor4D;
  xs(options: TensorOptions & { flat: true }): Tensor2D;
  xs(options: TensorOptions = {}): Tensor4D | Tensor2D {
    const [from, to] = this.range(options);
    const values = scaled(this.images.subarray(from * this.imageSize, to * this.imageSize));
    return options.flat
      ? tf.tensor2d(values, [to - from, this.imageSize])
      : tf.tensor4d(values, [to - from, ...this.imageShape]);
  }

  /** Class numbers as int32 `[n]`. The caller disposes the tensor. */
  ys(options: TensorOptions = {}): Tensor1D {
    const [from, to] = this.range(options);
    return tf.tensor1d(Int32Array.from(this.labels.subarray(from, to)), 'int32');
  }

  /** Labels as float32 `[n, classes]` of zeros and ones. The caller disposes the tensor. */
  oneHot(options: TensorOptions = {}): Tensor2D {
    const [from, to] = this.range(options);
    const values = new Float32Array((to - from) * this.classNames.length);
    for (let i = from; i < to; i++) values[(i - from) * this.classNames.length + this.labels[i]!] = 1;
    return tf.tensor2d(values, [to - from, this.classNames.length]);
  }

  /** `{ xs, ys }` in one call. The caller disposes both. */
  tensors(options: TensorOptions & { flat?: boolean } = {}): { xs: Tensor4D | Tensor2D; ys: Tensor1D } {
    return {
      xs: options.flat
        ? this.xs({ ...options, flat: true })
        : this.xs(options as TensorOptions & { flat?: false }),
      ys: this.ys(options),
    };
  }

  /** The first `count` images (all, where there are fewer); a view. */
  take(count: number): ImageSet {
    return this.slice(0, Math.min(count, this.count));
  }

  /** Images `from` to `to - 1`; a view. Negative numbers count from the end. */
  slice(from: number, to = this.count): ImageSet {
    const start = from < 0 ? this.count + from : from;
    const end = to < 0 ? this.count + to : to;
    const [a, b] = this.range({ from: start, to: end });
    const images = this.images.subarray(a * this.imageSize, b * this.imageSize);
    return new ImageSet({ ...this.form, images, labels: this.labels.subarray(a, b) }, this.classNames);
  }

  /** The images with these numbers, in this order; a copy. */
  pick(indices: ArrayLike<number>): ImageSet {
    const images = new Uint8Array(indices.length * this.imageSize);
    const labels = new Uint8Array(indices.length);
    for (let i = 0; i < indices.length; i++) {
      images.set(this.image(indices[i]!), i * this.imageSize);
      labels[i] = this.labels[indices[i]!]!;
    }
    return new ImageSet({ ...this.form, images, labels }, this.classNames);
  }

  /** All images in a random order that `seed` fixes; a copy. */
  shuffled(seed = 0): ImageSet {
    return this.pick(new Random(seed).permutation(this.count));
  }

  /** Two sets, the first with `fraction` of the images: training and validation. Views; shuffle first where the order matters. */
  split(fraction: number): [ImageSet, ImageSet] {
    if (!(fraction > 0 && fraction < 1)) {
      throw new DataError(
        'bad-request',
        `split(${fraction}) is not a fraction between 0 and 1, for instance 0.9.`,
      );
    }
    const at = Math.round(this.count * fraction);
    return [this.slice(0, at), this.slice(at)];
  }

  /** The first `count` images of every class, in the order of the classes; a copy. */
  perClass(count: number): ImageSet {
    const found: number[][] = this.classNames.map(() => []);
    this.labels.forEach((label, i) => {
      const list = found[label];
      if (list && list.length < count) list.push(i);
    });
    return this.pick(found.flat());
  }

  /** The numbers of the images of one class. */
  indicesOf(label: number): number[] {
    const found: number[] = [];
    this.labels.forEach((value, i) => {
      if (value === label) found.push(i);
    });
    return found;
  }

  /** How many images each class has. */
  classCounts(): number[] {
    const counts = new Array<number>(this.classNames.length).fill(0);
    for (const label of this.labels) counts[label]! += 1;
    return counts;
  }

  /** Mean and standard deviation of the pixels of each channel, in [0, 1]. */
  statistics(): { mean: number[]; deviation: number[] } {
    const sum = new Float64Array(this.channels);
    const squares = new Float64Array(this.channels);
    for (let i = 0; i < this.images.length; i++) {
      const value = this.images[i]! / 255;
      sum[i % this.channels]! += value;
      squares[i % this.channels]! += value * value;
    }
    const n = this.images.length / this.channels;
    const mean = [...sum].map((s) => s / n);
    return { mean, deviation: mean.map((m, c) => Math.sqrt(Math.max(0, squares[c]! / n - m * m))) };
  }

  /** Batches of tensors `{ xs, ys }`, shuffled anew for each seed, the next ones made ahead. */
  batches(options: BatchOptions = {}): AsyncGenerator<Batch, void, undefined> {
    return batchesOf(this, options);
  }

  toString(): string {
    return `${this.count} images of ${this.imageShape.join(' x ')} in ${this.classNames.length} classes`;
  }

  private get form(): { height: number; width: number; channels: number } {
    return { height: this.height, width: this.width, channels: this.channels };
  }

  private check(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.count) return;
    throw new DataError(
      'bad-request',
      `There is no image ${index}: the set has images 0 to ${this.count - 1}.`,
    );
  }

  private range({ from = 0, to = this.count }: TensorOptions): [number, number] {
    if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= this.count)
      return [from, to];
    throw new DataError(
      'bad-request',
      `Images ${from} to ${to} were asked for, and the set has images 0 to ${this.count} (the end is not included).`,
    );
  }
}

/** A data set ready for use. */
export interface ImageDataset {
  /** The short name, as `npx convbook data list` shows it. */
  name: string;
  train: ImageSet;
  test: ImageSet;
  classNames: readonly string[];
  /** `MNIST`, `made digits` … */
  source: string;
  /** One sentence for people: which data these are, how many, and what is missing. */
  note: string;
  licence: string;
  citation: string;
}

/** Bytes as float32 in [0, 1]. */
export function scaled(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i]! / 255;
  return values;
}
