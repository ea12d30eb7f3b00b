import { compare, type Tolerance } from './compare.ts';
import { describe } from './describe.ts';
import { type Complaint, type Expectation, type ExpectationOptions, expectation } from './expectation.ts';
import { failureText, notStarted } from './failure.ts';
import { snapshot } from './snapshot.ts';

/** Arguments, and what the function must give for them. */
export type Case = readonly [args: readonly unknown[] | (() => readonly unknown[]), due: unknown];

export type CasesOptions = ExpectationOptions &
  Tolerance & {
    /** Give credit for the part of the cases that is right; by default one wrong case fails the expectation. */
    partial?: boolean;
  };

/**
 * Expects a function, called with each case's arguments, to give what is due. Arguments are copied for each call, so a
 * function that changes them is no trouble; tensors are passed as they are.
 *
 * @param find gives the function, so that a missing one is explained: `() => l2`
 * @example
 * cases('l2 is the Euclidean distance', () => l2, [
 *   [[[0, 0], [3, 4]], 5],
 *   [[[1, 1], [1, 1]], 0],
 * ]);
 */
export function cases(
  title: string,
  find: () => unknown,
  list: readonly Case[],
  options: CasesOptions = {},
): Expectation {
  if (list.length === 0) throw new TypeError(`"${title}" has no cases: give at least one [arguments, due].`);
  return expectation(title, options, async () => {
    const solution = await find();
    if (typeof solution !== 'function') {
      return { said: `${describe(await snapshot(solution))} came, and a function was due` };
    }
    const complaints: Complaint[] = [];
    for (const [args, due] of list) {
      const complaint = await judgeCase(solution as (...args: unknown[]) => unknown, args, due, options);
      if (complaint) complaints.push(complaint);
    }
    const [first] = complaints;
    if (!first) return undefined;
    const right = list.length - complaints.length;
    const others = list.length > 1 ? ` (${right} of ${list.length} cases are right)` : '';
    const share = options.partial ? right / list.length : 0;
    return { ...first, said: `${first.said}${others}`, share };
  });
}

async function judgeCase(
  solution: (...args: unknown[]) => unknown,
  args: Case[0],
  due: unknown,
  options: CasesOptions,
): Promise<Complaint | undefined> {
  const given = typeof args === 'function' ? args() : args;
  const called = options.secret ? 'for one input' : await callText(solution.name, given);
  try {
    const came = await snapshot(solution(...given.map(copied)));
    const right = await snapshot(typeof due === 'function' ? (due as () => unknown)() : due);
    const difference = compare(came, right, options);
    return difference && { said: `${called}: ${options.secret ? difference.secretly : difference.said}` };
  } catch (error) {
    return { said: `${called}: ${failureText(error)}`, notStarted: notStarted(error) };
  }
}

/** Plain data is copied; what can't be (tensors, functions, instances) goes as it is. */
function copied(value: unknown): unknown {
  const plain =
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    Object.getPrototypeOf(value ?? 0) === Object.prototype;
  if (!plain) return value;
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}

async function callText(name: string, args: readonly unknown[]): Promise<string> {
  const shown: string[] = [];
  for (const arg of args) {
    const text = describe(await snapshot(arg));
    shown.push(text.length > 60 ? `${text.slice(0, 57)}…` : text);
  }
  return `${name || 'f'}(${shown.join(', ')})`;
}
