import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findSources, type Source } from '../site/sources.ts';
import { readTranslation, translationFile } from '../site/translation/files.ts';
import { accept, extract, orphans, type Section, states } from '../site/translation/sidecar.ts';
import { fromRoot, root } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook translate check
       npx convbook translate extract LABS
       npx convbook translate accept LAB CELLS

Translations of the labs' texts into Portuguese: notebooks/pt/README.md says how to write them.
  check     what is translated, what is missing, and what no longer fits its English text (exit code 1 if anything does not)
  extract   write notebooks/pt/LAB.md, or bring it up to date: new cells are added, what is translated stays
  accept    say of translations that they were read again and fit the English text of today
A lab is named by its number (07) or its file.`;

const LANGUAGE = 'pt';

export async function main(args: string[]): Promise<number> {
  const [action, ...names] = args;
  if (action === undefined || action === '--help' || action === '-h') {
    print(USAGE);
    return action === undefined ? 2 : 0;
  }
  const { sources, problems } = await findSources(root);
  if (problems.length > 0) throw new Problem(problems.join('\n'));
  if (action === 'check') return check(sources);
  if (action === 'extract') return writeFiles(sources, names);
  if (action === 'accept') return acceptCells(sources, names);
  throw new Problem(`translate does not know "${action}".\n\n${USAGE}`, 2);
}

function check(sources: readonly Source[]): number {
  let wrong = 0;
  for (const source of sources) {
    const sections = read(source);
    const file = translationFile(source.slug, LANGUAGE);
    const state = [...states(source.notebook, sections)];
    const count = (which: string) => state.filter(([, one]) => one === which).length;
    const named = (which: string) => state.filter(([, one]) => one === which).map(([cell]) => cell);
    if (sections.length === 0) {
      print(`${source.number}  not begun (${state.length} texts)`);
      continue;
    }
    print(`${source.number}  ${count('done')} of ${state.length} texts translated`);
    const [stale, missing, lost] = [named('stale'), named('missing'), orphans(source.notebook, sections)];
    if (missing.length > 0) print(`    missing: ${missing.join(', ')}`);
    if (stale.length > 0) print(`    ${file}: the English text has changed since: ${stale.join(', ')}`);
    if (lost.length > 0) print(`    ${file}: the notebook has no such cell any more: ${lost.join(', ')}`);
    wrong += stale.length + lost.length;
  }
  return wrong > 0 ? 1 : 0;
}

function writeFiles(sources: readonly Source[], names: readonly string[]): number {
  if (names.length === 0) throw new Problem(`Name the labs.\n\n${USAGE}`, 2);
  for (const name of names) {
    const source = find(sources, name);
    write(source, extract(source.notebook, read(source)));
  }
  return 0;
}

function acceptCells(sources: readonly Source[], [name, ...cells]: readonly string[]): number {
  if (name === undefined || cells.length === 0)
    throw new Problem(`Name the lab and its cells.\n\n${USAGE}`, 2);
  const source = find(sources, name);
  try {
    write(source, accept(source.notebook, read(source), cells));
  } catch (error) {
    throw new Problem((error as Error).message, 2);
  }
  return 0;
}

function read(source: Source): Section[] {
  try {
    return readTranslation(root, source.slug, LANGUAGE);
  } catch (error) {
    throw new Problem((error as Error).message);
  }
}

function write(source: Source, content: string): void {
  const file = translationFile(source.slug, LANGUAGE);
  const path = fromRoot(file);
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  if (!isNew && readFileSync(path, 'utf8') === content) {
    print(`${file} is up to date`);
    return;
  }
  writeFileSync(path, content);
  print(`${file} ${isNew ? 'written' : 'brought up to date'}`);
}

function find(sources: readonly Source[], name: string): Source {
  const source = sources.find(({ number, slug, file }) =>
    [number, slug, `${slug}.ipynb`, file].includes(name),
  );
  if (source) return source;
  throw new Problem(
    `There is no lab "${name}". There are: ${sources.map(({ number }) => number).join(', ')}.`,
    2,
  );
}

const print = (text: string) => void process.stdout.write(`${text}\n`);
