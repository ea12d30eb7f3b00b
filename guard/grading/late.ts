import { round } from './table.ts';

/** What handing in late costs. */
export interface LatePolicy {
  /** ISO 8601 with its time zone: `2026-03-01T23:59:00+01:00`. */
  due: string;
  /** Minutes after it that cost nothing; default 0. */
  graceMinutes?: number;
  /** Late days that cost nothing; default 0. */
  freeDays?: number;
  /** Taken off the score for each further day that has begun; default 10. */
  percentPerDay?: number;
  /** Most that is taken off; default 100. */
  mostPercent?: number;
  /** After so many late days nothing is accepted; default: no end. */
  lastDay?: number;
  /** More days for single students, on top of the due date. */
  extensions?: Record<string, number>;
}

export interface Lateness {
  /** Days that have begun since the due date, extension counted. */
  days: number;
  /** Of the score, 0 to 100. */
  percentOff: number;
  score: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** @throws a sentence where the policy is none */
export function readPolicy(json: string): LatePolicy {
  let policy: Partial<LatePolicy>;
  try {
    policy = JSON.parse(json);
  } catch (error) {
    throw new Error(`The late policy is not JSON: ${(error as Error).message}.`);
  }
  if (typeof policy?.due !== 'string' || Number.isNaN(new Date(policy.due).getTime()))
    throw new Error(
      `The late policy's "due" is ${JSON.stringify(policy?.due)}; it must be a date such as "2026-03-01T23:59:00+01:00".`,
    );
  if (!/(Z|[+-]\d\d:?\d\d)$/.test(policy.due))
    throw new Error(
      `The late policy's "due" is ${policy.due}, without a time zone: add Z, or one such as +01:00.`,
    );
  for (const name of ['graceMinutes', 'freeDays', 'percentPerDay', 'mostPercent', 'lastDay'] as const) {
    const value = policy[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new Error(
        `The late policy's "${name}" is ${JSON.stringify(value)}; it must be a number of at least 0.`,
      );
  }
  const known = ['due', 'graceMinutes', 'freeDays', 'percentPerDay', 'mostPercent', 'lastDay', 'extensions'];
  const unknown = Object.keys(policy).find((name) => !known.includes(name));
  if (unknown) throw new Error(`The late policy has no "${unknown}"; it has ${known.join(', ')}.`);
  return policy as LatePolicy;
}

/**
 * What a score is worth after the policy. A submission whose time nobody knows is not late.
 *
 * @param submitted ISO 8601
 */
export function afterPolicy(policy: LatePolicy, student: string, submitted: string, score: number): Lateness {
  const { graceMinutes = 0, freeDays = 0, percentPerDay = 10, mostPercent = 100, lastDay } = policy;
  const extension = policy.extensions?.[student] ?? 0;
  const late = new Date(submitted).getTime() - new Date(policy.due).getTime() - extension * DAY;
  const days = !(late > graceMinutes * 60_000) ? 0 : Math.ceil(late / DAY);
  if (lastDay !== undefined && days > lastDay) return { days, percentOff: 100, score: 0 };
  const percentOff = Math.min(mostPercent, 100, Math.max(0, days - freeDays) * percentPerDay);
  return { days, percentOff, score: round(score * (1 - percentOff / 100)) };
}
