import { describe, expect, it } from 'vitest';
import { afterPolicy, readPolicy } from '../../../guard/grading/late.ts';

const policy = readPolicy(
  JSON.stringify({
    due: '2026-03-01T23:59:00+01:00',
    graceMinutes: 10,
    freeDays: 1,
    percentPerDay: 20,
    mostPercent: 50,
    lastDay: 6,
    extensions: { eve: 3 },
  }),
);
const at = (time: string, student = 'ada') => afterPolicy(policy, student, time, 20);

describe('a late policy', () => {
  it('takes nothing off in time, in the minutes of grace, and in free days', () => {
    expect(at('2026-03-01T22:00:00Z')).toEqual({ days: 0, free: 0, percentOff: 0, score: 20 });
    expect(at('2026-03-01T23:05:00Z')).toEqual({ days: 0, free: 0, percentOff: 0, score: 20 });
    expect(at('2026-03-01T23:10:00Z')).toEqual({ days: 1, free: 1, percentOff: 0, score: 20 });
  });

  it('counts every day that has begun, and never takes off more than the most', () => {
    expect(at('2026-03-03T10:00:00Z')).toEqual({ days: 2, free: 1, percentOff: 20, score: 16 });
    expect(at('2026-03-04T10:00:00Z')).toEqual({ days: 3, free: 1, percentOff: 40, score: 12 });
    expect(at('2026-03-06T10:00:00Z')).toEqual({ days: 5, free: 1, percentOff: 50, score: 10 });
  });

  it('gives nothing after the last day, and more days to whom they were given', () => {
    expect(at('2026-03-10T10:00:00Z')).toEqual({ days: 9, free: 0, percentOff: 100, score: 0 });
    expect(at('2026-03-04T10:00:00Z', 'eve')).toEqual({ days: 0, free: 0, percentOff: 0, score: 20 });
    expect(at('2026-03-06T10:00:00Z', 'eve')).toEqual({ days: 2, free: 1, percentOff: 20, score: 16 });
  });

  it('takes a submission whose time nobody knows for one in time', () => {
    expect(at('')).toEqual({ days: 0, free: 0, percentOff: 0, score: 20 });
  });

  it('refuses a time that no one can be sure of, rather than take it for one in time', () => {
    expect(() => at('1.3.2026 23:59')).toThrow(/time of ada's submission is "1.3.2026 23:59".*time zone/);
    expect(() => at('2026-03-01T23:59:00')).toThrow(/time zone/);
  });

  it('is refused in a sentence where it is none', () => {
    expect(() => readPolicy('no')).toThrow(/not JSON/);
    expect(() => readPolicy('{}')).toThrow(/"due" is undefined/);
    expect(() => readPolicy('{"due":"2026-03-01T23:59:00"}')).toThrow(/without a time zone/);
    expect(() => readPolicy('{"due":"2026-03-01T23:59:00Z","freeDays":-1}')).toThrow(/at least 0/);
    expect(() => readPolicy('{"due":"2026-03-01T23:59:00Z","extensions":{"eve":"3"}}')).toThrow(
      /gives eve an extension of "3"/,
    );
    expect(() => readPolicy('{"due":"2026-03-01T23:59:00Z","free":1}')).toThrow(/has no "free"/);
  });
});
