import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joined, type Notebook, readNotebook, writeNotebook } from '../../../guard/notebook.ts';
import { python } from '../../../guard/run.ts';
import { type Answer, cellOf, gradeId, hostileAnswers, pointsOf, submission, wrongAnswers } from './bank.ts';

// A fixed sample through nbgrader itself: generate the release, hand in, autograde, read the gradebook.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const name = 'a1-neighbours-and-lines.ipynb';
let course: string;
let reference: Notebook;
let released: Notebook;
let grades: Record<string, Record<string, number | null>>;
const submissions: Record<string, Notebook> = {};

const answer = (wanted: string): Answer =>
  [...wrongAnswers, ...hostileAnswers].find((one) => one.name === wanted)!;

async function nbgrader(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    join(dirname(python()), 'nbgrader'),
    [...args, `--CourseDirectory.root=${course}`],
    {
      cwd: root,
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        JUPYTER_PREFER_ENV_PATH: '1',
        CONVBOOK_CELL_SECONDS: '45',
        CONVBOOK_ENGINE: 'wasm',
      },
    },
  );
  return stdout + stderr;
}

/** Takes the exercise that trains out of a submission, which then gets 0 for it and is graded in seconds. */
function withoutTraining(notebook: Notebook): Notebook {
  cellOf(notebook, 'train').source = '';
  return notebook;
}

beforeAll(async () => {
  course = await mkdtemp(join(tmpdir(), 'convbook-course-'));
  await cp(join(root, 'notebooks/assignments/source/A1'), join(course, 'source/A1'), { recursive: true });
  reference = await readNotebook(join(course, 'source/A1', name));
  await nbgrader('generate_assignment', 'A1');
  released = await readNotebook(join(course, 'release/A1', name));

  submissions['reference'] = structuredClone(reference);
  submissions['untouched'] = structuredClone(released);
  const half = [
    'l2 without the root',
    'a softmax that overflows',
    'a cross-entropy that overflows',
    'an angle by atan',
  ];
  submissions['half'] = withoutTraining(submission(reference, half.map(answer)));
  const broken = [
    'a vote that is rejected',
    'a right value beside a promise that fails unawaited',
    'a throw of nothing',
  ];
  submissions['broken'] = withoutTraining(submission(reference, broken.map(answer)));
  const edited = withoutTraining(
    submission(reference, ['printed scores', 'a best k that is text', 'nothing returned'].map(answer)),
  );
  cellOf(edited, 'test-hinge').source = '2';
  cellOf(edited, 'test-best-k').source = 'function check() { return 1 }\n1';
  edited.cells = edited.cells.filter((cell) => !['test-polar', 'test-folds'].includes(gradeId(cell)!));
  submissions['edited'] = edited;
  // The last exercise ends the process, after everything else was graded.
  submissions['hostile'] = withoutTraining(
    submission(reference, [
      { name: '', exercise: 'vote', points: 0, code: 'function vote() { while (true) {} }' },
      answer('process.exit inside the check'),
    ]),
  );
  for (const [student, notebook] of Object.entries(submissions)) {
    await mkdir(join(course, 'submitted', student, 'A1'), { recursive: true });
    await writeNotebook(join(course, 'submitted', student, 'A1', name), notebook);
  }
  await nbgrader('autograde', 'A1');
  const script = fileURLToPath(new URL('grades.py', import.meta.url));
  const { stdout } = await promisify(execFile)(python(), [script, join(course, 'gradebook.db'), 'A1'], {
    env: { ...process.env, PATH: `${dirname(python())}:${process.env['PATH']}` },
  });
  grades = JSON.parse(stdout);
}, 900_000);
afterAll(() => rm(course, { recursive: true, force: true }));

/** Full points for every test cell, but for these. */
function full(but: Record<string, number> = {}): Record<string, number | null> {
  const tests = reference.cells.filter((cell) => gradeId(cell)?.startsWith('test-'));
  return {
    ...Object.fromEntries(tests.map((cell) => [gradeId(cell)!, pointsOf(cell)])),
    words: null,
    ...but,
  };
}

describe('the release of assignment A1', () => {
  it('has no solution and no hidden test in it, and stubs that throw', async () => {
    const text = await readFile(join(course, 'release/A1', name), 'utf8');
    expect(text).not.toMatch(/BEGIN SOLUTION|HIDDEN|secret: true|90210|Math\.hypot\(x, y\), Math/);
    const stubs = text.match(/YOUR CODE HERE/g)!.length;
    expect(text.match(/throw new Error\('Not written yet/g)).toHaveLength(stubs - 1); // one is in the introduction
    expect(released.cells.every((cell) => (cell.outputs ?? []).length === 0)).toBe(true);
  });
});

describe('nbgrader gives', () => {
  it('the reference solution full marks in every cell', () => {
    expect(grades['reference']).toEqual(full());
  });

  it('the untouched release 0 in every cell', () => {
    const zero = Object.fromEntries(Object.keys(full()).map((id) => [id, 0]));
    expect(grades['untouched']).toEqual(zero);
  });

  it('half right answers the part that is right', () => {
    const part = {
      'test-distances': 1.2,
      'test-softmax': 1,
      'test-cross-entropy': 1,
      'test-polar': 1,
      'test-train': 0,
    };
    // The gradient calls their softmax, with scores that it can take.
    expect(grades['half']).toEqual(full(part));
  });

  it('thrown, rejected and unawaited failures 0', () => {
    expect(grades['broken']).toEqual(
      full({ 'test-vote': 0, 'test-hinge': 0, 'test-polar': 0, 'test-train': 0 }),
    );
  });

  it('wrong answers 0 whatever was done to the test cells, and right ones their marks', () => {
    expect(grades['edited']).toEqual(
      full({ 'test-hinge': 0, 'test-best-k': 0, 'test-polar': 0, 'test-train': 0 }),
    );
  });

  it('an endless loop and process.exit 0, and what stands beside them its marks', () => {
    expect(grades['hostile']).toEqual(full({ 'test-vote': 0, 'test-polar': 0, 'test-train': 0 }));
  });

  it('feedback that explains, and keeps what hidden tests expect', async () => {
    const graded = await readNotebook(join(course, 'autograded/half/A1', name));
    const said = joined(cellOf(graded, 'test-distances').outputs![0]!.text);
    expect(said).toContain('25 came, and 5 was due');
    expect(said).toMatch(/✗ l2 of other lists\n {4}For one input: .* came, which is/);
  });
});
