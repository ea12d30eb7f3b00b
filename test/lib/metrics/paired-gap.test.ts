import { describe, expect, it } from 'vitest';
import { pairedGap } from '../../../lib/metrics/paired-gap.ts';
import { studentT } from '../../../lib/metrics/student-t.ts';

describe('studentT', () => {
  // Student's table, as every book of statistics has it.
  it.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.30265],
    [0.95, 4, 2.13185],
    [0.995, 9, 3.24984],
    [0.975, 30, 2.04227],
    [0.975, 1e6, 1.95997],
    [0.5, 3, 0],
    [0.9999, 1, 3183.0988],
  ])('gives the quantile %d with %d degrees of freedom as %d', (p, freedom, value) => {
    expect(studentT(p, freedom)).toBeCloseTo(value, value > 100 ? 2 : 4);
    expect(studentT(1 - p, freedom)).toBeCloseTo(-value, value > 100 ? 2 : 4);
  });

  it.each([
    [0, 3],
    [1, 3],
    [Number.NaN, 3],
    [0.5, 0],
  ])('refuses the probability %d with %d degrees', (p, freedom) => {
    expect(() => studentT(p, freedom)).toThrow(/studentT: the/);
  });
});

describe('pairedGap', () => {
  it('gives the mean of the differences with its interval', () => {
    const gap = pairedGap([1, 2, 3], [2, 4, 6]); // differences 1, 2, 3
    expect(gap.mean).toBe(2);
    expect(gap.deviation).toBe(1);
    expect(gap.high! - gap.mean).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
    expect(gap.mean - gap.low!).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
    expect(gap.gaps).toEqual([1, 2, 3]);
  });

  it('takes what a pair shares out of the spread', () => {
    const gap = pairedGap([10, 200, 3000], [11, 201, 3001]);
    expect([gap.low, gap.high]).toEqual([1, 1]);
  });

  it('is wider where more certainty is asked for', () => {
    const width = (confidence: number) => {
      const { low, high } = pairedGap([0, 0, 0], [1, 2, 3], { confidence });
      return high! - low!;
    };
    expect(width(0.99)).toBeGreaterThan(2 * width(0.9));
  });

  it('has no interval for one pair', () => {
    expect(pairedGap([1], [3])).toMatchObject({
      mean: 2,
      low: undefined,
      high: undefined,
      deviation: undefined,
    });
  });

  it('refuses what is no set of pairs', () => {
    expect(() => pairedGap([1, 2], [1])).toThrow('2 first and 1 second');
    expect(() => pairedGap([], [])).toThrow('one pair at least');
    expect(() => pairedGap([1, Number.NaN], [1, 2])).toThrow('pair 2 is NaN and 2');
    expect(() => pairedGap([1], [2], { confidence: 95 })).toThrow('such as 0.95');
  });
});
