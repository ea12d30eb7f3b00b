import { describe, expect, it } from 'vitest';
import { differenceText, regraded } from '../../../guard/grading/regrade.ts';
import { rowOf, withTotal } from '../../../guard/grading/table.ts';

const grades = (a: number, b: number) => ({
  cells: [
    { id: 'test-a', score: a, points: 2, said: '' },
    { id: 'test-b', score: b, points: 2, said: '' },
  ],
  seconds: 1,
});
const before = withTotal({ ...rowOf('ada', grades(0, 1)), adjust: 0.5 });
before.cells['words'] = 3;

describe('a regrade', () => {
  it('takes over new points and keeps what a person entered', () => {
    const { row, difference } = regraded(withTotal(before), grades(2, 1));
    expect(row).toMatchObject({ total: 6.5, cells: { 'test-a': 2, 'test-b': 1, words: 3 }, adjust: 0.5 });
    expect(differenceText(difference)).toBe('ada: 4.5 -> 6.5  (test-a 0 -> 2)');
  });

  it('takes over the chosen cells alone', () => {
    const { row, difference } = regraded(withTotal(before), grades(2, 2), ['test-b']);
    expect(row.cells).toEqual({ 'test-a': 0, 'test-b': 2, words: 3 });
    expect(difference.cells).toEqual([{ id: 'test-b', before: 1, after: 2 }]);
  });
});
