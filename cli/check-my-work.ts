import { dirname, resolve } from 'node:path';
import { calibrate } from '../guard/calibration.ts';
import { keyOf, recordedBase } from '../guard/editions/base.ts';
import { isTest, isUnchanged, nbgraderOf } from '../guard/grading/assignment.ts';
import { type Expected, expectedTime } from '../guard/grading/expected.ts';
import { type Grades, gradeNotebook } from '../guard/grading/grade.ts';
import { joined, type Notebook, readNotebook } from '../guard/notebook.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook check-my-work NOTEBOOK

Restarts, runs all cells, and shows the points that the visible checks give: what you do before handing in. It says first how long that is
likely to take. Your file is left as it is.`;

/** How often the time that is left is said. */
const EVERY_SECONDS = 5;

export async function main(args: string[]): Promise<number> {
  const [file, ...more] = parseArguments(args, {}, USAGE).rest;
  if (!file || more.length > 0) throw new Problem(USAGE, 2);
  const notebook = await readNotebook(file).catch(asProblem);
  const tests = notebook.cells.filter(isTest);
  if (tests.length === 0) throw new Problem(`${file} has no graded cells: is it an assignment?`, 2);
  const show = (text: string) => process.stdout.write(`${text}\n`);
  for (const line of beforeRunning(notebook)) show(line);
  const expected = expectedTime(notebook, calibrate());
  show(timeText(expected));
  const progress = new Progress(expected, show);
  const grades = await gradeNotebook(notebook, {
    cwd: dirname(resolve(file)),
    onCell: ({ cell, of }) => progress.done(cell, of),
  }).finally(() => progress.end());
  report(grades, show);
  return 0;
}

function timeText(expected: Expected | undefined): string {
  const begin = 'Running all cells in a fresh kernel';
  if (!expected)
    return `${begin}. How long that takes is not known, because the notebook does not say what its solution took.`;
  const { recorded, seconds } = expected;
  return `${begin}: about ${inWords(seconds)}, as far as the solution tells (${inWords(recorded.seconds)} where it was recorded, on the engine ${recorded.engine}). Your own code may take longer, and cells that are not written yet take no time.`;
}

const inWords = (seconds: number) =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

/** Says every few seconds where the run is, also while one cell takes long. */
class Progress {
  #cell = -1;
  #of = 0;
  #at = 0;
  readonly #started = Date.now();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(expected: Expected | undefined, show: (text: string) => void) {
    this.#timer = setInterval(() => {
      const now = this.#seconds();
      const place = this.#of === 0 ? 'starting' : `${this.#cell + 1} of ${this.#of} cells done`;
      const left = expected?.left(this.#cell, this.#at, now);
      const rest =
        left === undefined ? '' : left < 1 ? ', longer than expected' : `, about ${inWords(left)} left`;
      show(`… ${inWords(now)}: ${place}${rest}`);
    }, EVERY_SECONDS * 1000);
  }

  done(cell: number, of: number): void {
    this.#cell = cell;
    this.#of = of;
    this.#at = this.#seconds();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #seconds(): number {
    return (Date.now() - this.#started) / 1000;
  }
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
