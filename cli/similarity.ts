import { basename } from 'node:path';
import { assignmentForStudents, isAssignment } from '../guard/editions/assignment.ts';
import { save } from '../guard/grading/folder.ts';
import { similarPairs, type Work, workOf } from '../guard/grading/similarity/compare.ts';
import { MEANING, similarityHtml } from '../guard/grading/similarity/report.ts';
import { submissionsIn } from '../guard/grading/submissions.ts';
import { readNotebook } from '../guard/notebook.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook similarity SUBMISSIONS --source NOTEBOOK --html FILE [--json FILE] [--threshold 0.4]

Compares what students wrote with each other, without names, numbers, comments and layout, and without what the assignment hands out. It
shows pairs that have much in common side by side. That is a reason to look, and no verdict.`;

export async function main(args: string[]): Promise<number> {
  const options = parseArguments(
    args,
    { source: 'text', html: 'text', json: 'text', threshold: 'number' } as const,
    USAGE,
  );
  const [folder] = options.rest;
  if (!folder || !options.source || !(options.html || options.json)) throw new Problem(USAGE, 2);
  const source = await readNotebook(options.source).catch(asProblem);
  if (!isAssignment(source)) throw new Problem(`${options.source} has no graded cells.`, 2);
  const works: Work[] = [];
  const show = (text: string) => process.stdout.write(`${text}\n`);
  for (const { student, file } of submissionsIn(folder, basename(options.source))) {
    try {
      works.push(workOf(student, await readNotebook(file)));
    } catch (error) {
      show(`${student}: left out: ${(error as Error).message}`);
    }
  }
  if (works.length < 2) throw new Problem(`There are ${works.length} works in ${folder}; two are needed.`, 2);
  const release = workOf('release', assignmentForStudents(source));
  const pairs = similarPairs(
    works,
    release,
    options.threshold === undefined ? {} : { threshold: options.threshold },
  );
  const title = `Similarity: ${basename(options.source)}`;
  if (options.html) await save(options.html, similarityHtml(title, pairs, works));
  if (options.json)
    await save(
      options.json,
      `${JSON.stringify({ meaning: MEANING, works: works.length, pairs }, null, 1)}\n`,
    );
  for (const { a, b, share, common } of pairs)
    show(`${a} and ${b}: ${Math.round(100 * share)} % of the smaller work, ${common} fingerprints`);
  show(`${works.length} works, ${pairs.length} pairs to look at. ${MEANING}`);
  return 0;
}
