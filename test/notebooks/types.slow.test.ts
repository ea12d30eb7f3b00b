import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { joined, readNotebook } from '../../guard/notebook.ts';
import { loadTypeScript } from '../../kernel/interpreter/compiler/load-typescript.ts';
import { LanguageTools } from '../../kernel/interpreter/compiler/service.ts';

// A type error doesn't stop a cell: JupyterLab shows it under the output, and a run without it (nbconvert, the guard) never does.

const folder = fromRoot('notebooks');
const notebooks = (readdirSync(folder, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.ipynb') && !name.includes('.ipynb_checkpoints'))
  .filter((name) => /^\d\d-|^assignments.source/.test(name))
  .sort();
const language = new LanguageTools(loadTypeScript(), folder);
let number = 0;

describe('every cell is right to TypeScript, as JupyterLab would say under it', () => {
  test('there are the labs and the assignments', () => expect(notebooks.length).toBeGreaterThanOrEqual(22));

  test.each(notebooks)('%s', { timeout: 240_000 }, async (name) => {
    const { cells } = await readNotebook(join(folder, name));
    language.forgetAll();
    const problems = cells
      .filter((cell) => cell.cell_type === 'code')
      .flatMap(({ id, source }) => {
        language.commit(++number, joined(source));
        return language
          .checkCell(number)
          .map(({ line, message, code }) => `${id}, line ${line + 1}: ${message} (TS${code})`);
      });
    expect(problems).toEqual([]);
  });
});
