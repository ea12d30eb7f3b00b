import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cases,
  check,
  equal,
  holds,
  leavesNoTensors,
  throws,
  todo,
  within,
} from '../../../lib/exercises/index.ts';

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)));
});
afterEach(() => vi.restoreAllMocks());

const report = () => printed.join('\n');

describe('check', () => {
  it('gives exactly the points where everything is met', async () => {
    expect(await check(3, equal('a', 1, 1), equal('b', 'x', 'x'), equal('c', [1, 2], [1, 2]))).toBe(3);
    expect(report()).toContain('3 of 3 expectations met: 3 of 3 points');
  });

  it('gives the weighted part that is met, in hundredths, never rounded up to all', async () => {
    const right = equal('right', 1, 1);
    const wrong = equal('wrong', 1, 2);
    expect(await check(3, right, wrong)).toBe(1.5);
    expect(await check(1, right, wrong, wrong)).toBe(0.33);
    expect(await check(4, equal('heavy', 1, 1, { weight: 3 }), wrong)).toBe(3);
    expect(await check(1, equal('nearly all', 1, 1, { weight: 1e9 }), wrong)).toBe(0.99);
    expect(await check(2, wrong)).toBe(0);
  });

  it('says what came, what was due and the hint', async () => {
    await check(
      1,
      equal('the loss', () => 2.5, 1.58, { hint: 'the right class is left out' }),
    );
    expect(report()).toContain(
      '✗ the loss\n    2.5 came, and 1.58 was due.\n    Hint: the right class is left out',
    );
  });

  it('takes everything that a student throws as a failed expectation', async () => {
    const thrown = [
      () => {
        throw new Error('mine');
      },
      () => {
        throw undefined;
      },
      () => {
        throw Object.create(null);
      },
      () => Promise.reject(new RangeError('later')),
      async () => [1, Promise.reject(new Error('inside'))],
      () => new Proxy({}, { ownKeys: () => todo() }),
      () => ({
        get x() {
          throw new Error('getter');
        },
      }),
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a hostile thenable
        then() {
          throw new Error('thenable');
        },
      }),
    ];
    for (const run of thrown) expect(await check(1, equal('it', run, 1))).toBe(0);
    expect(report()).toContain('It threw RangeError: later.');
  });

  it('explains a missing definition', async () => {
    const missing = new Function('return notThereAtAll([0], [1])') as () => unknown;
    await check(1, equal('l2', missing, 1));
    expect(report()).toContain('There is no notThereAtAll yet: define it under this name in the cell above');
  });

  it('knows the stub, and gives it nothing', async () => {
    const stub = (_: number): number => todo('the square');
    expect(
      await check(
        1,
        cases('square', () => stub, [[[2], 4]]),
      ),
    ).toBe(0);
    expect(
      await check(
        1,
        throws('refuses -1', () => stub(-1)),
      ),
    ).toBe(0);
    expect(report()).toContain('it is not written yet');
  });

  it('counts what never settles as failed, and tries nothing after it', async () => {
    const never = () => new Promise(() => {});
    let tried = false;
    const next = () => {
      tried = true;
      return 1;
    };
    const score = await check(
      3,
      equal('a', 1, 1),
      equal('b', never, 1, { seconds: 0.02 }),
      equal('c', next, 1),
    );
    expect(score).toBe(1);
    expect(tried).toBe(false);
    expect(report()).toContain('not finished after 0.02 seconds');
    expect(report()).toContain('It was not tried, because "b" was not finished.');
  });

  it('writes nothing to stderr, also where the console is broken', async () => {
    const stderr = vi.spyOn(process.stderr, 'write');
    vi.spyOn(console, 'log').mockImplementation(() => {
      throw new Error('broken console');
    });
    expect(await check(1, equal('a', 1, 2))).toBe(0);
    expect(stderr).not.toHaveBeenCalled();
  });

  it('tells its author what is wrong with the call', async () => {
    await expect(check(0, equal('a', 1, 1))).rejects.toThrow(/points first, a number above 0, and 0 came/);
    await expect(check(Number.NaN, equal('a', 1, 1))).rejects.toThrow(/NaN came/);
    await expect(check(1)).rejects.toThrow(/none came/);
    await expect(check(1, true as never)).rejects.toThrow(/takes expectations/);
    expect(() => cases('none', () => Math.abs, [])).toThrow(/no cases/);
    expect(() => equal('', 1, 1)).toThrow(/title/);
    expect(() => equal('a', 1, 1, { weight: -1 })).toThrow(/weight/);
  });
});

