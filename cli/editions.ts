import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { EDITIONS, type Editions, editionsOf } from '../guard/editions/edition.ts';
import { readNotebook, writeNotebook } from '../guard/notebook.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook editions NOTEBOOKS… --out FOLDER [--only student|solution|site]

Makes every edition of labs and assignments from their one source: FOLDER/student, FOLDER/solution and FOLDER/site.
NOTEBOOKS are files, or folders such as notebooks/assignments/source.`;

/** Writes the editions of notebooks; nothing is written where one of them is not whole. */
export async function main(args: string[]): Promise<number> {
  const { inputs, out, only } = parse(args);
  const files = inputs.flatMap(notebooksIn);
  if (files.length === 0) throw new Problem(`There is no notebook in ${inputs.join(', ')}.\n\n${USAGE}`, 2);
  const made: { place: string; editions: Editions }[] = [];
  const problems: string[] = [];
  for (const { file, place } of files) {
    try {
      made.push({ place, editions: editionsOf(await readNotebook(file)) });
    } catch (error) {
      problems.push(`${file}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new Problem(`Nothing was written.\n${problems.join('\n')}`, 1);
  for (const { place, editions } of made) {
    for (const name of only) {
      const file = join(out, name, place);
      await mkdir(dirname(file), { recursive: true });
      await writeNotebook(file, editions[name]);
    }
    process.stdout.write(`${place}: ${editions.kind}, ${only.join(', ')}\n`);
  }
  return 0;
}

/** What Jupyter and nbgrader keep beside sources. */
const NO_SOURCES = /(^|[/\\])(\.ipynb_checkpoints|release|submitted|autograded|feedback)[/\\]/;

/** The notebooks of a file or a folder, with the place that each keeps below the output's folder. */
function notebooksIn(path: string): { file: string; place: string }[] {
  if (!existsSync(path)) throw new Problem(`There is no ${path}.\n\n${USAGE}`, 2);
  if (!statSync(path).isDirectory()) return [{ file: path, place: basename(path) }];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ipynb') && !NO_SOURCES.test(name))
    .sort()
    .map((name) => ({ file: join(path, name), place: relative('.', name) }));
}

function parse(args: string[]): {
  inputs: string[];
  out: string;
  only: readonly (keyof Pick<Editions, 'student' | 'solution' | 'site'>)[];
} {
  if (args.includes('--help') || args.includes('-h')) throw new Problem(USAGE, 0);
  const rest = [...args];
  const inputs: string[] = [];
  let out: string | undefined;
  let only: readonly (typeof EDITIONS)[number][] = EDITIONS;
  while (rest.length > 0) {
    const arg = rest.shift()!;
    if (arg === '--out') out = rest.shift();
    else if (arg === '--only') {
      const name = rest.shift();
      only = EDITIONS.filter((one) => one === name);
      if (only.length === 0) throw new Problem(`There is no edition "${name}".\n\n${USAGE}`, 2);
    } else if (arg.startsWith('-')) throw new Problem(`There is no option ${arg}.\n\n${USAGE}`, 2);
    else inputs.push(arg);
  }
  if (inputs.length === 0 || out === undefined) throw new Problem(USAGE, 2);
  return { inputs, out, only };
}
