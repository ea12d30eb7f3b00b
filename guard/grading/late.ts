import { round } from './table.ts';

/** What handing in late costs. */
export interface LatePolicy {
  /** ISO 8601 with its time zone: `2026-03-01T23:59:00+01:00`. */
  due: string;
  /** Minutes after it that cost nothing; default 0. */
  graceMinutes?: number;
  /** Late days that cost nothing; default 0, or where there are `courseDays` as many as are left of them. */
  freeDays?: number;
  /** Free late days that a student has for all assignments of the course together; default: every assignment has its own. */
  courseDays?: number;
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
  /** How many of them cost nothing. */
  free: number;
  /** Of the score, 0 to 100. */
  percentOff: number;
  score: number;
}

const NUMBERS = [
  'graceMinutes',
  'freeDays',
  'courseDays',
  'percentPerDay',
  'mostPercent',
  'lastDay',
] as const;

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
  for (const name of NUMBERS) {
    const value = policy[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new Error(
        `The late policy's "${name}" is ${JSON.stringify(value)}; it must be a number of at least 0.`,
      );
  }
  for (const [student, days] of Object.entries(policy.extensions ?? {})) {
    if (!(typeof days === 'number' && Number.isFinite(days)))
      throw new Error(
        `The late policy gives ${student} an extension of ${JSON.stringify(days)}; it must be a number of days.`,
      );
  }
  const known: string[] = ['due', ...NUMBERS, 'extensions'];
  const unknown = Object.keys(policy).find((name) => !known.includes(name));
  if (unknown) throw new Error(`The late policy has no "${unknown}"; it has ${known.join(', ')}.`);
  return policy as LatePolicy;
}

/**
 * What a score is worth after the policy. A submission without a time is not late. Free days are spent first; one after the last day
 * spends none, because it gets nothing.
 *
 * @param submitted ISO 8601 with its time zone, or empty
 * @param spent of `courseDays`, on the other assignments
 * @throws a sentence where `submitted` is no such time
 */
export function afterPolicy(
  policy: LatePolicy,
  student: string,
  submitted: string,
  score: number,
  spent = 0,
): Lateness {
  const { graceMinutes = 0, courseDays, percentPerDay = 10, mostPercent = 100, lastDay } = policy;
  const extension = policy.extensions?.[student] ?? 0;
  const late = timeOf(submitted, student, policy.due) - new Date(policy.due).getTime() - extension * DAY;
  const days = !(late > graceMinutes * 60_000) ? 0 : Math.ceil(late / DAY);
  if (lastDay !== undefined && days > lastDay) return { days, free: 0, percentOff: 100, score: 0 };
  const left = courseDays === undefined ? 0 : Math.max(0, courseDays - spent);
  const most = courseDays === undefined ? (policy.freeDays ?? 0) : Math.min(policy.freeDays ?? left, left);
  const free = Math.min(days, most);
  const percentOff = Math.min(mostPercent, 100, (days - free) * percentPerDay);
  return { days, free, percentOff, score: round(score * (1 - percentOff / 100)) };
}

function timeOf(submitted: string, student: string, due: string): number {
  if (submitted === '') return new Date(due).getTime();
  const time = /^\d{4}-\d\d-\d\d[T ].*(Z|[+-]\d\d:?\d\d)$/.test(submitted)
    ? new Date(submitted).getTime()
    : Number.NaN;
  if (Number.isNaN(time))
    throw new Error(
      `The time of ${student}'s submission is "${submitted}" in the column "submitted"; one with its time zone is due, such as "2026-03-01T23:59:00+01:00" (a spreadsheet may have changed it).`,
    );
  return time;
}
