import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { determineGrade } from '../../../guard/grade.ts';
import { type Notebook, readNotebook, writeNotebook } from '../../../guard/notebook.ts';
import { runNotebook } from '../../../guard/run.ts';
import {
  type Answer,
  cellOf,
  gradeId,
  hostileAnswers,
  inOneNotebook,
  pointsOf,
  submission,
  wrongAnswers,
} from './bank.ts';

// The whole bank through the real kernel, graded as nbgrader grades; nbgrader.test.ts puts a sample through nbgrader itself.

const file = fileURLToPath(
  new URL('../../../notebooks/assignments/source/A1/a1-neighbours-and-lines.ipynb', import.meta.url),
);
let folder: string;
let reference: Notebook;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convbook-bank-'));
  reference = await readNotebook(file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** WASM starts in a moment and gives the same figures; nbgrader.test.ts runs on the engine of this machine. */
async function run(notebook: Notebook, name: string): Promise<Notebook> {
  const path = join(folder, `${name}.ipynb`);
  await writeNotebook(path, notebook);
  const ran = await runNotebook(path, { timeoutSeconds: 600, env: { CONVBOOK_ENGINE: 'wasm' } });
  expect(ran.failure).toBeNull();
  return ran.notebook;
}

/** All answers one after the other in one notebook. */
async function gradesTogether(answers: readonly Answer[]): Promise<Record<string, number>> {
  const { cells } = await run(inOneNotebook(reference, answers), 'together');
  return Object.fromEntries(
    answers.map((answer, i) => {
      const test = cells[reference.cells.length + 3 * i + 1]!;
      const points = pointsOf(cellOf(reference, `test-${answer.exercise}`));
      return [answer.name, determineGrade(test.outputs ?? [], points)];
    }),
  );
}

/** A submission that is right but for one answer: the grades of its test cells. */
async function gradesOf(answer: Answer, name: string): Promise<Record<string, number>> {
  const notebook = submission(reference, [answer]);
  // Training is the one exercise that takes its time, and none of these is about it.
  notebook.cells = notebook.cells.filter((cell) => !['train', 'test-train'].includes(gradeId(cell) ?? ''));
  for (const cell of notebook.cells) cell.metadata = { ...cell.metadata, tags: ['raises-exception'] };
  const { cells } = await run(notebook, name);
  const tests = cells.filter((cell) => gradeId(cell)?.startsWith('test-'));
  return Object.fromEntries(
    tests.map((test) => [gradeId(test)!, determineGrade(test.outputs ?? [], pointsOf(test))]),
  );
}

const due = (answers: readonly Answer[]) =>
  Object.fromEntries(answers.map(({ name, points }) => [name, points]));

describe('assignment A1', () => {
  it('has at least eight graded exercises, visible and hidden tests, and one answer that a person reads', () => {
    const tests = reference.cells.filter((cell) => gradeId(cell)?.startsWith('test-'));
    expect(tests.length).toBeGreaterThanOrEqual(8);
    for (const test of tests) {
      const source = String(test.source);
      expect(source).toContain('// BEGIN HIDDEN TESTS');
      expect(source.slice(0, source.indexOf('// BEGIN'))).toMatch(/\b(cases|equal|within)\(/);
      expect(source).toContain(`await check(${pointsOf(test)},`);
    }
    expect(
      reference.cells.filter((cell) => cell.cell_type === 'markdown' && gradeId(cell) === 'words'),
    ).toHaveLength(1);
    expect(wrongAnswers.length + hostileAnswers.length).toBeGreaterThanOrEqual(40);
  });

  it('gives wrong and hostile answers what they deserve', async () => {
    const answers = [...wrongAnswers, ...hostileAnswers].filter(({ alone }) => !alone);
    expect(await gradesTogether(answers)).toEqual(due(answers));
  });

  // A fixed sample in every run, all of them in `npm run test:all`.
  const all = process.env['CONVBOOK_TEST_ALL'] === '1';
  const alone = hostileAnswers.filter((answer) => answer.alone && (all || answer.sample));
  it.each(alone.map((answer) => [answer.name, answer] as const))(
    'gives what it deserves to %s',
    async (_, answer) => {
      const grades = await gradesOf(answer, `alone-${alone.indexOf(answer)}`);
      const own = `test-${answer.exercise}`;
      expect(grades[own]).toBe(answer.points);
      // What came before it is untouched.
      const ids = reference.cells
        .map(gradeId)
        .filter((id) => id?.startsWith('test-') && id !== 'test-train') as string[];
      for (const id of ids.slice(0, ids.indexOf(own)))
        expect([id, grades[id]]).toEqual([id, pointsOf(cellOf(reference, id))]);
    },
  );
});
