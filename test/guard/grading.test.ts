import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTest, isUnchanged, nbgraderOf, readyForGrading } from '../../guard/grading/assignment.ts';
import { submissionsIn } from '../../guard/grading/submissions.ts';
import {
  byCell,
  fromCsv,
  gradescope,
  oddPoints,
  type Row,
  rowOf,
  summary,
  tableOf,
  toCsv,
} from '../../guard/grading/table.ts';
import { type Cell, joined, type Notebook } from '../../guard/notebook.ts';
import { assignmentOf, nbgraderCell, solutionCell, testCell } from './made-assignment.ts';

const own = (source: string): Cell => ({
  cell_type: 'code',
  source,
  metadata: {},
  execution_count: null,
  outputs: [],
});
const sources = ({ cells }: Notebook) => cells.map((one) => joined(one.source));

const source = {
  ...assignmentOf([
    nbgraderCell('setup', 'setup', { locked: true }),
    solutionCell('a', 'right a'),
    testCell('test-a', 'check a'),
    solutionCell('b', 'right b'),
    testCell('test-b', 'check b'),
  ]),
  metadata: {},
};

describe('readyForGrading', () => {
  it('keeps answers and extra cells, and undoes changes to tests and locked cells', () => {
    const submitted = structuredClone(source);
    submitted.cells[0]!.source = 'my set-up';
    submitted.cells[1]!.source = 'my a';
    submitted.cells[2]!.source = '2';
    submitted.cells.splice(3, 0, own('my helper'));
    expect(sources(readyForGrading(source, submitted))).toEqual([
      'setup',
      'my a',
      'check a',
      'my helper',
      'right b',
      'check b',
    ]);
  });

  it('puts deleted tests back in their places, and makes up no answer', () => {
    const submitted = structuredClone(source);
    submitted.cells = [own('first'), submitted.cells[1]!, own('more')];
    expect(sources(readyForGrading(source, submitted))).toEqual([
      'setup',
      'first',
      'right a',
      'check a',
      'check b',
      'more',
    ]);
  });

  it('takes the points and the kernel from the source, and no outputs from the student', () => {
    const submitted = structuredClone(source);
    (nbgraderOf(submitted.cells[2]!) as { points: number }).points = 100;
    submitted.cells[2]!.outputs = [{ output_type: 'stream', name: 'stdout', text: 'full marks' }];
    submitted.metadata = { kernelspec: { name: 'evil' } };
    const ready = readyForGrading(source, submitted);
    expect(nbgraderOf(ready.cells[2]!)!.points).toBe(2);
    expect(ready.cells.flatMap((one) => one.outputs ?? [])).toEqual([]);
    expect(ready.metadata).toEqual({});
  });

  it('does not let a student turn a test cell into an answer', () => {
    const submitted = structuredClone(source);
    submitted.cells[2] = nbgraderCell('test-a', 'mine', { solution: true, grade: true, points: 2 });
    expect(sources(readyForGrading(source, submitted))[2]).toBe('check a');
  });
});

describe('isUnchanged', () => {
  it('agrees with nbgrader, whose checksum this is', () => {
    const released = testCell('test-square', 'await check(1)', 1);
    // hashlib.md5(b"await check(1)" b"code" b"True" b"False" b"True" b"test-square" b"1.0")
    const checksum = '72bab8fd641b732e4a0a61b8e55556e2';
    (nbgraderOf(released) as { checksum?: string }).checksum = checksum;
    expect(isUnchanged(released)).toBe(true);
    released.source = '1';
    expect(isUnchanged(released)).toBe(false);
    expect(isUnchanged(own('1'))).toBe(true);
  });

  it('knows test cells from answers', () => {
    expect(source.cells.map(isTest)).toEqual([false, false, true, false, true]);
  });
});

