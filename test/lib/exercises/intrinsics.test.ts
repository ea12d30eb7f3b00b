import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { check, equal, holds, within } from '../../../lib/exercises/index.ts';
import { replacedIntrinsic } from '../../../lib/exercises/intrinsics.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(console, 'log').mockImplementation((text) => {
    printed += text;
  });
});
afterEach(() => vi.restoreAllMocks());

/** Replaces a built-in while `act` runs. */
async function replacing<T>(holder: object, name: string, value: unknown, act: () => Promise<T>): Promise<T> {
  const old = Object.getOwnPropertyDescriptor(holder, name)!;
  Object.defineProperty(holder, name, { ...old, value });
  try {
    return await act();
  } finally {
    Object.defineProperty(holder, name, old);
  }
}

describe('a replaced built-in', () => {
  it('is not found where there is none', () => {
    expect(replacedIntrinsic()).toBeUndefined();
  });

  const disguised = Object.defineProperty(() => 0, 'name', { value: 'abs' });
  it.each([
    ['a function', () => 0],
    ['a function of its name', disguised],
    ['a bound function', disguised.bind(null)],
    ['a proxy', new Proxy(Math.abs, { apply: () => 0 })],
    [
      'a function that shows native code',
      Object.assign(() => 0, { toString: () => 'function abs() { [native code] }' }),
    ],
    ['nothing', undefined],
  ])('is found where it is %s, and nothing gets credit', async (_, value) => {
    const score = await replacing(Math, 'abs', value, () => check(1, equal('a', 5, 6), equal('b', 5, 5)));
    expect(score).toBe(0);
    expect(printed).toContain('Math.abs was replaced');
  });

  it('is found too where the checked code itself replaces it', async () => {
    const abs = Math.abs;
    const sly = () => {
      Math.abs = () => 0;
      return 7;
    };
    try {
      expect(await check(1, equal('a', sly, 5))).toBe(0);
    } finally {
      Math.abs = abs;
    }
  });

  it('is found where no comparison stands on it', async () => {
    const score = await replacing(
      Array.prototype,
      'every',
      () => true,
      () =>
        check(
          1,
          holds('a', () => false),
          within('b', 1, [0, 1]),
        ),
    );
    expect(score).toBe(0);
    const values = Array.prototype.values;
    const iterator = function (this: unknown[]) {
      return values.call(this);
    };
    expect(
      await replacing(Array.prototype, Symbol.iterator as never, iterator, async () => replacedIntrinsic()),
    ).toBe('Array.prototype[Symbol.iterator]');
  });
});

describe('a promise that nobody awaits', () => {
  it('fails the expectation that made it, and no later one', async () => {
    const floating = () => {
      Promise.reject(new Error('adrift'));
      return 1;
    };
    expect(await check(2, equal('a', floating, 1), equal('b', 1, 1))).toBe(1);
    expect(printed).toContain(
      'A promise that nobody awaited failed (is an await missing?): it threw Error: adrift.',
    );
  });
});
