import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EqualOptions, equal } from '../../../lib/exercises/index.ts';

const said = async (came: unknown, due: unknown, options: EqualOptions = {}) =>
  (await equal('it', () => came, typeof due === 'function' ? due : () => due, options).judge())?.said;

describe('equal', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('takes floats within the default tolerance and whole numbers exactly', async () => {
    expect(await said(0.1 + 0.2, 0.3)).toBeUndefined();
    expect(await said(100.001, 100.005)).toBeUndefined();
    expect(await said(61705, 61706)).toBe('61705 came, and 61706 was due');
    expect(await said(1.5, 1.51)).toBe('1.5 came, and 1.51 was due');
  });

  it('keeps to the tolerance that is given, both sides of its edge', async () => {
    expect(await said(1.0999, 1, { absolute: 0.1 })).toBeUndefined();
    expect(await said(1.1001, 1, { absolute: 0.1 })).toBeDefined();
    expect(await said(102, 100, { relative: 0.02 })).toBeUndefined();
    expect(await said(102.1, 100, { relative: 0.02 })).toBeDefined();
    expect(await said(1 + 1e-9, 1, { absolute: 0 })).toBe('1.000000001 came, and 1 was due');
  });

  it('rejects NaN everywhere, even where NaN was due, and keeps infinities apart', async () => {
    expect(await said(Number.NaN, 1)).toMatch(/^NaN \("not a number".*and 1 was due/);
    expect(await said(Number.NaN, Number.NaN)).toBeDefined();
    expect(await said([1, Number.NaN], [1, 2])).toMatch(/^at \[1\], NaN/);
    expect(await said(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeUndefined();
    expect(await said(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toBeDefined();
    expect(await said(Number.POSITIVE_INFINITY, 1, { relative: 1e9 })).toBeDefined();
  });

  it('does not take one type for another', async () => {
    expect(await said('5', 5)).toBe('"5" came, and the number 5 was due');
    expect(await said(undefined, 5)).toMatch(/^undefined \(is a return missing\?\) came/);
    expect(await said(null, undefined)).toBeDefined();
    expect(await said(1, true)).toBe('1 came, and true was due');
    expect(await said(5n, 5)).toBeDefined();
    expect(await said([5], 5)).toBe('[5] came, and the number 5 was due');
  });

  it('awaits promises, alone and inside arrays and objects', async () => {
    expect(await said(Promise.resolve(5), 5)).toBeUndefined();
    expect(await said([Promise.resolve(1), 2], [1, 2])).toBeUndefined();
    expect(await said({ a: Promise.resolve([1]) }, { a: [1] })).toBeUndefined();
  });

  it('compares arrays and typed arrays by length and value', async () => {
    expect(await said(new Float32Array([0.1, 0.2]), [0.1, 0.2])).toBeUndefined();
    expect(await said([1, 2], [1, 2, 3])).toBe('2 values came, and 3 were due');
    expect(await said([1, 2, 4], [1, 2, 3])).toBe('at [2], 4 came, and 3 was due (1 of 3 values are wrong)');
    expect(await said([[1], [3]], [[1], [2]])).toMatch(/^at \[1\]\[0\], 3 came/);
    expect(await said([], [1])).toBeDefined();
    expect(await said([], [])).toBeUndefined();
    expect(await said(new Array(2), [1, 2])).toBeDefined();
  });

  it('compares tensors by shape, type and value', async () => {
    expect(await said(tf.tensor([1, 2]), tf.tensor([1, 2]))).toBeUndefined();
    expect(await said(tf.zeros([2, 3]), tf.zeros([3, 2]))).toBe(
      'a tensor of shape [2, 3] came, and [3, 2] was due',
    );
    expect(await said(tf.zeros([2], 'int32'), tf.zeros([2]))).toBe(
      'a tensor of type int32 came, and float32 was due',
    );
    expect(
      await said(
        tf.tensor2d([
          [1, 2],
          [3, 5],
        ]),
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toMatch(/^at \[1, 1\], 5 came, and 4 was due/);
    expect(await said([1, 2], tf.tensor([1, 2]))).toMatch(/make a tensor with tf.tensor/);
    expect(await said(tf.tensor([1, 2]), [1, 2])).toMatch(/read a tensor with await t.array/);
    expect(await said(tf.scalar(5), 5)).toMatch(/\(await t.data\(\)\)\[0\]/);
    const freed = tf.scalar(1);
    freed.dispose();
    expect(await said(freed, tf.scalar(1))).toMatch(/memory was already freed/);
  });

  it('compares objects, maps and sets by their content', async () => {
    expect(await said({ a: 1, b: [2] }, { b: [2], a: 1 })).toBeUndefined();
    expect(await said({ a: 1 }, { a: 1, b: 2 })).toMatch(/the key "b" is missing/);
    expect(await said({ a: 1, c: 1 }, { a: 1 })).toMatch(/a key "c" that nobody asked for/);
    expect(await said({ a: { b: 1 } }, { a: { b: 2 } })).toBe('at a.b, 1 came, and 2 was due');
    expect(await said(new Map([['a', 1]]), new Map([['a', 1]]))).toBeUndefined();
    expect(await said(new Set(['a']), new Set(['b']))).toBeDefined();
  });

  it('ends on values that contain themselves, and on huge ones', async () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(await said(circle, [1])).toBeDefined();
    expect((await said('x'.repeat(1e6), 'y'))!.length).toBeLessThan(300);
    expect((await said(new Array(1e5).fill('z'), 'y'))!.length).toBeLessThan(300);
  });
});
