import type { Expectation } from './expectation.ts';
import { replacedIntrinsic } from './intrinsics.ts';
import { earned, judgeAll, reportText } from './judge.ts';

/**
 * Grades an exercise: runs every expectation, prints what is met and why the rest is not, and gives the points earned. As the
 * last value of a cell that number is its result, which nbgrader reads as (partial) credit.
 *
 * Nothing that the student's code throws, rejects or returns makes it throw, and it writes nothing to stderr.
 *
 * @param points what the cell is worth, the same number as in its nbgrader metadata
 * @returns a finite number from 0 to `points`, in hundredths
 * @throws TypeError to the exercise's author: points that are no number above 0, no expectations
 * @example
 * await check(2,
 *   equal('the distance of a point from itself', () => l2([1, 2], [1, 2]), 0),
 *   equal('the sides of a 3-4-5 triangle', () => l2([0, 0], [3, 4]), 5, { hint: 'sum squares, then take the root' }),
 * );
 */
export async function check(points: number, ...expectations: readonly Expectation[]): Promise<number> {
  if (!(points > 0 && Number.isFinite(points))) {
    throw new TypeError(`check() takes the cell's points first, a number above 0, and ${points} came.`);
  }
  requireSome(expectations, 'check');
  const verdicts = await judgeAll(expectations);
  // Also the sum itself stands on built-ins.
  const score = replacedIntrinsic() === undefined ? credit(points, earned(verdicts)) : 0;
  const met = verdicts.filter((verdict) => verdict.met).length;
  say(`${reportText(verdicts)}\n${met} of ${verdicts.length} expectations met: ${score} of ${points} points`);
  return score;
}

/** Rounded to hundredths, and never up to the full points. */
export function credit(points: number, share: number): number {
  if (share >= 1) return points;
  return Math.max(0, Math.floor(points * share * 100 + 1e-9) / 100);
}

export function requireSome(expectations: readonly Expectation[], name: string): void {
  const odd = expectations.find((one) => typeof one?.judge !== 'function');
  if (expectations.length === 0 || odd !== undefined) {
    throw new TypeError(
      `${name}() takes expectations made by equal(), cases(), holds(), within(), throws() or leavesNoTensors()` +
        `${odd === undefined ? ', and none came' : ''}.`,
    );
  }
}

/** Printed where it can be: a student who broke the console loses the explanation, not the grade. */
function say(text: string): void {
  try {
    console.log(text);
  } catch {
    // Their console threw.
  }
}
