import { mkdir, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { bundleAll } from '../../kernel/loader/bundle.mjs';
import { type Notebook, readNotebook } from '../notebook.ts';
import { jobsFor, pool } from '../pool.ts';
import { isTest, nbgraderOf, readyForGrading } from './assignment.ts';
import type { Containment } from './containment.ts';
import { type Grades, gradeNotebook } from './grade.ts';
import type { Submission } from './submissions.ts';
import { inOwnFolder, leaveNothingBehind } from './workplace.ts';

export interface FolderOptions {
  source: Notebook;
  containment: Containment;
  /** For a cell. */
  cellSeconds: number;
  /** Submissions at once; default what cores and memory allow. */
  jobs?: number | undefined;
  /** Called after each submission, with what became of it. */
  onDone(done: Done): Promise<void> | void;
}

export interface Done {
  submission: Submission;
  grades?: Grades;
  /** Why it could not be graded, which is nobody's 0: try again. */
  error?: Error;
  /** How many are done, of how many, and the seconds that the rest is likely to take. */
  count: number;
  of: number;
  secondsLeft: number;
}

/** Grades submissions, several at once; one that fails stops no other. */
export async function gradeFolder(
  submissions: readonly Submission[],
  { source, containment, cellSeconds, jobs, onDone }: FolderOptions,
): Promise<void> {
  bundleAll(); // the submissions' kernels see the project read-only
  const of = submissions.length;
  // Most of a submission's time is one thread's: starting, reading, checking.
  const atOnce = jobs ?? jobsFor(of, availableParallelism(), undefined, 1);
  const started = Date.now();
  let count = 0;
  const stay = leaveNothingBehind();
  await pool(submissions, atOnce, async (submission) => {
    const done: Partial<Done> = {};
    try {
      done.grades = await gradeOne(submission.file, source, containment, cellSeconds);
    } catch (error) {
      done.error = error as Error;
    }
    count++;
    const secondsLeft = (((Date.now() - started) / count) * (of - count)) / 1000;
    await onDone({ ...done, submission, count, of, secondsLeft });
  }).finally(stay);
}

/**
 * In an empty folder of its own, which is gone afterwards: nothing that lies beside a submission is used.
 *
 * @throws where this machine could not run it, which is nobody's 0
 */
export async function gradeOne(
  file: string,
  source: Notebook,
  containment: Containment,
  cellSeconds: number,
): Promise<Grades> {
  return inOwnFolder(async (work) => {
    const submitted = await readNotebook(file).catch((error: Error) => error);
    if (submitted instanceof Error) return nothing(source, submitted.message);
    return await gradeNotebook(readyForGrading(source, submitted), {
      cwd: work,
      scratch: work,
      cellSeconds,
      wrap: containment.wrap(work),
      env: containment.env(work),
    });
  });
}

function nothing(source: Notebook, problem: string): Grades {
  const cells = source.cells.filter(isTest).map((cell) => {
    const { grade_id: id, points = 0 } = nbgraderOf(cell)!;
    return { id, points, score: 0, said: '' };
  });
  return { cells, seconds: 0, problem };
}

/** Whole or not at all: a run that is stopped leaves a file that can be read. */
export async function save(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, text);
  await rename(temporary, file);
}

/** The graded cells of a source with their points, those that a person reads at the end. */
export function pointsIn(source: Notebook): {
  tests: Record<string, number>;
  byPerson: Record<string, number>;
  all: number;
} {
  const graded = source.cells.filter((cell) => nbgraderOf(cell)?.grade === true);
  const points = (cells: typeof graded) =>
    Object.fromEntries(cells.map((cell) => [nbgraderOf(cell)!.grade_id, nbgraderOf(cell)!.points ?? 0]));
  return {
    tests: points(graded.filter(isTest)),
    byPerson: points(graded.filter((cell) => !isTest(cell))),
    all: graded.reduce((sum, cell) => sum + (nbgraderOf(cell)!.points ?? 0), 0),
  };
}