describe('the table of grades', () => {
  const grades = (a: number, b: number, problem?: string) => ({
    cells: [
      { id: 'test-a', score: a, points: 2, said: 'well, "half"' },
      { id: 'test-b', score: b, points: 2, said: '' },
    ],
    seconds: 3.456,
    ...(problem ? { problem } : {}),
  });

  it('reads back what it wrote, whatever the names', () => {
    const names = ['ada', 'O"Neil, Zoe', '=HYPERLINK("x")', 'line\nbreak', ''];
    const rows = names.map((name) => rowOf(name, grades(1.5, 2, 'stopped, "early"')));
    const csv = toCsv(rows, ['test-a', 'test-b']);
    expect(csv.split('\n')[0]).toBe('student,total,test-a,test-b,adjust,submitted,seconds,problem');
    expect(csv).not.toMatch(/^=/m);
    expect(fromCsv(csv)).toEqual(rows);
  });

  it('takes over what a person entered: points of an answer, and an adjustment', () => {
    const csv = toCsv([rowOf('ada', grades(1, 2))], ['test-a', 'test-b', 'words']);
    expect(csv.split('\n')[1]).toBe('ada,3,1,2,,0,,3.46,');
    const [row] = fromCsv(csv.replace('1,2,,0,', '1,2,2.5,-1,'));
    expect(row).toMatchObject({ total: 4.5, cells: { 'test-a': 1, 'test-b': 2, words: 2.5 }, adjust: -1 });
    expect(fromCsv(toCsv([row!], ['test-a', 'test-b', 'words']))).toEqual([row]);
  });

  it('says which cell was hardest', () => {
    const rows = [rowOf('ada', grades(2, 0)), rowOf('bob', grades(1, 0.5))];
    expect(byCell(rows, { 'test-a': 2, 'test-b': 2 })).toEqual(['  13 %  test-b', '  75 %  test-a']);
  });

  it('is refused, rather than read in part, where a line was cut off or an entry is no number', () => {
    const csv = toCsv([rowOf('ada', grades(1, 1)), rowOf('zoe', grades(2, 2))], ['test-a', 'words']);
    const short = csv.split('\n').map((line) => (line.startsWith('zoe') ? line.slice(0, 7) : line));
    expect(() => fromCsv(short.join('\n'))).toThrow(/line of "zoe" ends after 3 of 8 columns/);
    expect(() => fromCsv('student,words\nada,good\n')).toThrow(
      /line of ada has "good" in the column "words"/,
    );
    expect(() => fromCsv('name,words\nada,1\n')).toThrow(/no table of grades/);
    expect(fromCsv('')).toEqual([]);
  });

  it('is read as a spreadsheet with decimal commas saves it', () => {
    const [row] = fromCsv('student;total;test-a;words;adjust\r\nada;0;1,5;2;"-0,5"\r\n');
    expect(row).toMatchObject({ student: 'ada', total: 3, cells: { 'test-a': 1.5, words: 2 }, adjust: -0.5 });
  });

  it('is not taken for the table of another assignment, and points beyond a cell are asked about', () => {
    const csv = toCsv(
      [{ ...rowOf('ada', grades(1, 1)), cells: { 'test-a': 1, words: 30 } }],
      ['test-a', 'words'],
    );
    expect(() => tableOf(csv, ['test-a'])).toThrow(
      /has a column "words", and the assignment has no such cell/,
    );
    const rows = tableOf(csv, ['test-a', 'words']);
    expect(oddPoints(rows, { 'test-a': 1, words: 3 })).toEqual(['ada has 30 of 3 points for words.']);
  });

  it('sums up with mean, median and a histogram in which everybody is', () => {
    const rows: Row[] = [0, 1, 3.5, 4].map((total, i) => ({
      student: `${i}`,
      total,
      cells: {},
      adjust: 0,
      submitted: '',
      seconds: 2,
      problem: '',
    }));
    const text = summary(rows, 4);
    expect(text).toContain('4 submissions, mean 2.13, median 2.25 of 4 points, 2.0 s each');
    const counts = [...text.matchAll(/(\d+)$/gm)].map(([, count]) => Number(count));
    expect(counts).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('gives Gradescope what it reads', () => {
    expect(gradescope(grades(1, 2))).toMatchObject({
      execution_time: 3,
      tests: [
        { name: 'test-a', score: 1, max_score: 2, output: 'well, "half"' },
        { name: 'test-b', score: 2, max_score: 2 },
      ],
    });
  });
});

describe('submissionsIn', () => {
  it('finds a file or a folder of each student', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'convbook-submissions-'));
    try {
      await writeFile(join(folder, 'ada.ipynb'), '');
      await writeFile(join(folder, 'notes.txt'), '');
      for (const name of ['bob/A1', 'cyd/A1/.ipynb_checkpoints', 'dan', 'eve'])
        await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, 'bob/A1/a1.ipynb'), '');
      await writeFile(join(folder, 'bob/A1/scratch.ipynb'), '');
      await writeFile(join(folder, 'cyd/A1/renamed.ipynb'), '');
      await writeFile(join(folder, 'cyd/A1/.ipynb_checkpoints/a1.ipynb'), '');
      await writeFile(join(folder, 'dan/one.ipynb'), '');
      await writeFile(join(folder, 'dan/two.ipynb'), '');
      const found = submissionsIn(folder, 'a1.ipynb').map(({ student, file }) => [
        student,
        file.slice(folder.length + 1),
      ]);
      expect(found).toEqual([
        ['ada', 'ada.ipynb'],
        ['bob', 'bob/A1/a1.ipynb'],
        ['cyd', 'cyd/A1/renamed.ipynb'],
      ]);
      expect(submissionsIn(join(folder, 'nowhere'), 'a1.ipynb')).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
