import type { Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Breather } from '../training/pace.ts';
import { asBatch, classOf, type HeatMap } from './inner.ts';

export interface OcclusionOptions {
  classIndex?: number;
  /** Pixels along the side of the covering square; default an eighth of the image. */
  size?: number;
  /** Pixels between two places; default half of the size. */
  stride?: number;
  /** The value that covers; default the image's mean. */
  fill?: number;
  /** Covered copies a batch; default 32. */
  batchSize?: number;
  onProgress?: (done: number, all: number) => void;
}

/**
 * Occlusion (Zeiler and Fergus 2014): the probability of a class where a square covers part of the image. Each pixel of the map is the
 * mean over the squares that cover it: low values are where the model looks. Not normalised.
 *
 * @example
 * import { Conv2D, GlobalAvgPool, occlusion, Sequential, tf } from 'convbook';
 * const model = new Sequential([new Conv2D({ filters: 3, kernelSize: 3 }), new GlobalAvgPool()]);
 * const map = await occlusion(model, tf.ones([8, 8, 1]), { size: 4 });
 * console.log(map.data.length); // 64
 */
export async function occlusion(
  model: Layer,
  image: Tensor,
  options: OcclusionOptions = {},
): Promise<HeatMap> {
  const x = tf.tidy(() => asBatch(model, image).toFloat());
  const [, height, width] = x.shape as [number, number, number, number];
  const { size = Math.max(1, Math.round(Math.min(height, width) / 8)), batchSize = 32, onProgress } = options;
  const { stride = Math.max(1, Math.floor(size / 2)) } = options;
  if (
    !(
      size >= 1 &&
      size <= Math.min(height, width) &&
      stride >= 1 &&
      Number.isInteger(size) &&
      Number.isInteger(stride)
    )
  ) {
    x.dispose();
    throw new Error(
      `occlusion: a square of ${size} every ${stride} pixels doesn't fit an image of ${height} x ${width}.`,
    );
  }
  const index = classOf(
    tf.tidy(() => model.apply(x)),
    options.classIndex,
  );
  const fill = options.fill ?? tf.tidy(() => tf.mean(x).dataSync()[0]!);
  const places: [number, number][] = [];
  for (const top of starts(height, size, stride))
    for (const left of starts(width, size, stride)) places.push([top, left]);
  const sums = new Float32Array(height * width);
  const counts = new Int32Array(height * width);
  const breather = new Breather();
  for (let from = 0; from < places.length; from += batchSize) {
    const part = places.slice(from, from + batchSize);
    const probabilities = tf.tidy(() => {
      const covers = new Float32Array(part.length * height * width);
      part.forEach(([top, left], i) => {
        for (let y = top; y < top + size; y++)
          covers.fill(1, (i * height + y) * width + left, (i * height + y) * width + left + size);
      });
      const cover = tf.tensor4d(covers, [part.length, height, width, 1]);
      const covered = tf.add(tf.mul(x, tf.sub(1, cover)), tf.mul(cover, fill));
      const output = model.apply(covered);
      return tf.softmax(output.reshape([part.length, -1])).slice([0, index], [-1, 1]);
    });
    const values = await probabilities.data();
    probabilities.dispose();
    part.forEach(([top, left], i) => {
      for (let y = top; y < top + size; y++) {
        for (let at = y * width + left; at < y * width + left + size; at++) {
          sums[at]! += values[i]!;
          counts[at]!++;
        }
      }
    });
    onProgress?.(Math.min(places.length, from + batchSize), places.length);
    await breather.breathe();
  }
  x.dispose();
  return { data: sums.map((v, i) => v / counts[i]!), height, width, classIndex: index };
}

/** Places in steps of the stride; the last one ends at the edge, so that each pixel is covered. */
function starts(length: number, size: number, stride: number): number[] {
  const out: number[] = [];
  for (let at = 0; at + size < length; at += stride) out.push(at);
  return [...out, length - size];
}
