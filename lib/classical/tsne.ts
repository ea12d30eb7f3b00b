import { hostRandom } from '../training/random.ts';

export interface TsneOptions {
  /** About how many neighbours a point has; default 30, at most (n - 1) / 3. */
  perplexity?: number;
  /** Default 500. */
  rounds?: number;
  /** Default max(n / 48, 50) as in scikit-learn's "auto". */
  learningRate?: number;
  seed?: number;
  /** Called every 10 rounds; a promise is waited for. */
  onRound?: (round: number, points: readonly Float64Array[], divergence: number) => void | Promise<void>;
}

/**
 * t-SNE (van der Maaten and Hinton 2008): points in the plane whose neighbourhoods resemble those in many dimensions. Exact, O(n^2) a
 * round: fit for some thousand points. Reduce to some tens of dimensions by `pca` first.
 *
 * @returns one `[x, y]` a point, and the Kullback-Leibler divergence reached
 *
 * @example
 * import { tsne } from 'convbook';
 * const points = [[0, 0, 0], [0, 0, 1], [9, 9, 9], [9, 9, 8], [0, 1, 0], [9, 8, 9], [1, 0, 0]];
 * const { points: plane } = await tsne(points, { perplexity: 2, rounds: 100, seed: 1 });
 * console.log(plane.length, plane[0]!.length); // 7 2
 */
export async function tsne(
  points: readonly ArrayLike<number>[],
  options: TsneOptions = {},
): Promise<{ points: Float64Array[]; divergence: number }> {
  const n = points.length;
  if (n < 4) throw new Error(`tsne needs at least four points; it got ${n}.`);
  const { perplexity = Math.min(30, (n - 1) / 3), rounds = 500, seed = 0, onRound } = options;
  const { learningRate = Math.max(n / 48, 50) } = options;
  if (!(perplexity >= 1 && perplexity <= (n - 1) / 3 + 1e-9)) {
    throw new Error(
      `tsne: perplexity is ${perplexity}; for ${n} points expected it from 1 to ${((n - 1) / 3).toFixed(1)}.`,
    );
  }
  const P = affinities(points, perplexity);
  const random = hostRandom(seed);
  const y = Float64Array.from({ length: 2 * n }, () => random.normal() * 1e-4);
  const speed = new Float64Array(2 * n);
  const gains = new Float64Array(2 * n).fill(1);
  const weights = new Float64Array(n * n);
  const asPoints = () => Array.from({ length: n }, (_, i) => y.slice(2 * i, 2 * i + 2));
  let divergence = Number.NaN;
  for (let round = 0; round < rounds; round++) {
    const early = round < Math.min(250, rounds / 2);
    const momentum = early ? 0.5 : 0.8;
    const exaggeration = early ? 12 : 1; // pulls clusters together before they are laid out
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const w = 1 / (1 + (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2);
        weights[i * n + j] = weights[j * n + i] = w;
        sum += 2 * w;
      }
    }
    const report = round % 10 === 9 || round === rounds - 1;
    if (report) divergence = 0;
    for (let i = 0; i < n; i++) {
      let [gx, gy] = [0, 0];
      for (let j = 0; j < n; j++) {
        if (i === j) continue;
        const w = weights[i * n + j]!;
        const p = P[i * n + j]!;
        const pull = 4 * (exaggeration * p - w / sum) * w;
        gx += pull * (y[2 * i]! - y[2 * j]!);
        gy += pull * (y[2 * i + 1]! - y[2 * j + 1]!);
        if (report && p > 0) divergence += p * Math.log((p * sum) / w);
      }
      for (const [at, g] of [
        [2 * i, gx],
        [2 * i + 1, gy],
      ] as const) {
        gains[at] = Math.max(0.01, g * speed[at]! < 0 ? gains[at]! + 0.2 : gains[at]! * 0.8);
        speed[at] = momentum * speed[at]! - learningRate * gains[at]! * g;
      }
    }
    for (let i = 0; i < 2 * n; i++) y[i]! += speed[i]!;
    center(y);
    if (round % 10 === 9) {
      await onRound?.(round, asPoints(), divergence);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { points: asPoints(), divergence };
}

/** Symmetric neighbour probabilities; each point's Gaussian is as wide as its perplexity asks (by bisection). */
function affinities(points: readonly ArrayLike<number>[], perplexity: number): Float64Array {
  const n = points.length;
  const P = new Float64Array(n * n);
  const distances = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let nearest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      let d = 0;
      for (let k = 0; k < points[i]!.length; k++) d += (points[i]![k]! - points[j]![k]!) ** 2;
      distances[j] = d;
      if (j !== i) nearest = Math.min(nearest, d);
    }
    let [beta, low, high] = [1, 0, Number.POSITIVE_INFINITY];
    for (let round = 0; round < 64; round++) {
      let [sum, weighted] = [0, 0];
      for (let j = 0; j < n; j++) {
        // Distances beyond the nearest one: the same probabilities, and no underflow of all at once.
        const p = j === i ? 0 : Math.exp(-beta * (distances[j]! - nearest));
        P[i * n + j] = p;
        sum += p;
        weighted += p * (distances[j]! - nearest);
      }
      const entropy = Math.log(sum) + (beta * weighted) / sum;
      for (let j = 0; j < n; j++) P[i * n + j]! /= sum;
      const over = entropy - Math.log(perplexity);
      if (Math.abs(over) < 1e-5) break;
      if (over > 0) [low, beta] = [beta, high === Number.POSITIVE_INFINITY ? beta * 2 : (beta + high) / 2];
      else [high, beta] = [beta, (beta + low) / 2];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      P[i * n + j] = P[j * n + i] = Math.max(1e-12, (P[i * n + j]! + P[j * n + i]!) / (2 * n));
    }
  }
  return P;
}

function center(y: Float64Array): void {
  for (const axis of [0, 1]) {
    let mean = 0;
    for (let i = axis; i < y.length; i += 2) mean += (2 * y[i]!) / y.length;
    for (let i = axis; i < y.length; i += 2) y[i]! -= mean;
  }
}
