import { describe, expect, it } from 'vitest';
import { compareText, differ, parseNumbers } from '../../guard/compare/numbers.ts';
import { finder } from '../../guard/finding.ts';

const equal = (a: string, b: string, allowance = {}) =>
  compareText(a, b, allowance, finder('x')).length === 0;

describe('numbers in text', () => {
  it('are found with their sign, exponent and thousands, and not inside names', () => {
    const values = (text: string) => parseNumbers(text).numbers.map(({ value }) => value);
    expect(values('loss -0.5, 1.2e-3 and 60,965,224 parameters')).toEqual([-0.5, 1.2e-3, 60965224]);
    expect(values('conv2d_1 has 3x3 filters in v1.2.3')).toEqual([]);
    expect(values('[28, 28, 1]')).toEqual([28, 28, 1]);
    expect(values('NaN and Infinity')).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    expect(values('99.15 % (10000)')).toEqual([99.15, 10000]);
  });

  it('carry the words in front of them', () => {
    expect(parseNumbers('Right: 99 %. Loss = 0.02').numbers.map(({ label }) => label)).toEqual([
      'Right',
      '%. Loss',
    ]);
  });

  it('compare by the default, exactly where they are whole', () => {
    expect(equal('a 1.00001', 'a 1.00002')).toBe(true);
    expect(equal('a 1.0001', 'a 1.0003')).toBe(false);
    expect(equal('a 100000', 'a 100001')).toBe(false);
    expect(equal('a 1', 'a 1.0')).toBe(true);
    expect(equal('conv1 is', 'conv2 is')).toBe(false);
    expect(equal('a 1 2', 'a 1')).toBe(false);
  });

  it('differ is strict at the edge of every allowance', () => {
    expect(differ(10, 10.5, { absolute: 0.5 })).toBeUndefined();
    expect(differ(10, 10.6, { absolute: 0.5 })).toBe('within absolute 0.5');
    expect(differ(10, 10.9, { relative: 0.1 })).toBeUndefined();
    expect(differ(10, 11.1, { relative: 0.1 })).toBe('within relative 0.1');
    expect(differ(0.1, 0.9, { range: [0.9, 1] })).toBeUndefined();
    expect(differ(0.95, 0.89, { range: [0.9, 1] })).toBe('from 0.9 to 1');
    expect(differ(0.95, Number.NaN, { range: [0.9, 1] })).toBe('not NaN');
    expect(differ(1, Number.POSITIVE_INFINITY, { relative: 1 })).toBeDefined();
    expect(differ(Number.POSITIVE_INFINITY, 1, { relative: 1 })).toBeDefined();
  });

  it('a range holds also where the committed number itself is outside', () => {
    expect(equal('a 0.5', 'a 0.5', { range: [0.9, 1] })).toBe(false);
  });
});
