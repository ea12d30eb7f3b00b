import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { contain } from '../guard/grading/containment.ts';
import { gradeFolder, pointsIn, save } from '../guard/grading/folder.ts';
import type { Grades } from '../guard/grading/grade.ts';
import { submissionsIn } from '../guard/grading/submissions.ts';
import {
  byCell,
  gradescope,
  oddPoints,
  type Row,
  rowOf,
  summary,
  tableOf,
  toCsv,
} from '../guard/grading/table.ts';
import { readNotebook } from '../guard/notebook.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook grade SUBMISSIONS --source NOTEBOOK --out FILE.csv [OPTIONS]

Grades a folder of submissions, STUDENT.ipynb or STUDENT/…/NOTEBOOK.ipynb, against an assignment's source notebook. Those that
FILE.csv already has are not run again (npx convbook regrade does). Points for answers that a person reads are entered in FILE.csv.
  --jobs N             submissions at once (default: what cores and memory allow)
  --cell-seconds N     limit of a cell (default 120)
  --gradescope FOLDER  also write STUDENT/results.json for Gradescope
  --no-network-limit   run submissions that may use the network, without namespaces`;

const OPTIONS = {
  source: 'text',
  out: 'text',
  jobs: 'count',
  'cell-seconds': 'number',
  gradescope: 'text',
  'no-network-limit': 'flag',
} as const;

export async function main(args: string[]): Promise<number> {
  const options = parseArguments(args, OPTIONS, USAGE);
  const [folder] = options.rest;
  const out = options.out!;
  if (!folder || !options.source || !options.out) throw new Problem(USAGE, 2);
  const source = await readNotebook(options.source).catch(asProblem);
  const points = pointsIn(source);
  if (Object.keys(points.tests).length === 0) throw new Problem(`${options.source} has no graded cells.`, 2);
  const ids = [...Object.keys(points.tests), ...Object.keys(points.byPerson)];
  const rows = gradedBefore(out, ids);
  const done = new Set(rows.map(({ student }) => student));
  const found = submissionsIn(folder, basename(options.source));
  if (found.length === 0) throw new Problem(`There is no submission in ${folder}.\n\n${USAGE}`, 2);
  const open = found.filter(({ student }) => !done.has(student));
  const show = (text: string) => process.stdout.write(`${text}\n`);
  const containment = contain({
    hide: [resolve(folder), dirname(resolve(options.source)), dirname(resolve(out))],
    ...(options['no-network-limit'] ? { network: 'open' as const } : {}),
  });
  show(containment.says);
  show(`${found.length} submissions, ${found.length - open.length} of them graded before.`);
  const silent = options.gradescope
    ? found.filter(
        ({ student }) => done.has(student) && !existsSync(join(options.gradescope!, student, 'results.json')),
      )
    : [];
  if (silent.length > 0)
    show(
      `${silent.length} of these have no results.json, because they were graded without --gradescope: take their lines out of ${out}, and they are graded again.`,
    );
  let failed = 0;
  await gradeFolder(open, {
    source,
    containment,
    cellSeconds: options['cell-seconds'] ?? 120,
    jobs: options.jobs,
    onDone: async ({ submission: { student, submitted }, grades, error, count, of, secondsLeft }) => {
      const place = `${String(count).padStart(String(of).length)} of ${of}  ${student}`;
      const left = count < of ? `  (${minutes(secondsLeft)} left)` : '';
      if (!grades) {
        failed++;
        show(`${place}: not graded, try again: ${error?.message}${left}`);
        return;
      }
      const row = rowOf(student, grades, submitted);
      rows.push(row);
      await save(out, toCsv(sorted(rows), ids));
      if (options.gradescope) await saveForGradescope(join(options.gradescope, student), grades);
      show(`${place}: ${row.total}${row.problem ? `  (${row.problem})` : ''}${left}`);
    },
  });
  show(summary(rows, points.all));
  show(`\nMean share of the points, the hardest first:\n${byCell(rows, points.tests).join('\n')}`);
  const waiting = Object.keys(points.byPerson).filter((id) => rows.some(({ cells }) => !(id in cells)));
  if (waiting.length > 0)
    show(
      `\n${waiting.join(', ')}: a person reads ${waiting.length === 1 ? 'this answer' : 'these answers'}; enter the points in ${out}.`,
    );
  for (const odd of oddPoints(rows, { ...points.tests, ...points.byPerson })) show(`${odd} Is that meant?`);
  return failed === 0 ? 0 : 1;
}

function gradedBefore(file: string, ids: readonly string[]): Row[] {
  if (!existsSync(file)) return [];
  try {
    return tableOf(readFileSync(file, 'utf8'), ids);
  } catch (error) {
    throw new Problem(`${file} was not taken over, and is left as it is. ${(error as Error).message}`, 2);
  }
}

const minutes = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

async function saveForGradescope(folder: string, grades: Grades): Promise<void> {
  await save(join(folder, 'results.json'), `${JSON.stringify(gradescope(grades), null, 1)}\n`);
}

const sorted = (rows: readonly Row[]) => [...rows].sort((a, b) => (a.student < b.student ? -1 : 1));