describe('cases', () => {
  const square = (x: number) => x * x;

  it('awaits asynchronous functions and tells the call that is wrong', async () => {
    expect(
      await check(
        1,
        cases('square', () => async (x: number) => square(x), [[[3], 9]]),
      ),
    ).toBe(1);
    const almost = (x: number) => (x === 3 ? 10 : square(x));
    await check(
      1,
      cases('square', () => almost, [
        [[2], 4],
        [[3], 9],
      ]),
    );
    expect(report()).toContain('almost(3): 10 came, and 9 was due (1 of 2 cases are right)');
  });

  it('gives all or nothing, or the part that is right where asked', async () => {
    const list = [
      [[2], 4],
      [[3], 9],
    ] as const;
    const constant = () => 4;
    expect(
      await check(
        2,
        cases('square', () => constant, list),
      ),
    ).toBe(0);
    expect(
      await check(
        2,
        cases('square', () => constant, list, { partial: true }),
      ),
    ).toBe(1);
  });

  it('gives every call its own copy of the arguments', async () => {
    const sortInPlace = (a: number[]) => a.sort((x, y) => x - y)[0];
    const data = [3, 1, 2];
    const first = (a: number[]) => a[0];
    expect(
      await check(
        1,
        cases('min', () => sortInPlace, [[[data], 1]]),
        cases('first', () => first, [[[data], 3]]),
      ),
    ).toBe(1);
  });

  it('says nothing of what was due in a hidden test', async () => {
    const secret = { secret: true };
    await check(
      1,
      cases('square', () => () => 7, [[[123], 15129]], secret),
      equal('a', 7, 15129, secret),
      equal('b', [7, 7], [7, 15129], secret),
      equal('c', 'x', 'SESAME', secret),
      within('d', 7, [15129, 15130], secret),
    );
    expect(report()).not.toMatch(/15129|123|SESAME/);
    expect(report()).toContain('7 came, which is too small');
  });

  it('explains what is no function', async () => {
    await check(
      1,
      cases('square', () => 42, [[[2], 4]]),
    );
    expect(report()).toContain('42 came, and a function was due');
  });
});

describe('other expectations', () => {
  it('holds takes true alone', async () => {
    expect(
      await check(
        1,
        holds('t', () => true),
      ),
    ).toBe(1);
    for (const came of [false, 1, 'because', undefined, {}])
      expect(
        await check(
          1,
          holds('t', () => came),
        ),
      ).toBe(0);
    expect(report()).toContain('Because.');
  });

  it('within takes its ends and nothing outside, NaN neither', async () => {
    const run = (came: unknown) =>
      check(
        1,
        within('accuracy', () => came, [0.9, 1]),
      );
    expect([
      await run(0.9),
      await run(1),
      await run(0.899),
      await run(Number.NaN),
      await run('0.95'),
    ]).toEqual([1, 1, 0, 0, 0]);
  });

  it('throws wants an Error with a fitting message', async () => {
    const run = (act: () => unknown) => check(1, throws('refused', act, /does not fit/));
    const fail = (error: unknown) => () => {
      throw error;
    };
    expect(await run(fail(new Error('3 does not fit 7')))).toBe(1);
    expect(await run(() => Promise.reject(new Error('does not fit')))).toBe(1);
    expect(await run(fail(new Error('oops')))).toBe(0);
    expect(await run(fail('does not fit'))).toBe(0);
    expect(await run(fail(new ReferenceError('does not fit')))).toBe(0);
    expect(await run(() => 3)).toBe(0);
  });

  it('leavesNoTensors counts what stays, returned tensors aside', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    expect(
      await check(
        1,
        leavesNoTensors('clean', () => tf.tidy(() => tf.scalar(1).add(1))),
      ),
    ).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
    const leaked: tf.Tensor[] = [];
    const leaky = () => {
      leaked.push(tf.scalar(1), tf.scalar(2));
      return 3;
    };
    expect(await check(1, leavesNoTensors('leaky', leaky))).toBe(0);
    expect(report()).toContain('2 tensors stayed in memory');
    tf.dispose(leaked);
  });
});
