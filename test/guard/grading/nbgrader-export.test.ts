import { describe, expect, it } from 'vitest';
import { fromNbgraderExport, isNbgraderExport } from '../../../guard/grading/nbgrader-export.ts';

// As nbgrader's CsvExportPlugin writes it.
const text = `assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score
A1,,2026-03-01 23:12:01.123456,ada,Lovelace,Ada,,28.333333,5.0,23.333333,31.0
A1,,,zoe,,,,0.0,0.0,0.0,31.0
A2,,2026-04-01 10:00:00,ada,Lovelace,Ada,,30.0,0.0,30.0,38.0
`;

describe("nbgrader's export", () => {
  it('is told from a table of grades', () => {
    expect(isNbgraderExport(text)).toBe(true);
    expect(isNbgraderExport('student,total,test-a\nada,1,1\n')).toBe(false);
    expect(isNbgraderExport('')).toBe(false);
  });

  it('gives the rows of one assignment, times in UTC, with or without the penalty of nbgrader', () => {
    const brief = (penalised: boolean) =>
      fromNbgraderExport(text, 'A1', penalised).map(({ student, total, submitted }) => [
        student,
        total,
        submitted,
      ]);
    expect(brief(true)).toEqual([
      ['ada', 23.33, '2026-03-01T23:12:01.123Z'],
      ['zoe', 0, ''],
    ]);
    expect(brief(false)[0]![1]).toBe(28.33);
    expect(fromNbgraderExport(text, 'A2', true)).toMatchObject([{ submitted: '2026-04-01T10:00:00Z' }]);
  });

  it('is refused in a sentence', () => {
    expect(() => fromNbgraderExport(text, 'A9', true)).toThrow(/no assignment "A9"; it has A1, A2/);
    expect(() => fromNbgraderExport(text.replace('Lovelace', 'Love, lace'), 'A1', true)).toThrow(
      /12 columns of 11.*comma in a name/,
    );
    expect(() => fromNbgraderExport(text.replace('23.333333', 'none'), 'A1', true)).toThrow(
      /"none" as score of ada/,
    );
  });
});
