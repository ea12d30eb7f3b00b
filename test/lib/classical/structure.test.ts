import { describe, expect, it } from 'vitest';
import { eigenSymmetric } from '../../../lib/classical/eigen.ts';
import { kMeans } from '../../../lib/classical/k-means.ts';
import { pca } from '../../../lib/classical/pca.ts';
import { tsne } from '../../../lib/classical/tsne.ts';
import { hostRandom } from '../../../lib/training/random.ts';

const random = hostRandom(21);
const clouds = (centers: number[][], each: number, spread = 1) =>
  centers.flatMap((c) => Array.from({ length: each }, () => c.map((v) => v + spread * random.normal())));

describe('eigenSymmetric', () => {
  it.each([1, 2, 3, 12])('solves A v = lambda v of order %d, orthonormal and sorted', (n) => {
    const A = Array.from({ length: n }, () => new Float64Array(n));
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) A[i]![j] = A[j]![i] = random.normal();
    const { values, vectors } = eigenSymmetric(A);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    vectors.forEach((v, k) => {
      A.forEach(
        (row, i) =>
          void expect(row.reduce((s, a, j) => s + a * v[j]!, 0)).toBeCloseTo(values[k]! * v[i]!, 10),
      );
      vectors.forEach(
        (w, l) => void expect(v.reduce((s, a, j) => s + a * w[j]!, 0)).toBeCloseTo(k === l ? 1 : 0, 10),
      );
    });
  });
});

describe('pca', () => {
  it('gives the variances of the coordinates, uncorrelated, and the points back', () => {
    const points = clouds([[0, 0, 0, 0]], 60).map(([a, b, c, d]) => [3 * a!, a! + b!, 0.2 * c!, d!]);
    const result = pca(points, 4);
    const coordinates = result.project(points);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const covariance = coordinates.reduce((s, p) => s + p[i]! * p[j]!, 0) / 59;
        expect(covariance).toBeCloseTo(i === j ? result.variances[i]! : 0, 8);
      }
    }
    expect(result.shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    result
      .restore(coordinates)
      .forEach((p, i) => void p.forEach((v, j) => void expect(v).toBeCloseTo(points[i]![j]!, 8)));
  });
  it('gives the same with fewer points than dimensions', () => {
    const points = clouds([[0, 0, 0, 0, 0, 0, 0, 0]], 5);
    const few = pca(points, 3);
    const many = pca([...points, ...points], 3); // twice the points: the same directions by the other way
    few.components.forEach(
      (c, i) => void c.forEach((v, j) => void expect(v).toBeCloseTo(many.components[i]![j]!, 6)),
    );
    expect(few.shares[0]).toBeCloseTo(many.shares[0]!, 8);
  });
  it('says what is wrong', () => {
    expect(() => pca([[1, 2]], 1)).toThrow('at least two points');
    expect(() =>
      pca(
        [
          [1, 2],
          [3, 4],
        ],
        3,
      ),
    ).toThrow('at most 2');
  });
});

describe('kMeans', () => {
  it('finds three clouds', () => {
    const points = clouds(
      [
        [0, 0],
        [20, 0],
        [0, 20],
      ],
      30,
    );
    const { centers, assignments, inertia } = kMeans(points, 3, { seed: 4, starts: 3 });
    for (let c = 0; c < 3; c++) expect(new Set(assignments.slice(30 * c, 30 * c + 30)).size).toBe(1);
    const plain = points.reduce(
      (s, p, i) => s + p.reduce((d, v, j) => d + (v - centers[assignments[i]!]![j]!) ** 2, 0),
      0,
    );
    expect(inertia).toBeCloseTo(plain, 3);
    expect(kMeans(points, 3, { seed: 4, starts: 3 }).inertia).toBe(inertia);
  });
  it('takes points that lie on each other', () => {
    expect(kMeans([[1], [1], [1]], 2).inertia).toBe(0);
    expect(() => kMeans([[1]], 2)).toThrow('k = 2 for 1 points');
    expect(() => kMeans([[1], [1, 2]], 1)).toThrow('point 1 has 2 numbers');
  });
});

describe('tsne', () => {
  it('keeps neighbours together and lowers the divergence', async () => {
    const points = clouds(
      [
        [0, 0, 0, 0],
        [15, 0, 0, 0],
        [0, 15, 0, 0],
      ],
      20,
    );
    const divergences: number[] = [];
    const { points: plane, divergence } = await tsne(points, {
      perplexity: 8,
      rounds: 300,
      seed: 2,
      onRound: (_, __, d) => void divergences.push(d),
    });
    let right = 0;
    plane.forEach((p, i) => {
      const near = plane
        .map((q, j) => ({ j, d: Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!) }))
        .filter((o) => o.j !== i)
        .sort((a, b) => a.d - b.d);
      if (Math.floor(near[0]!.j / 20) === Math.floor(i / 20)) right++;
    });
    expect(right).toBeGreaterThanOrEqual(57);
    expect(divergence).toBeLessThan(divergences[0]!);
    expect(plane.every((p) => p.every(Number.isFinite))).toBe(true);
    await expect(tsne([[1], [2], [3], [4]], { perplexity: 5 })).rejects.toThrow('expected it from 1 to 1.0');
  });
});
