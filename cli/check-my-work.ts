import { dirname, resolve } from 'node:path';
import { isTest, isUnchanged, nbgraderOf } from '../guard/grading/assignment.ts';
import { gradeNotebook } from '../guard/grading/grade.ts';
import { readNotebook } from '../guard/notebook.ts';
import { Problem } from './setup/problem.mjs';

/** Restarts, runs all, and shows the visible score: what a student does before handing in. */
export async function main(args: string[]): Promise<number> {
  const [file] = args;
  if (!file || file.startsWith('-')) throw new Problem('Usage: npx convbook check-my-work NOTEBOOK', 2);
  const notebook = await readNotebook(file).catch((error: Error) => {
    throw new Problem(error.message, 2);
  });
  const tests = notebook.cells.filter(isTest);
  if (tests.length === 0) throw new Problem(`${file} has no graded cells: is it an assignment?`, 2);
  const show = (text: string) => process.stdout.write(`${text}\n`);
  for (const cell of notebook.cells.filter((one) => !isUnchanged(one) && !nbgraderOf(one)!.solution)) {
    show(`The cell ${nbgraderOf(cell)!.grade_id} was changed; it is put back before grading.`);
  }
  show('Running all cells in a fresh kernel …');
  const { cells, seconds, problem } = await gradeNotebook(notebook, { cwd: dirname(resolve(file)) });
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
  return 0;
}
