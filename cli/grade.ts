import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isTest, nbgraderOf, readyForGrading } from '../guard/grading/assignment.ts';
import { contain } from '../guard/grading/containment.ts';
import { type Grades, gradeNotebook } from '../guard/grading/grade.ts';
import { fromCsv, gradescope, type Row, rowOf, summary, toCsv } from '../guard/grading/table.ts';
import { readNotebook } from '../guard/notebook.ts';
import { jobsFor, pool } from '../guard/pool.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook grade SUBMISSIONS --source NOTEBOOK --out FILE.csv [OPTIONS]

Grades a folder of submissions, STUDENT.ipynb or STUDENT/…/NOTEBOOK.ipynb, against an assignment's source notebook. Those that
FILE.csv already has are not run again: delete their line to regrade them.
  --jobs N             submissions at once (default: what cores and memory allow)
  --cell-seconds N     limit of a cell (default 120)
  --gradescope FOLDER  also write STUDENT/results.json for Gradescope
  --no-network-limit   run where the machine has no network namespaces, or where submissions may use the network`;

interface Options {
  folder: string;
  source: string;
  out: string;
  jobs: number | undefined;
  cellSeconds: number;
  gradescope: string | undefined;
  contained: boolean;
}

export async function main(args: string[]): Promise<number> {
  const options = parse(args);
  const source = await readNotebook(options.source).catch((error: Error) => {
    throw new Problem(error.message, 2);
  });
  const tests = source.cells.filter(isTest).map((cell) => nbgraderOf(cell)!);
  if (tests.length === 0) throw new Problem(`${options.source} has no graded cells.`, 2);
  const ids = tests.map(({ grade_id }) => grade_id);
  const rows: Row[] = existsSync(options.out) ? fromCsv(readFileSync(options.out, 'utf8')) : [];
  const done = new Set(rows.map(({ student }) => student));
  const found = submissionsIn(options.folder, basename(options.source));
  const open = found.filter(({ student }) => !done.has(student));
  const show = (text: string) => process.stdout.write(`${text}\n`);
  if (found.length === 0) throw new Problem(`There is no submission in ${options.folder}.\n\n${USAGE}`, 2);
  const { wrap, env, says } = contain();
  show(options.contained ? says : 'The network is not limited, as was asked for.');
  show(`${found.length} submissions, ${found.length - open.length} of them graded before.`);
  const jobs = options.jobs ?? jobsFor(open.length, availableParallelism());
  let count = 0;
  let failed = 0;
  const one = { source, cellSeconds: options.cellSeconds, env, ...(options.contained ? { wrap } : {}) };
  await pool(open, jobs, async ({ student, file }) => {
    const place = `${String(++count).padStart(String(open.length).length)} of ${open.length}  ${student}`;
    try {
      const grades = await gradeOne(file, one);
      const row = rowOf(student, grades);
      rows.push(row);
      await save(options.out, toCsv(sorted(rows), ids));
      if (options.gradescope) await saveForGradescope(join(options.gradescope, student), grades);
      show(`${place}: ${row.total}${row.problem ? `  (${row.problem})` : ''}`);
    } catch (error) {
      failed++;
      show(`${place}: not graded, try again: ${(error as Error).message}`);
    }
  });
  show(
    summary(
      rows,
      tests.reduce((sum, { points = 0 }) => sum + points, 0),
    ),
  );
  return failed === 0 ? 0 : 1;
}

async function saveForGradescope(folder: string, grades: Grades): Promise<void> {
  await mkdir(folder, { recursive: true });
  await save(join(folder, 'results.json'), `${JSON.stringify(gradescope(grades), null, 1)}\n`);
}

const sorted = (rows: readonly Row[]) => [...rows].sort((a, b) => (a.student < b.student ? -1 : 1));

interface GradeOne {
  source: Awaited<ReturnType<typeof readNotebook>>;
  cellSeconds: number;
  wrap?: string[];
  env: Record<string, string>;
}

/**
 * In an empty folder of its own, which is gone afterwards: nothing that lies beside a submission is used.
 *
 * @throws where this machine could not run it, which is nobody's 0
 */
async function gradeOne(file: string, { source, ...options }: GradeOne): Promise<Grades> {
  const cwd = await mkdtemp(join(tmpdir(), 'convbook-grade-'));
  try {
    const submitted = await readNotebook(file).catch((error: Error) => error);
    if (submitted instanceof Error) return nothing(source, submitted.message);
    return await gradeNotebook(readyForGrading(source, submitted), { cwd, ...options });
  } finally {
    await rm(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}

function nothing(source: GradeOne['source'], problem: string): Grades {
  const cells = source.cells.filter(isTest).map((cell) => {
    const { grade_id: id, points = 0 } = nbgraderOf(cell)!;
    return { id, points, score: 0, said: '' };
  });
  return { cells, seconds: 0, problem };
}

async function save(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

/** Each student's notebook: a file of their name, or the one of the assignment's name (else the only one) below a folder of it. */
export function submissionsIn(folder: string, name: string): { student: string; file: string }[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile() && entry.name.endsWith('.ipynb')) {
        return [{ student: entry.name.slice(0, -'.ipynb'.length), file: path }];
      }
      if (!entry.isDirectory()) return [];
      const below = readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((one) => one.endsWith('.ipynb') && !one.includes('.ipynb_checkpoints'))
        .sort();
      const file = below.find((one) => basename(one) === name) ?? (below.length === 1 ? below[0] : undefined);
      return file === undefined ? [] : [{ student: entry.name, file: join(path, file) }];
    });
}

function parse(args: string[]): Options {
  const rest = [...args];
  const options: Partial<Options> = { cellSeconds: 120, contained: true };
  const value = (name: string): string => {
    const next = rest.shift();
    if (next === undefined) throw new Problem(`${name} takes a value.\n\n${USAGE}`, 2);
    return next;
  };
  const positive = (name: string): number => {
    const number = Number(value(name));
    if (!(number > 0)) throw new Problem(`${name} takes a number above 0.\n\n${USAGE}`, 2);
    return number;
  };
  while (rest.length > 0) {
    const arg = rest.shift()!;
    if (arg === '--source') options.source = value(arg);
    else if (arg === '--out') options.out = value(arg);
    else if (arg === '--gradescope') options.gradescope = value(arg);
    else if (arg === '--jobs') options.jobs = Math.ceil(positive(arg));
    else if (arg === '--cell-seconds') options.cellSeconds = positive(arg);
    else if (arg === '--no-network-limit') options.contained = false;
    else if (arg.startsWith('-')) throw new Problem(`There is no option ${arg}.\n\n${USAGE}`, 2);
    else options.folder = arg;
  }
  if (!options.folder || !options.source || !options.out) throw new Problem(USAGE, 2);
  return options as Options;
}
