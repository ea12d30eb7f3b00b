import { compare, type Tolerance } from './compare.ts';
import { type Expectation, type ExpectationOptions, expectation } from './expectation.ts';
import { snapshot } from './snapshot.ts';

export type EqualOptions = ExpectationOptions & Tolerance;

/**
 * Expects a value: numbers, typed arrays and tensors within a tolerance (tensors by shape and type too), whole numbers and
 * everything else exactly, arrays, maps and objects item by item. Promises, also inside arrays, are awaited. NaN is never right.
 *
 * @param came a function that gives the value, so that a missing name or a throw is explained; or the value or promise itself
 * @example
 * equal('the hinge loss of the cat', () => hingeLoss([-2.85, 0.86, 0.28], 2), 1.58, {
 *   absolute: 0.005,
 *   hint: 'the right class is left out of the sum',
 * });
 */
export function equal(title: string, came: unknown, due: unknown, options: EqualOptions = {}): Expectation {
  return expectation(title, options, async () => {
    const value = await snapshot(typeof came === 'function' ? (came as () => unknown)() : came);
    const right = await snapshot(typeof due === 'function' ? (due as () => unknown)() : due);
    const difference = compare(value, right, options);
    return difference && { said: options.secret ? difference.secretly : difference.said };
  });
}
