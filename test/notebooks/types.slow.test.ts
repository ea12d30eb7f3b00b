import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTypeScript } from '../../kernel/interpreter/compiler/load-typescript.ts';
import { LanguageTools } from '../../kernel/interpreter/compiler/service.ts';

// A type error doesn't stop a cell: JupyterLab shows it under the output, and a run without it (nbconvert, the guard) never does.

interface CodeCell {
  id: string;
  cell_type: string;
  source: string | string[];
}

const folder = resolve(import.meta.dirname, '../../notebooks');
const notebooks = (readdirSync(folder, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.ipynb') && !name.includes('.ipynb_checkpoints'))
  .filter((name) => /^\d\d-|^assignments.source/.test(name))
  .sort();
let language: LanguageTools | undefined = new LanguageTools(loadTypeScript(), folder);
let number = 0;
afterAll(() => {
  language = undefined;
});

describe('every cell is right to TypeScript, as JupyterLab would say under it', () => {
  test('there are the labs and the assignments', () => expect(notebooks.length).toBeGreaterThanOrEqual(22));

  test.each(notebooks)('%s', { timeout: 240_000 }, (name) => {
    const { cells } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { cells: CodeCell[] };
    language!.forgetAll();
    const problems = cells
      .filter((cell) => cell.cell_type === 'code')
      .flatMap(({ id, source }) => {
        language!.commit(++number, [source].flat().join(''));
        return language!
          .checkCell(number)
          .map(({ line, message, code }) => `${id}, line ${line + 1}: ${message} (TS${code})`);
      });
    expect(problems).toEqual([]);
  });
});
