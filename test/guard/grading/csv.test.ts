import { describe, expect, it } from 'vitest';
import { csvText, parseCsv } from '../../../guard/grading/csv.ts';

describe('comma-separated values', () => {
  it('read back as they were written, whatever is in them', () => {
    const rows = [
      ['a', 'b "quoted"', 'c, d'],
      ['', 'line\nbreak', 'ü'],
      ['x', '', ''],
    ];
    expect(parseCsv(csvText(rows))).toEqual(rows);
  });

  it('take other programs line ends and marks', () => {
    expect(parseCsv('\uFEFFa,b\r\n1,"2\r\n3"\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2\r\n3'],
    ]);
    expect(parseCsv('')).toEqual([]);
  });

  it('show no spreadsheet a formula', () => {
    expect(csvText([['=1+1', '@x', '-2', -2]])).toBe("'=1+1,'@x,'-2,-2\n");
  });
});
