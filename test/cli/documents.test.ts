import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.mjs';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { SIZES } from '../../cli/setup/variant.mjs';

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'ARCHITECTURE.md'];
const read = (name: string) => readFileSync(fromRoot(name), 'utf8');
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

describe.each(documents)('%s', (name) => {
  const text = read(name);

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !existsSync(fromRoot(link)))).toEqual([]);
  });

  it('names scripts and commands that are there', () => {
    const run = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]!);
    expect(run.filter((script) => !scripts.includes(script))).toEqual([]);
    const own = [...text.matchAll(/npx convbook ([\w-]+)/g)].map((match) => match[1]!);
    expect(
      own.filter(
        (command) => command !== 'help' && !existsSync(fromRoot('cli', commands[command]?.file ?? '?')),
      ),
    ).toEqual([]);
  });

  it('gives every picture a text', () => {
    const pictures = [...text.matchAll(/!\[([^\]]*)\]/g)].map((match) => match[1]!);
    expect(pictures.filter((alternative) => alternative.length < 20)).toEqual([]);
  });
});

describe('the README', () => {
  it('states the sizes that the set-up states', () => {
    const all = SIZES.npm.network + SIZES.cpu.network;
    const text = read('README.md');
    expect(text).toContain(
      `fetches about ${all} MB and takes ${((SIZES.npm.disk + SIZES.cpu.disk) / 1000).toFixed(1)} GB`,
    );
    expect(text).toContain(`(${((SIZES.npm.network + SIZES.cuda.network) / 1000).toFixed(1)} GB)`);
  });
});
