import type { Initializer } from '../layers/layer.ts';
import { sizeOf } from '../layers/shape.ts';
import { tf } from '../runtime/tf.ts';
import { normalValues } from './random.ts';

/**
 * Saxe et al. 2013 (arXiv:1312.6120): a random matrix with orthonormal rows or columns (whichever are fewer), times
 * `gain`. A kernel of more dimensions is seen as `[everything before the last, last]`. Keeps the length of signals and
 * gradients in deep linear nets. Takes time proportional to rows * columns * min(rows, columns).
 *
 * @example
 * import { orthogonal, tf } from 'convbook';
 * const w = orthogonal()([4, 2], { fanIn: 4, fanOut: 2 }, 1);
 * console.log(tf.matMul(w, w, true, false).round().abs().arraySync()); // [[1, 0], [0, 1]]
 */
export const orthogonal =
  ({ gain = 1 }: { gain?: number } = {}): Initializer =>
  (shape, _fans, seed) => {
    const columns = shape.at(-1) ?? 1;
    const rows = sizeOf(shape) / columns;
    const tall = rows >= columns;
    const count = Math.min(rows, columns);
    const length = Math.max(rows, columns);
    const vectors = orthonormal(count, length, seed);
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        values[i * columns + j] = gain * (tall ? vectors[j]![i]! : vectors[i]![j]!);
      }
    }
    return tf.tensor(values, [...shape]);
  };

/** `count` orthonormal vectors of a length, uniformly distributed: Gram-Schmidt, twice for accuracy, in float64. */
function orthonormal(count: number, length: number, seed: number): Float64Array[] {
  const numbers = normalValues(count * length, 1, seed);
  const done: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const v = Float64Array.from(numbers.subarray(k * length, (k + 1) * length));
    for (let pass = 0; pass < 2; pass++) {
      for (const u of done) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += u[i]! * v[i]!;
        for (let i = 0; i < length; i++) v[i]! -= dot * u[i]!;
      }
    }
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    for (let i = 0; i < length; i++) v[i]! /= norm;
    done.push(v);
  }
  return done;
}
