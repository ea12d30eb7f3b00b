import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { type Base, baseFrom, recordedBase } from '../guard/editions/base.ts';
import { type Change, mergeUpdate } from '../guard/editions/merge.ts';
import { type Notebook, readNotebook, writeNotebook } from '../guard/notebook.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook update-lab [OLD] NEW MINE [--out FILE]

Works a new release of a lab or an assignment into your copy MINE, and loses nothing of yours: your cells stay, and where the release and you
changed the same cell, both versions stand one after the other. MINE as it was is kept beside it (MINE.before-update.ipynb).
OLD, the release that your copy was made from, is needed only where the copy does not say itself what it was made from.`;

const SAYS: Record<Change['what'], string> = {
  updated: 'updated',
  added: 'new in this release',
  removed: 'removed: the release no longer has it, and you had not changed it',
  restored: 'put back: the release needs it, or changed it',
  kept: 'kept: the release no longer has it, and you had written in it',
  conflict: 'changed by you and by the release: both versions are there',
};

export async function main(args: string[]): Promise<number> {
  const { files, out } = parse(args);
  const [mine, next, old] = [files.at(-1)!, files.at(-2)!, files.length === 3 ? files[0] : undefined];
  const read = (file: string): Promise<Notebook> =>
    readNotebook(file).catch((error: Error) => {
      throw new Problem(error.message, 2);
    });
  const copy = await read(mine);
  const base: Base | undefined = old ? baseFrom(await read(old)) : recordedBase(copy);
  if (!base) {
    throw new Problem(
      `${mine} does not say which release it was made from. Name that release: npx convbook update-lab OLD ${next} ${mine}`,
      2,
    );
  }
  const { notebook, changes } = mergeUpdate(base, copy, await read(next));
  const target = out ?? mine;
  if (target === mine) await copyFile(mine, backupOf(mine));
  await writeNotebook(target, notebook);
  const show = (text: string) => process.stdout.write(`${text}\n`);
  for (const { key, line, what } of changes)
    show(`${key.replace(/^nbgrader:/, '')} (${line}): ${SAYS[what]}`);
  const conflicts = changes.filter(({ what }) => what === 'conflict').length;
  show(
    changes.length === 0
      ? 'Nothing had to change.'
      : `${changes.length} cells changed, ${conflicts} of them in two versions: look for "The update has another version" and "Your version".`,
  );
  return 0;
}

/** A name that is not taken: an older copy is a student's work, too. */
function backupOf(file: string): string {
  const stem = file.replace(/\.ipynb$/, '');
  for (let n = 1; ; n++) {
    const name = `${stem}.before-update${n === 1 ? '' : `-${n}`}.ipynb`;
    if (!existsSync(name)) return name;
  }
}

function parse(args: string[]): { files: string[]; out: string | undefined } {
  if (args.includes('--help') || args.includes('-h')) throw new Problem(USAGE, 0);
  const files: string[] = [];
  let out: string | undefined;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--out') {
      out = args[++i];
      if (out === undefined) throw new Problem(`--out takes a file.\n\n${USAGE}`, 2);
    } else if (args[i]!.startsWith('-')) throw new Problem(`There is no option ${args[i]}.\n\n${USAGE}`, 2);
    else files.push(args[i]!);
  }
  if (files.length < 2 || files.length > 3) throw new Problem(USAGE, 2);
  return { files, out };
}
