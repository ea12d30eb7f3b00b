import { describe } from './describe.ts';
import { type Expectation, type ExpectationOptions, expectation } from './expectation.ts';
import { snapshot } from './snapshot.ts';

/**
 * Expects something to be true. The test gives true, or a sentence's end that says what came and what was due.
 *
 * @example
 * holds('more than 90 % of the test digits are right', () => accuracy > 0.9 || `${accuracy} came, and above 0.9 was due`);
 */
export function holds(title: string, test: () => unknown, options: ExpectationOptions = {}): Expectation {
  return expectation(title, options, async () => {
    const came = await test();
    if (came === true) return undefined;
    if (typeof came === 'string' && came.trim() !== '') return { said: came };
    if (came === false) return { said: 'this does not hold' };
    return { said: `${describe(await snapshot(came))} came, and true was due` };
  });
}

/**
 * Expects a number in a range, ends included: what a trained model's accuracy is checked with.
 *
 * @example
 * within('the accuracy', () => accuracy, [0.92, 1], { hint: 'train for longer, or try another rate' });
 */
export function within(
  title: string,
  came: unknown,
  [low, high]: readonly [number, number],
  options: ExpectationOptions = {},
): Expectation {
  if (!(low <= high))
    throw new TypeError(`The range of "${title}" is [${low}, ${high}]: the low end comes first.`);
  return expectation(title, options, async () => {
    const value = await snapshot(typeof came === 'function' ? (came as () => unknown)() : came);
    if (
      value.kind === 'plain' &&
      typeof value.value === 'number' &&
      value.value >= low &&
      value.value <= high
    )
      return undefined;
    const range = options.secret ? '' : `, and a number from ${low} to ${high} was due`;
    return { said: `${describe(value)} came${range}` };
  });
}

/**
 * Expects code to fail, by a throw or a rejected promise, with an Error whose message fits.
 *
 * @example
 * throws('a kernel that does not fit is refused', () => outputSize(7, 3, 3), /does not fit/);
 */
export function throws(
  title: string,
  act: () => unknown,
  message: RegExp = /./,
  options: ExpectationOptions = {},
): Expectation {
  return expectation(title, options, async () => {
    try {
      const came = await snapshot(act());
      return { said: `${describe(came)} came, and an Error was due` };
    } catch (error) {
      if (!(error instanceof Error)) return { said: 'what was thrown is no Error' };
      if (error.name === 'ReferenceError') throw error;
      if (/not (implemented|done|written) yet/i.test(error.message)) throw error;
      if (message.test(error.message)) return undefined;
      return { said: `the Error says "${error.message.slice(0, 200)}", which does not say what is wrong` };
    }
  });
}

/**
 * Expects code to leave no tensor behind but those that it returns.
 *
 * @example
 * leavesNoTensors('the loss frees what it made', () => loss(x, y));
 */
export function leavesNoTensors(
  title: string,
  act: () => unknown,
  options: ExpectationOptions = {},
): Expectation {
  return expectation(title, options, async () => {
    const alive = () =>
      (globalThis as { _tfengine?: { memory(): { numTensors: number } } })._tfengine?.memory().numTensors ??
      0;
    const before = alive();
    const came = await act();
    const kept = new Set(
      [came].flat(3).filter((v) => typeof (v as { dispose?: unknown } | null)?.dispose === 'function'),
    );
    const left = alive() - before - kept.size;
    for (const tensor of kept) (tensor as { dispose(): void }).dispose();
    if (left <= 0) return undefined;
    return {
      said: `${left} tensor${left === 1 ? '' : 's'} stayed in memory: use tf.tidy(() => …) or dispose()`,
    };
  });
}
