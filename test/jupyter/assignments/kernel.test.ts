import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradedExercisesOf } from '../../../guard/editions/assignment.ts';
import { determineGrade } from '../../../guard/grade.ts';
import { joined, type Notebook, readNotebook, writeNotebook } from '../../../guard/notebook.ts';
import { runNotebook } from '../../../guard/run.ts';
import {
  type Answer,
  assignments,
  cellOf,
  gradeId,
  inOneNotebook,
  pointsOf,
  submission,
  type Tested,
} from './bank/index.ts';

// The whole bank through the real kernel, graded as nbgrader grades; nbgrader.test.ts and releases.test.ts put a sample through
// nbgrader itself.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convbook-bank-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** WASM starts in a moment and gives the same figures; the sample for nbgrader runs on the engine of this machine. */
async function run(notebook: Notebook, name: string): Promise<Notebook> {
  const path = join(folder, `${name}.ipynb`);
  await writeNotebook(path, notebook);
  const ran = await runNotebook(path, { timeoutSeconds: 600, env: { CONVBOOK_ENGINE: 'wasm' } });
  expect(ran.failure).toBeNull();
  return ran.notebook;
}

/** All answers one after the other in one notebook, behind the reference's own cells. */
async function gradesTogether({ id, file, answers }: Tested) {
  const reference = await readNotebook(file);
  const some = answers.filter(({ alone }) => !alone);
  const { cells } = await run(inOneNotebook(reference, some), `together-${id}`);
  const grade = (at: number, exercise: string) =>
    determineGrade(cells[at]!.outputs ?? [], pointsOf(cellOf(reference, `test-${exercise}`)));
  const tests = reference.cells.flatMap((cell, i) => {
    const test = /^test-(.*)/.exec(gradeId(cell) ?? '')?.[1];
    return test === undefined ? [] : [[test, grade(i, test)] as const];
  });
  return {
    reference: Object.fromEntries(tests),
    answers: Object.fromEntries(
      some.map(({ name, exercise }, i) => [name, grade(reference.cells.length + 3 * i + 1, exercise)]),
    ),
  };
}

/** A submission that is right but for one answer: the grades of its test cells. */
async function gradesOf({ id, file, slow }: Tested, answer: Answer): Promise<Record<string, number>> {
  const notebook = submission(await readNotebook(file), [answer]);
  const left = slow.filter((exercise) => exercise !== answer.exercise).flatMap((one) => [one, `test-${one}`]);
  notebook.cells = notebook.cells.filter((cell) => !left.includes(gradeId(cell) ?? ''));
  for (const cell of notebook.cells) cell.metadata = { ...cell.metadata, tags: ['raises-exception'] };
  const { cells } = await run(notebook, `alone-${id}-${answer.name.replace(/\W/g, '-')}`);
  const tests = cells.filter((cell) => gradeId(cell)?.startsWith('test-'));
  return Object.fromEntries(
    tests.map((test) => [gradeId(test)!, determineGrade(test.outputs ?? [], pointsOf(test))]),
  );
}

const due = (answers: readonly Answer[]) =>
  Object.fromEntries(answers.filter(({ alone }) => !alone).map(({ name, points }) => [name, points]));

// A fixed sample in every run, all of them in `npm run test:all`.
const all = process.env['CONVBOOK_TEST_ALL'] === '1';

describe.each(assignments)('assignment $id', (tested) => {
  it('has at least eight graded exercises, visible and hidden tests, and one answer that a person reads', async () => {
    const reference = await readNotebook(tested.file);
    const exercises = gradedExercisesOf(reference);
    const graded = exercises.filter(({ check }) => check);
    expect(graded.length).toBeGreaterThanOrEqual(8);
    for (const { points, check } of graded) {
      const source = joined(check!.source);
      expect(source).toContain('// BEGIN HIDDEN TESTS');
      expect(source.slice(0, source.indexOf('// BEGIN'))).toMatch(/\b(cases|equal|within)\(/);
      expect(source).toContain(`await check(${points},`);
    }
    const words = exercises.filter(({ check }) => !check);
    expect(words.map(({ work }) => work.cell_type)).toEqual(['markdown']);
  });

  it('has a bank of forty wrong or hostile answers and more, each with a name of its own', () => {
    expect(tested.answers.length).toBeGreaterThanOrEqual(40);
    expect(new Set(tested.answers.map(({ name }) => name)).size).toBe(tested.answers.length);
  });

  it('gives the solution full marks, and wrong and hostile answers what they deserve', async () => {
    const reference = await readNotebook(tested.file);
    const came = await gradesTogether(tested);
    const full = gradedExercisesOf(reference).filter(({ check }) => check);
    expect(came.reference).toEqual(Object.fromEntries(full.map(({ name, points }) => [name, points])));
    expect(came.answers).toEqual(due(tested.answers));
  });

  // The same kinds of tricks meet every assignment; the quick run tries them on the first.
  const alone = tested.answers.filter(
    (answer) => answer.alone && (all || (answer.sample && tested.id === 'A1')),
  );
  it.each(alone.map((answer) => [answer.name, answer] as const))(
    'gives what it deserves to %s',
    async (_, answer) => {
      const reference = await readNotebook(tested.file);
      const grades = await gradesOf(tested, answer);
      const own = `test-${answer.exercise}`;
      expect(grades[own]).toBe(answer.points);
      // What came before it is untouched.
      const ids = Object.keys(grades);
      for (const id of ids.slice(0, ids.indexOf(own)))
        expect([id, grades[id]]).toEqual([id, pointsOf(cellOf(reference, id))]);
    },
  );
});
