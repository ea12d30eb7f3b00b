import { describe, expect, it } from 'vitest';
import { calibrate } from '../../guard/calibration.ts';
import { jobsFor, pool } from '../../guard/pool.ts';

describe('jobsFor', () => {
  it('keeps to cores, memory and the number of notebooks', () => {
    expect(jobsFor(18, 16, 64e9)).toBe(8);
    expect(jobsFor(18, 16, 4e9)).toBe(2);
    expect(jobsFor(1, 16, 64e9)).toBe(1);
    expect(jobsFor(18, 1, 0.1e9)).toBe(1);
  });
});

describe('pool', () => {
  it('works on as many at once as it may, and answers in order', async () => {
    let [now, most] = [0, 0];
    const answers = await pool([5, 1, 3, 2], 2, async (n) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, n));
      now--;
      return n * 10;
    });
    expect(answers).toEqual([50, 10, 30, 20]);
    expect(most).toBe(2);
  });
});

describe('calibrate', () => {
  it('gives a time above 0', () => {
    expect(calibrate(1)).toBeGreaterThan(0);
  });
});
