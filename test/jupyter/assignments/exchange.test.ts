import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook, writeNotebook } from '../../../guard/notebook.ts';
import { assignmentOf, solutionCell, testCell } from '../../guard/made-assignment.ts';
import { cellOf } from './bank/index.ts';
import { Course, nbgrader } from './course.ts';

// The whole way of an assignment through nbgrader's exchange: every command of docs/GRADING.md but the two that want a browser or an
// archive. The assignment is small and needs no TensorFlow; the real ones are in the tests beside this one.

const source = assignmentOf([
  solutionCell(
    'square',
    'function square(x: number): number {\n  // BEGIN SOLUTION\n  return x * x;\n  // END SOLUTION\n}',
  ),
  testCell(
    'test-square',
    "import { cases, check } from 'convbook/exercises';\nawait check(4,\n  cases('2', () => square, [[[2], 4]]),\n// BEGIN HIDDEN TESTS\n  cases('3', () => square, [[[3], 9]]),\n// END HIDDEN TESTS\n);",
    4,
  ),
]);

let course: Course;
let exchange: string;
let student: string;
let work: string;

beforeAll(async () => {
  course = await Course.make();
  exchange = await mkdtemp(join(tmpdir(), 'convbook-exchange-'));
  student = await mkdtemp(join(tmpdir(), 'convbook-student-'));
  await chmod(exchange, 0o777); // as nbgrader wants it
  work = join(student, 'ps1/ps1.ipynb');
  await mkdir(join(course.folder, 'source/ps1'), { recursive: true });
  await writeNotebook(join(course.folder, 'source/ps1/ps1.ipynb'), source);
});
afterAll(async () => {
  await course.remove();
  for (const folder of [exchange, student]) await rm(folder, { recursive: true, force: true });
});

const teacher = (...args: string[]) => course.nbgrader(...args, `--Exchange.root=${exchange}`);
/** In a folder of the student's own, without the course's configuration. */
const learner = (...args: string[]) =>
  nbgrader(
    [
      ...args,
      '--CourseDirectory.course_id=convbook',
      `--Exchange.root=${exchange}`,
      `--CourseDirectory.root=${student}`,
    ],
    student,
  );

describe("nbgrader's exchange with a TypeScript assignment", () => {
  it('releases it, and a student fetches it', async () => {
    await teacher('generate_assignment', 'ps1');
    await teacher('release_assignment', 'ps1');
    expect(await learner('list')).toContain('convbook ps1');
    await learner('fetch_assignment', 'ps1');
    expect(await readFile(work, 'utf8')).not.toMatch(/BEGIN|\[3\], 9/);
  });

  it('validates: the untouched release fails, what meets the visible checks passes', async () => {
    expect(await learner('validate', 'ps1/ps1.ipynb')).toMatch(/VALIDATION FAILED ON 1 CELL/);
    const notebook = await readNotebook(work);
    cellOf(notebook, 'square').source = 'function square(x: number): number {\n  return 2 * x;\n}';
    await writeNotebook(work, notebook);
    expect(await learner('validate', 'ps1/ps1.ipynb')).toMatch(/passes all the tests/);
  });

  it('takes in, collects, grades, exports, and gives the feedback back', async () => {
    await learner('submit', 'ps1');
    expect(await teacher('collect', 'ps1')).toContain('Collecting submission');
    await teacher('autograde', 'ps1');
    const table = join(course.folder, 'grades.csv');
    await teacher('export', `--to=${table}`);
    const [header, line] = (await readFile(table, 'utf8')).trim().split(/\r?\n/);
    const at = (name: string) => line!.split(',')[header!.split(',').indexOf(name)];
    expect([at('assignment'), Number(at('score')), Number(at('max_score'))]).toEqual(['ps1', 2, 4]);
    await teacher('generate_feedback', 'ps1');
    await teacher('release_feedback', 'ps1');
    await learner('fetch_feedback', 'ps1');
    const [time] = await readdir(join(student, 'ps1/feedback'));
    const page = await readFile(join(student, 'ps1/feedback', time!, 'ps1.html'), 'utf8');
    expect(page).toContain('1 of 2 expectations met: 2 of 4 points');
  });
});
