import { describe, expect, it } from 'vitest';
import { determineGrade } from '../../guard/grade.ts';
import { result, stdout } from './made-notebook.ts';

describe('determineGrade follows nbgrader', () => {
  const error = { output_type: 'error' as const, ename: 'E', evalue: '', traceback: [] };
  const number = (text: string) => result({ 'text/plain': text });

  it('by the first output that decides', () => {
    expect(determineGrade([stdout('9\n'), number('1.5')], 3)).toBe(1.5);
    expect(determineGrade([number('1'), error], 3)).toBe(1);
    expect(determineGrade([error, number('1')], 3)).toBe(0);
    expect(determineGrade([{ ...stdout('a warning'), name: 'stderr' }, number('1')], 3)).toBe(0);
    expect(determineGrade([{ ...number('0'), output_type: 'display_data' }], 3)).toBe(3);
  });

  it('with full marks for what is no number, or below 0', () => {
    for (const text of ['false', 'NaN', "'1'", '-1', '\u001b[33m1\u001b[39m']) {
      expect(determineGrade([number(text)], 3)).toBe(3);
    }
    expect(determineGrade([], 3)).toBe(3);
  });

  it('and fails where nbgrader fails', () => {
    expect(() => determineGrade([number('4')], 3)).toThrow(/more than the 3 points/);
    expect(() => determineGrade([result({})], 3)).toThrow(/no text\/plain/);
  });
});
