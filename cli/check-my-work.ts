import { dirname, resolve } from 'node:path';
import { keyOf, recordedBase } from '../guard/editions/base.ts';
import { isTest, isUnchanged, nbgraderOf } from '../guard/grading/assignment.ts';
import { type Grades, gradeNotebook } from '../guard/grading/grade.ts';
import { joined, type Notebook, readNotebook } from '../guard/notebook.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook check-my-work NOTEBOOK

Restarts, runs all cells, and shows the points that the visible checks give: what you do before handing in.`;

/** How often the time that is left is said. */
const EVERY_SECONDS = 10;

export async function main(args: string[]): Promise<number> {
  const [file, ...more] = parseArguments(args, {}, USAGE).rest;
  if (!file || more.length > 0) throw new Problem(USAGE, 2);
  const notebook = await readNotebook(file).catch(asProblem);
  const tests = notebook.cells.filter(isTest);
  if (tests.length === 0) throw new Problem(`${file} has no graded cells: is it an assignment?`, 2);
  const show = (text: string) => process.stdout.write(`${text}\n`);
  for (const line of beforeRunning(notebook)) show(line);
  show('Running all cells in a fresh kernel …');
  const started = Date.now();
  let said = started;
  const grades = await gradeNotebook(notebook, {
    cwd: dirname(resolve(file)),
    onCell: ({ cell, of }) => {
      if (Date.now() - said < EVERY_SECONDS * 1000 || cell === 0) return;
      said = Date.now();
      const left = (((said - started) / 1000) * (of - cell - 1)) / (cell + 1);
      show(`… cell ${cell + 1} of ${of}, about ${Math.max(1, Math.round(left))} s left`);
    },
  });
  report(grades, show);
  return 0;
}

/** What a student should know before anything runs. */
function beforeRunning(notebook: Notebook): string[] {
  const changed = notebook.cells
    .filter((cell) => !isUnchanged(cell) && !nbgraderOf(cell)!.solution)
    .map((cell) => `The cell ${nbgraderOf(cell)!.grade_id} was changed; it is put back before grading.`);
  const here = new Set(notebook.cells.map(keyOf));
  const missing = (recordedBase(notebook) ?? [])
    .filter(([key]) => key.startsWith('nbgrader:') && !here.has(key))
    .map(([key]) =>
      key.startsWith('nbgrader:test-')
        ? `The cell ${key.slice(9)} is missing; it comes back before grading.`
        : `The cell ${key.slice(9)} is missing.`,
    );
  const unread = notebook.cells
    .filter((cell) => cell.cell_type === 'markdown' && nbgraderOf(cell)?.grade)
    .filter((cell) => /^\s*(YOUR ANSWER HERE)?\s*$/.test(joined(cell.source)))
    .map((cell) => `The answer ${nbgraderOf(cell)!.grade_id} is not written yet; a person reads it.`);
  return [...changed, ...missing, ...unread];
}

function report({ cells, seconds, problem }: Grades, show: (text: string) => void): void {
  for (const { id, score, points, said } of cells) {
    show(`${score === points ? '✓' : '✗'} ${id.padEnd(24)} ${score} of ${points}`);
    if (score < points && said.trim() !== '') show(said.trim().replace(/^/gm, '    '));
  }
  const total = Math.round(cells.reduce((sum, { score }) => sum + score, 0) * 100) / 100;
  if (problem) show(problem);
  show(
    `\n${total} of ${cells.reduce((sum, { points }) => sum + points, 0)} points by the checks that you can see, in ${Math.round(seconds)} s.`,
  );
  show('Hidden checks and answers that a person reads come on top.');
}
