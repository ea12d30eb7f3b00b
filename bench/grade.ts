// How long a submission takes to grade: `npm run bench -- grade [--submissions 20] [--jobs 1,2] [--assignment A1]`. Submissions as a class
// hands them in, made from the tests' bank of answers, graded as `npx convbook grade` grades them, contained and all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArguments } from '../cli/arguments.ts';
import { Problem } from '../cli/setup/problem.mjs';
import { assignmentForStudents } from '../guard/editions/assignment.ts';
import { contain } from '../guard/grading/containment.ts';
import { gradeFolder, pointsIn } from '../guard/grading/folder.ts';
import { submissionsIn } from '../guard/grading/submissions.ts';
import { type Row, rowOf, summary } from '../guard/grading/table.ts';
import { type Notebook, readNotebook, writeNotebook } from '../guard/notebook.ts';
import { assignments, submission, type Tested } from '../test/jupyter/assignments/bank/index.ts';

const USAGE = `Usage: npm run bench -- grade [--submissions 20] [--jobs 1,2] [--assignment A1]`;
/** Submissions that the time of a whole course is reckoned for. */
const COURSE = 200;

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Of ten: one is not begun, three are right in every exercise, six have up to three wrong answers. */
function handedIn(n: number, reference: Notebook, release: Notebook, wrong: Tested['answers']): Notebook {
  if (n % 10 === 9) return release;
  const count = n % 10 < 3 ? 0 : (n % 3) + 1;
  return submission(
    reference,
    Array.from({ length: count }, (_, i) => wrong[(7 * n + 13 * i) % wrong.length]!),
  );
}

/** Processor time of all ended children and theirs, in seconds; undefined where the system does not tell. */
function childSeconds(): number | undefined {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return undefined;
  }
}

export async function main(args: string[]): Promise<number> {
  const options = parseArguments(
    args,
    { submissions: 'count', jobs: 'list', assignment: 'text' } as const,
    USAGE,
  );
  const { submissions: count = 20, jobs = ['1', '2'], assignment = 'A1' } = options;
  const tested = assignments.find(({ id }) => id === assignment);
  if (!tested || options.rest.length > 0 || jobs.some((n) => !(Number(n) >= 1))) throw new Problem(USAGE, 2);
  const source = await readNotebook(tested.file);
  const release = assignmentForStudents(source);
  // What people get wrong; a trick that ends the process or waits for a time limit says nothing of the others' time.
  const wrong = tested.answers.filter(({ alone, points }) => !alone && points > 0);
  const folder = mkdtempSync(join(tmpdir(), 'convbook-grade-bench-'));
  try {
    for (let n = 0; n < count; n++)
      await writeNotebook(
        join(folder, `student-${String(n).padStart(3, '0')}.ipynb`),
        handedIn(n, source, release, wrong),
      );
    const containment = contain({ hide: [folder, dirname(tested.file)] });
    print(`${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
    print(`${containment.says}\n`);
    const submissions = submissionsIn(folder, basename(tested.file));
    for (const atOnce of jobs.map(Number)) {
      const rows: Row[] = [];
      const failed: string[] = [];
      const [started, before] = [Date.now(), childSeconds()];
      await gradeFolder(submissions, {
        source,
        containment,
        cellSeconds: 120,
        jobs: atOnce,
        onDone: ({ submission: { student }, grades, error }) => {
          if (grades && !grades.problem) rows.push(rowOf(student, grades));
          else failed.push(`${student}: ${error?.message ?? grades?.problem}`);
        },
      });
      const seconds = (Date.now() - started) / 1000;
      const after = childSeconds();
      print(
        `${assignment}, ${count} submissions, ${atOnce} at once: ${seconds.toFixed(0)} s, ${(seconds / count).toFixed(2)} s a submission` +
          `${before === undefined || after === undefined ? '' : ` (${((after - before) / count).toFixed(2)} s of processor time)`}` +
          `; at this rate ${COURSE} take ${(((seconds / count) * COURSE) / 60).toFixed(1)} min`,
      );
      print(`${summary(rows, pointsIn(source).all)}\n`);
      if (failed.length > 0) {
        print(failed.join('\n'));
        return 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}
