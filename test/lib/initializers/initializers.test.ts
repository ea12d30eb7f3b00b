import { beforeAll, describe, expect, it } from 'vitest';
import * as initializers from '../../../lib/initializers/index.ts';
import { useEngine } from '../reference/engine.ts';

const { constant, heNormal, heUniform, initializer, lecunNormal, lecunUniform, normal, ones, orthogonal } =
  initializers;
const { uniform, xavierNormal, xavierUniform, zeros } = initializers;

beforeAll(useEngine);

const fans = { fanIn: 300, fanOut: 200 };
const draw = (make: ReturnType<typeof normal>, seed = 1) => [...make([300, 200], fans, seed).dataSync()];
const moments = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  const kurtosis = values.reduce((a, b) => a + (b - mean) ** 4, 0) / values.length / variance ** 2;
  return { mean, std: Math.sqrt(variance), kurtosis, max: Math.max(...values.map(Math.abs)) };
};

describe('initialisers', () => {
  it.each([
    ['normal', normal({ std: 0.01 }), 0.01],
    ['He normal', heNormal(), Math.sqrt(2 / 300)],
    ['Xavier normal', xavierNormal(), Math.sqrt(2 / 500)],
    ['LeCun normal', lecunNormal(), Math.sqrt(1 / 300)],
  ])('%s has its standard deviation and a bell', (_, make, std) => {
    const m = moments(draw(make));
    expect(m.mean / std).toBeCloseTo(0, 1);
    expect(m.std / std).toBeCloseTo(1, 1);
    expect(m.kurtosis).toBeCloseTo(3, 0);
  });

  it.each([
    ['uniform', uniform({ low: -0.2, high: 0.2 }), 0.2],
    ['He uniform', heUniform(), Math.sqrt(6 / 300)],
    ['Xavier uniform', xavierUniform(), Math.sqrt(6 / 500)],
    ['LeCun uniform', lecunUniform(), 2.4 / 300],
  ])('%s fills its interval evenly', (_, make, limit) => {
    const m = moments(draw(make));
    expect(m.max).toBeLessThanOrEqual(limit);
    expect(m.max).toBeGreaterThan(0.999 * limit);
    expect(m.std / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it('constants are constant', () => {
    expect([zeros(), ones(), constant(2.5)].map((make) => [...new Set(draw(make))])).toEqual([
      [0],
      [1],
      [2.5],
    ]);
  });

  it.each([[[6, 4]], [[4, 6]], [[3, 3, 2, 8]]])('orthogonal %s has orthonormal rows or columns', (shape) => {
    const values = orthogonal()(shape, fans, 3).dataSync();
    const columns = shape.at(-1)!;
    const rows = values.length / columns;
    const tall = rows >= columns;
    const vector = (k: number) =>
      Array.from(
        { length: tall ? rows : columns },
        (_, i) => values[tall ? i * columns + k : k * columns + i]!,
      );
    const count = Math.min(rows, columns);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const dot = vector(a).reduce((sum, v, i) => sum + v * vector(b)[i]!, 0);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
  });

  it('repeats for a seed and differs between seeds', () => {
    expect(draw(heNormal(), 4)).toEqual(draw(heNormal(), 4));
    expect(draw(heNormal(), 4)).not.toEqual(draw(heNormal(), 5));
  });

  it('goes by name, and knows which names there are', () => {
    expect(draw(initializer('he-normal'))).toEqual(draw(heNormal()));
    expect(() => initializer('hee' as 'ones')).toThrow(/Unknown initializer "hee".*he-normal.*orthogonal/);
  });
});
