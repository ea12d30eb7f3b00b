import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joined, type Notebook, readNotebook } from '../../../guard/notebook.ts';
import { hostileAnswers } from './bank/hostile.ts';
import { type Answer, assignments, cellOf, gradeId, pointsOf, submission } from './bank/index.ts';
import { Course, type Gradebook } from './course.ts';

// A fixed sample through nbgrader itself: generate the release, hand in, autograde, read the gradebook.

const { file, answers } = assignments.find(({ id }) => id === 'A1')!;
const name = basename(file);
let course: Course;
let reference: Notebook;
let released: Notebook;
let grades: Gradebook;
const submissions: Record<string, Notebook> = {};

const answer = (wanted: string): Answer => answers.find((one) => one.name === wanted)!;

/** The same tricks on another exercise. */
const onHinge = (wanted: string): Answer =>
  hostileAnswers({
    exercise: 'hinge',
    name: 'hingeLoss',
    points: 2,
    right:
      'function hingeLoss(s: number[], label: number) { return s.reduce((sum, v, j) => (j === label ? sum : sum + Math.max(0, v - s[label]! + 1)), 0); }',
  }).find((one) => one.name === wanted)!;

/** Takes the exercise that trains out of a submission, which then gets 0 for it and is graded in seconds. */
function withoutTraining(notebook: Notebook): Notebook {
  cellOf(notebook, 'train').source = '';
  return notebook;
}

beforeAll(async () => {
  course = await Course.make();
  ({ reference, released } = await course.release('A1', file));

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
    answer('a vote that is rejected'),
    onHinge('a right value beside a promise that fails unawaited'),
    answer('a throw of nothing'),
  ];
  submissions['broken'] = withoutTraining(submission(reference, broken));
  const edited = withoutTraining(
    submission(reference, [
      onHinge('printed scores'),
      answer('a best k that is text'),
      answer('nothing returned'),
    ]),
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
  grades = await course.grade('A1', file, submissions);
}, 900_000);
afterAll(() => course.remove());

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
    const text = await readFile(join(course.folder, 'release/A1', name), 'utf8');
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
    const graded = await readNotebook(join(course.folder, 'autograded/half/A1', name));
    const said = joined(cellOf(graded, 'test-distances').outputs![0]!.text);
    expect(said).toContain('25 came, and 5 was due');
    expect(said).toMatch(/✗ l2 of other lists\n {4}For one input: .* came, which is/);
  });
});
