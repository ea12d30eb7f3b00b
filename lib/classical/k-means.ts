import { hostRandom } from '../training/random.ts';

export interface KMeansOptions {
  /** At most so many rounds; default 100. */
  rounds?: number;
  /** Starts with different centres, of which the best is taken; default 1. */
  starts?: number;
  seed?: number;
}

export interface KMeansResult {
  centers: Float32Array[];
  /** The cluster of each point. */
  assignments: Int32Array;
  /** The sum of squared distances of the points to their centres. */
  inertia: number;
  rounds: number;
}

/**
 * k-means (Lloyd 1982) with k-means++ starts (Arthur and Vassilvitskii 2007).
 *
 * @param points rows of equal length
 * @throws where there are fewer points than clusters, or rows of different lengths
 *
 * @example
 * import { kMeans } from 'convbook';
 * const { assignments } = kMeans([[0, 0], [0, 1], [9, 9], [9, 8]], 2, { seed: 1 });
 * console.log(assignments[0] === assignments[1], assignments[0] === assignments[2]); // true false
 */
export function kMeans(
  points: readonly ArrayLike<number>[],
  k: number,
  { rounds = 100, starts = 1, seed = 0 }: KMeansOptions = {},
): KMeansResult {
  if (!Number.isInteger(k) || k < 1 || k > points.length) {
    throw new Error(
      `kMeans got k = ${k} for ${points.length} points; expected a whole number from 1 to ${points.length}.`,
    );
  }
  const size = points[0]!.length;
  const ragged = points.findIndex((p) => p.length !== size);
  if (ragged >= 0)
    throw new Error(`kMeans: point ${ragged} has ${points[ragged]!.length} numbers; the first has ${size}.`);
  let best: KMeansResult | undefined;
  for (let start = 0; start < starts; start++) {
    const result = lloyd(points, spread(points, k, seed + start), rounds);
    if (!best || result.inertia < best.inertia) best = result;
  }
  return best!;
}

/** First centres far from each other: each point's chance grows with its squared distance to the nearest centre. */
function spread(points: readonly ArrayLike<number>[], k: number, seed: number): Float32Array[] {
  const random = hostRandom(seed);
  const centers = [Float32Array.from(points[random.integer(points.length)]!)];
  const distance = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY);
  while (centers.length < k) {
    const newest = centers.at(-1)!;
    let total = 0;
    points.forEach((point, i) => {
      distance[i] = Math.min(distance[i]!, squared(point, newest));
      total += distance[i]!;
    });
    let left = random.uniform() * total;
    let chosen = distance.findIndex((d) => {
      left -= d;
      return left < 0;
    });
    if (chosen < 0) chosen = random.integer(points.length); // all points lie on centres
    centers.push(Float32Array.from(points[chosen]!));
  }
  return centers;
}

function lloyd(points: readonly ArrayLike<number>[], centers: Float32Array[], most: number): KMeansResult {
  const assignments = new Int32Array(points.length).fill(-1);
  let round = 0;
  for (let moved = true; moved && round < most; round++) {
    moved = false;
    points.forEach((point, i) => {
      const own = nearest(point, centers);
      if (own !== assignments[i]) {
        assignments[i] = own;
        moved = true;
      }
    });
    const sums = centers.map((c) => new Float64Array(c.length));
    const counts = new Int32Array(centers.length);
    points.forEach((point, i) => {
      const sum = sums[assignments[i]!]!;
      for (let j = 0; j < sum.length; j++) sum[j]! += point[j]!;
      counts[assignments[i]!]!++;
    });
    // A cluster without points keeps its centre.
    centers.forEach((center, c) => {
      if (counts[c]! > 0) for (let j = 0; j < center.length; j++) center[j] = sums[c]![j]! / counts[c]!;
    });
  }
  let inertia = 0;
  points.forEach((point, i) => {
    inertia += squared(point, centers[assignments[i]!]!);
  });
  return { centers, assignments, inertia, rounds: round };
}

function nearest(point: ArrayLike<number>, centers: readonly Float32Array[]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  centers.forEach((center, c) => {
    const d = squared(point, center);
    if (d < least) [best, least] = [c, d];
  });
  return best;
}

function squared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
