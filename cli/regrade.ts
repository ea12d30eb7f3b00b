import { copyFileSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { contain } from '../guard/grading/containment.ts';
import { gradeFolder, pointsIn, save } from '../guard/grading/folder.ts';
import { differenceText, regraded } from '../guard/grading/regrade.ts';
import { submissionsIn } from '../guard/grading/submissions.ts';
import { type Row, summary, tableOf, toCsv } from '../guard/grading/table.ts';
import { readNotebook } from '../guard/notebook.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook regrade SUBMISSIONS --source NOTEBOOK --grades FILE.csv [OPTIONS]

Runs submissions again, after a mended test for example, and shows whose points change before anything is written. Points that a person
entered stay. FILE.csv as it was is kept as FILE.csv.before-regrade.
  --cells A,B          take over these test cells alone
  --students A,B       run these students alone
  --dry-run            only show what would change
  --jobs N, --cell-seconds N, --no-network-limit   as for grade`;

const OPTIONS = {
  source: 'text',
  grades: 'text',
  cells: 'list',
  students: 'list',
  'dry-run': 'flag',
  jobs: 'count',
  'cell-seconds': 'number',
  'no-network-limit': 'flag',
} as const;

export async function main(args: string[]): Promise<number> {
  const options = parseArguments(args, OPTIONS, USAGE);
  const [folder] = options.rest;
  const file = options.grades!;
  if (!folder || !options.source || !options.grades) throw new Problem(USAGE, 2);
  const source = await readNotebook(options.source).catch(asProblem);
  const points = pointsIn(source);
  const ids = [...Object.keys(points.tests), ...Object.keys(points.byPerson)];
  const unknown = options.cells?.find((id) => !(id in points.tests));
  if (unknown)
    throw new Problem(
      `${options.source} has no test cell "${unknown}"; it has ${Object.keys(points.tests).join(', ')}.`,
      2,
    );
  const rows = new Map(read(file, ids).map((row) => [row.student, row]));
  const stranger = options.students?.find((student) => !rows.has(student));
  if (stranger) throw new Problem(`${file} has no student "${stranger}".`, 2);
  const chosen = submissionsIn(folder, basename(options.source)).filter(
    ({ student }) => rows.has(student) && (options.students?.includes(student) ?? true),
  );
  if (chosen.length === 0) throw new Problem(`No submission in ${folder} has a line in ${file}.`, 2);
  const show = (text: string) => process.stdout.write(`${text}\n`);
  const containment = contain({
    hide: [resolve(folder), dirname(resolve(options.source)), dirname(resolve(file))],
    ...(options['no-network-limit'] ? { network: 'open' as const } : {}),
  });
  show(containment.says);
  const after = new Map(rows);
  let [changed, failed] = [0, 0];
  await gradeFolder(chosen, {
    source,
    containment,
    cellSeconds: options['cell-seconds'] ?? 120,
    jobs: options.jobs,
    onDone: ({ submission: { student }, grades, error, count, of }) => {
      const place = `${String(count).padStart(String(of).length)} of ${of}  `;
      if (!grades) {
        failed++;
        show(`${place}${student}: not run, its points stay: ${error?.message}`);
        return;
      }
      const { row, difference } = regraded(rows.get(student)!, grades, options.cells);
      after.set(student, row);
      if (difference.cells.length > 0) changed++;
      show(
        `${place}${difference.cells.length > 0 ? differenceText(difference) : `${student}: as before, ${row.total}`}`,
      );
    },
  });
  const all = [...after.values()];
  show(`\n${changed} of ${chosen.length} students get other points.`);
  show(summary(all, points.all));
  if (options['dry-run']) show(`Nothing was written (--dry-run).`);
  else {
    copyFileSync(file, `${file}.before-regrade`);
    await save(file, toCsv(all, ids));
  }
  return failed === 0 ? 0 : 1;
}

function read(file: string, ids: readonly string[]): Row[] {
  try {
    return tableOf(readFileSync(file, 'utf8'), ids);
  } catch (error) {
    throw new Problem(`${file} can't be read: ${(error as Error).message}`, 2);
  }
}
