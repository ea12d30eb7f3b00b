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

async function grades(answers: readonly Answer[], name: string): Promise<Record<string, number>> {
  const path = join(folder, `${name}.ipynb`);
  await writeNotebook(path, inOneNotebook(reference, answers));
  const { notebook, failure } = await runNotebook(path, { timeoutSeconds: 600 });
  expect(failure).toBeNull();
  return Object.fromEntries(
    answers.map((answer, i) => {
      const test = notebook.cells[reference.cells.length + 3 * i + 1]!;
      return [
        answer.name,
        determineGrade(test.outputs ?? [], pointsOf(cellOf(reference, `test-${answer.exercise}`))),
      ];
    }),
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
    expect(await grades(answers, 'together')).toEqual(due(answers));
  });

  const alone = hostileAnswers.filter((answer) => answer.alone);
  it.each(alone.map((answer) => [answer.name, answer] as const))(
    'gives what it deserves to %s',
    async (name, answer) => {
      expect(await grades([answer], `alone-${alone.indexOf(answer)}`)).toEqual({ [name]: answer.points });
    },
  );
});
