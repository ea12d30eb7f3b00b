import { existsSync, readFileSync } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import {
  anonymised,
  keyText,
  namesItself,
  newKey,
  pseudonymOf,
  readKey,
} from '../guard/grading/anonymous.ts';
import { save } from '../guard/grading/folder.ts';
import { submissionsIn } from '../guard/grading/submissions.ts';
import { readNotebook, writeNotebook } from '../guard/notebook.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook anonymise SUBMISSIONS --key KEY.csv --out FOLDER [--name NOTEBOOK.ipynb]

Copies submissions to FOLDER/PSEUDONYM.ipynb, to be graded and read by people who shall not know whose they are. KEY.csv holds who is who: keep
it elsewhere. The same key gives the same pseudonyms again. npx convbook gradebook --key turns them back.`;

export async function main(args: string[]): Promise<number> {
  const options = parseArguments(args, { key: 'text', out: 'text', name: 'text' } as const, USAGE);
  const [folder] = options.rest;
  if (!folder || !options.key || !options.out) throw new Problem(USAGE, 2);
  if (!relative(resolve(options.out), resolve(options.key)).startsWith(`..${sep}`))
    throw new Problem(
      `The key ${options.key} would lie in ${options.out}, which others get: put it elsewhere.`,
      2,
    );
  let key = newKey();
  if (existsSync(options.key)) {
    try {
      key = readKey(readFileSync(options.key, 'utf8'));
    } catch (error) {
      return asProblem(error);
    }
  }
  const found = submissionsIn(folder, options.name ?? '');
  if (found.length === 0) throw new Problem(`There is no submission in ${folder}.\n\n${USAGE}`, 2);
  await mkdir(options.out, { recursive: true });
  const show = (text: string) => process.stdout.write(`${text}\n`);
  let count = 0;
  for (const { student, file, submitted } of found) {
    const pseudonym = pseudonymOf(key, student);
    const copy = join(options.out, `${pseudonym}.ipynb`);
    try {
      const notebook = await readNotebook(file);
      await writeNotebook(copy, anonymised(notebook));
      if (namesItself(notebook, student)) show(`${pseudonym}: a part of the name stands in the text.`);
    } catch (error) {
      show(`${student}: not copied: ${(error as Error).message}`);
      continue;
    }
    // The time of the submission is what late days are counted from.
    await utimes(copy, new Date(submitted), new Date(submitted));
    count++;
  }
  await save(options.key, keyText(key));
  show(`${count} of ${found.length} submissions copied to ${options.out}; the key is ${options.key}.`);
  return count === found.length ? 0 : 1;
}
