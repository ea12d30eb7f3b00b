import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/gradebook.ts';
import { parseCsv } from '../../../guard/grading/csv.ts';
import { forCanvas, forMoodle } from '../../../guard/grading/gradebooks.ts';

// The form of Canvas' gradebook export and of Moodle's grading worksheet.
const canvas = `Student,ID,SIS User ID,SIS Login ID,Section,A1 (4711),A2 (4712),Final Score
    Points Possible,,,,,31,38,(read only)
"Lovelace, Ada",101,u1,ada,CNN 01,,3,50
"Noether, Emmy",102,u2,emmy,CNN 01,5,,60
"Student, Test",103,,abc,CNN 01,,,
`;
const moodle = `Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 7","Ada Lovelace",ada@school.example,Submitted,-,31.00,Yes,-,
"Participant 8","Emmy Noether",emmy@school.example,Submitted,-,31.00,Yes,-,
`;
const finals = [
  { student: 'ada', score: 28.5, note: '1 day late' },
  { student: 'Emmy', score: 30 },
  { student: 'zoe', score: 1 },
];

describe('a gradebook for Canvas', () => {
  it('has the identity columns and the one assignment, with the points possible', () => {
    const { csv, unknown, missing } = forCanvas(parseCsv(canvas), finals, { column: 'A1' });
    expect(parseCsv(csv)).toEqual([
      ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'A1 (4711)'],
      ['    Points Possible', '', '', '', '', '31'],
      ['Lovelace, Ada', '101', 'u1', 'ada', 'CNN 01', '28.5'],
      ['Noether, Emmy', '102', 'u2', 'emmy', 'CNN 01', '30'],
      ['Student, Test', '103', '', 'abc', 'CNN 01', ''],
    ]);
    expect(unknown).toEqual(['zoe']);
    expect(missing).toEqual(['abc']);
  });

  it('is refused where the roster does not fit', () => {
    expect(() => forCanvas(parseCsv(moodle), finals, {})).toThrow(/no export of Canvas/);
    expect(() => forCanvas(parseCsv(canvas), finals, {})).toThrow(/Name the column/);
    expect(() => forCanvas(parseCsv(canvas), finals, { column: 'A9' })).toThrow(/no column "A9"/);
    expect(() => forCanvas(parseCsv(canvas), [{ student: 'nobody', score: 1 }], { column: 'A1' })).toThrow(
      /holds the names of the submissions, such as "nobody"/,
    );
  });
});

describe('a gradebook for Moodle', () => {
  it('is the worksheet with grades and feedback, students known by what stands before the @', () => {
    const { csv, unknown } = forMoodle(parseCsv(moodle), finals);
    const rows = parseCsv(csv);
    expect(rows[1]).toEqual([
      ...['Participant 7', 'Ada Lovelace', 'ada@school.example', 'Submitted', '28.5'],
      ...['31.00', 'Yes', '-', '1 day late'],
    ]);
    expect(rows[2]![4]).toBe('30');
    expect(unknown).toEqual(['zoe']);
  });

  it('leaves every other text of the platform as it is, also one that a spreadsheet takes for a formula', () => {
    const roster = parseCsv(`Email address,Grade,Group\nada@x,-,+1\nzeno@x,-,=A1\n`);
    expect(forMoodle(roster, finals).csv).toBe('Email address,Grade,Group\nada@x,28.5,+1\nzeno@x,-,=A1\n');
  });
});

describe('npx convbook gradebook', () => {
  it('applies late days and writes what the platform imports', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'convbook-gradebook-'));
    const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const path = (name: string) => join(folder, name);
      await writeFile(
        path('grades.csv'),
        'student,total,test-a,words,adjust,submitted,seconds,problem\nada,0,18,2,0,2026-03-03T00:00:00Z,3,\nemmy,0,20,,0,2026-03-01T00:00:00Z,3,\n',
      );
      await writeFile(path('roster.csv'), canvas);
      await writeFile(path('late.json'), '{"due":"2026-03-01T23:00:00Z","percentPerDay":10}');
      const args = [
        path('grades.csv'),
        '--format',
        'canvas',
        '--roster',
        path('roster.csv'),
        '--column',
        'A1',
      ];
      expect(await main([...args, '--late', path('late.json'), '--out', path('out.csv')])).toBe(0);
      const scores = parseCsv(await readFile(path('out.csv'), 'utf8')).map((row) => row.at(-1));
      expect(scores).toEqual(['A1 (4711)', '31', '16', '20', '']);
      expect(spy.mock.calls.join('')).toContain('words: no points yet for emmy; they count as 0.');
      expect(spy.mock.calls.join('')).toContain('ada: 2 days late, 20 % off: 20 became 16.');
      await writeFile(
        path('nbgrader.csv'),
        'assignment,timestamp,student_id,raw_score,score\nA1,2026-03-03 00:00:00.000001,ada,20,19\n',
      );
      const nbgrader = [
        path('nbgrader.csv'),
        '--assignment',
        'A1',
        ...args.slice(1),
        '--out',
        path('out.csv'),
      ];
      const given = async () => parseCsv(await readFile(path('out.csv'), 'utf8'))[2]!.at(-1);
      expect(await main(nbgrader)).toBe(0);
      expect(await given()).toBe('19');
      expect(await main([...nbgrader, '--late', path('late.json')])).toBe(0);
      expect(await given()).toBe('16');
      await expect(main([path('grades.csv'), '--format', 'exam', '--out', 'x'])).rejects.toThrow(/no format/);
      await expect(main([path('none.csv'), '--out', path('x.csv')])).rejects.toThrow(/can't be read/);
    } finally {
      spy.mockRestore();
      await rm(folder, { recursive: true });
    }
  });
});
