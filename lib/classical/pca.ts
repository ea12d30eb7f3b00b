import { eigenSymmetric } from './eigen.ts';

export interface Pca {
  mean: Float64Array;
  /** Directions of the largest variance, largest first: unit vectors, orthogonal. Their largest entry is positive. */
  components: Float64Array[];
  /** Variance (n - 1 in the denominator) along each component. */
  variances: Float64Array;
  /** Each component's share of the whole variance. */
  shares: Float64Array;
  /** Coordinates of points along the components. */
  project(points: readonly ArrayLike<number>[]): Float64Array[];
  /** Points back from coordinates. */
  restore(coordinates: readonly ArrayLike<number>[]): Float64Array[];
}

/**
 * Principal component analysis (Pearson 1901) by the eigenvectors of the covariance matrix, or of the points' inner products
 * where there are fewer points than numbers a point.
 *
 * @param count how many components; at most as many as numbers a point, and points
 *
 * @example
 * import { pca } from 'convbook';
 * const line = [[0, 0], [1, 2], [2, 4], [3, 6]];
 * const { shares, project } = pca(line, 1);
 * console.log(shares[0]!.toFixed(3), project([[1.5, 3]])[0]![0]!.toFixed(3)); // 1.000 0.000
 */
export function pca(points: readonly ArrayLike<number>[], count: number): Pca {
  const n = points.length;
  const size = points[0]?.length ?? 0;
  if (n < 2) throw new Error(`pca needs at least two points; it got ${n}.`);
  if (points.some((p) => p.length !== size)) throw new Error('pca: the points have different lengths.');
  if (!Number.isInteger(count) || count < 1 || count > Math.min(n, size)) {
    throw new Error(
      `pca can't give ${count} components of ${n} points of ${size} numbers; at most ${Math.min(n, size)}.`,
    );
  }
  const mean = new Float64Array(size);
  for (const p of points) for (let j = 0; j < size; j++) mean[j]! += p[j]! / n;
  const centered = points.map((p) => Float64Array.from({ length: size }, (_, j) => p[j]! - mean[j]!));
  let total = 0;
  for (const row of centered) for (const v of row) total += (v * v) / (n - 1);

  const dual = n < size;
  const order = dual ? n : size;
  const matrix = Array.from({ length: order }, () => new Float64Array(order));
  if (dual) {
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) matrix[i]![j] = matrix[j]![i] = dot(centered[i]!, centered[j]!) / (n - 1);
  } else {
    for (const row of centered) {
      for (let i = 0; i < size; i++) {
        const v = row[i]! / (n - 1);
        if (v !== 0) for (let j = 0; j <= i; j++) matrix[i]![j]! += v * row[j]!;
      }
    }
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j]![i] = matrix[i]![j]!;
  }
  const { values, vectors } = eigenSymmetric(matrix);
  const components = vectors.slice(0, count).map((vector) => {
    if (!dual) return upright(vector);
    const direction = new Float64Array(size);
    centered.forEach((row, i) => {
      for (let j = 0; j < size; j++) direction[j]! += vector[i]! * row[j]!;
    });
    const norm = Math.sqrt(dot(direction, direction)) || 1;
    return upright(direction.map((v) => v / norm));
  });
  const variances = Float64Array.from(values.slice(0, count), (v) => Math.max(0, v));
  return {
    mean,
    components,
    variances,
    shares: variances.map((v) => (total > 0 ? v / total : 0)),
    project: (list) =>
      list.map((p) => {
        if (p.length !== size)
          throw new Error(`This PCA is of points of ${size} numbers; it got one of ${p.length}.`);
        const shifted = Float64Array.from({ length: size }, (_, j) => p[j]! - mean[j]!);
        return Float64Array.from(components, (c) => dot(shifted, c));
      }),
    restore: (list) =>
      list.map((coordinates) =>
        mean.map((m, j) => components.reduce((sum, c, i) => sum + (coordinates[i] ?? 0) * c[j]!, m)),
      ),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** An eigenvector's sign is free: the largest entry is made positive, so that figures don't flip. */
function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
  return largest < 0 ? vector.map((v) => -v) : vector;
}
