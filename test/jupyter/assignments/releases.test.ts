import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editionsOf } from '../../../guard/editions/edition.ts';
import { linesOf } from '../../../guard/editions/regions.ts';
import { nbgraderOf } from '../../../guard/grading/assignment.ts';
import { joined, type Notebook } from '../../../guard/notebook.ts';
import { type Answer, assignments, cellOf, gradeId, pointsOf, submission } from './bank/index.ts';
import { Course, type Gradebook } from './course.ts';

// Each later assignment through nbgrader itself, with one submission that holds several wrong answers; A1 is tried at length in
// nbgrader.test.ts.

let course: Course;
beforeAll(async () => {
  course = await Course.make();
});
afterAll(() => course.remove());

/** The first answer of each exercise that has one, with which the exercises behind it still work. */
const MIXED: Record<string, string[]> = {
  A2: [
    'gradients that replace each other',
    'a memory that all optimisers share',
    'no epsilon',
    'dropout in inference, too',
    'a right value beside a promise that fails unawaited',
    'a ReLU that is open on the way back',
    'a network that throws',
  ],
  A3: [
    'a size that is rounded',
    'a step to the right',
    'a field that begins at zero',
    'places without a stride',
    'a weight that is used once',
    'square images only',
    'a training that throws',
    'scores that are not awaited',
  ],
  A4: [
    'filters for one channel',
    'groups that leak tensors',
    'reductions that cost nothing',
    'the share of right answers',
    'a promise that is rejected',
    'a head of NaN',
    'a transfer that throws',
  ],
};

describe.each(assignments.filter(({ id }) => id !== 'A1'))('assignment $id through nbgrader', (tested) => {
  const { id, file, answers } = tested;
  let reference: Notebook;
  let released: Notebook;
  let grades: Gradebook;
  const mixed: Answer[] = MIXED[id]!.map((name) => answers.find((one) => one.name === name)!);
  beforeAll(async () => {
    ({ reference, released } = await course.release(id, file));
    grades = await course.grade(id, file, {
      reference: structuredClone(reference),
      untouched: structuredClone(released),
      mixed: submission(reference, mixed),
    });
  }, 600_000);

  const full = (): Record<string, number | null> => ({
    ...Object.fromEntries(
      reference.cells
        .filter((cell) => gradeId(cell)?.startsWith('test-'))
        .map((cell) => [gradeId(cell)!, pointsOf(cell)]),
    ),
    words: null,
  });

  it('is released as the student edition says, to the letter', () => {
    const { student } = editionsOf(reference);
    const text = (notebook: Notebook) =>
      notebook.cells.map((cell) => ({
        id: cell.id,
        kind: cell.cell_type,
        source: joined(cell.source),
        outputs: cell.outputs ?? [],
        nbgrader: nbgraderOf(cell),
        deletable: cell.metadata['deletable'],
        editable: cell.metadata['editable'],
      }));
    expect(text(student)).toEqual(text(released));
  });

  it('is released without a line of a solution or a hidden test', async () => {
    const text = await readFile(join(course.folder, 'release', id, basename(file)), 'utf8');
    expect(text).not.toMatch(/BEGIN SOLUTION|HIDDEN TESTS|secret: true/);
    reference.cells.forEach((cell, i) => {
      const handed = joined(released.cells[i]!.source);
      const secret = [...linesOf(cell.source, 'SOLUTION'), ...linesOf(cell.source, 'HIDDEN TESTS')];
      for (const line of secret.filter((one) => one.trim().length > 30)) expect(handed).not.toContain(line);
    });
  });

  it('gives the reference solution full marks in every cell, and the untouched release 0', () => {
    expect(grades['reference']).toEqual(full());
    expect(grades['untouched']).toEqual(Object.fromEntries(Object.keys(full()).map((cell) => [cell, 0])));
  });

  it('gives wrong answers the part that is right', () => {
    expect(mixed.every((answer) => answer !== undefined)).toBe(true);
    const part = Object.fromEntries(mixed.map(({ exercise, points }) => [`test-${exercise}`, points]));
    expect(grades['mixed']).toEqual({ ...full(), ...part });
    expect(cellOf(reference, 'words').cell_type).toBe('markdown');
  });

  it('gives feedback that can be read', async () => {
    await course.nbgrader('generate_feedback', id, '--student=mixed');
    const page = await readFile(
      join(course.folder, 'feedback/mixed', id, basename(file).replace('.ipynb', '.html')),
      'utf8',
    );
    expect(page).toMatch(/expectations met: .* of .* points/);
  });
});
