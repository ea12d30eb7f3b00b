import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { type Cell, joined, readNotebook } from '../../guard/notebook.ts';
import { releaseEdition } from '../../site/assignments.ts';

const cell = (source: string, nbgrader: object, kind: Cell['cell_type'] = 'code'): Cell => ({
  cell_type: kind,
  source,
  metadata: { nbgrader },
  ...(kind === 'code' ? { outputs: [{ output_type: 'stream', text: 'x' }], execution_count: 1 } : {}),
});
const edition = (...cells: Cell[]) =>
  releaseEdition({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }).cells.map(({ source }) =>
    joined(source),
  );

describe("the students' edition", () => {
  it('has a stub in the place of a solution, at its indentation', () => {
    const source = 'function f() {\n  // ### BEGIN SOLUTION\n  return 42;\n  // ### END SOLUTION\n}';
    expect(edition(cell(source, { solution: true }))).toEqual([
      "function f() {\n  // YOUR CODE HERE\n  throw new Error('Not written yet: your code goes here');\n}",
    ]);
  });

  it('has a stub in the place of a whole cell without marks, and of an answer in words', () => {
    expect(edition(cell('const x = 42;', { solution: true }))[0]).not.toContain('42');
    expect(edition(cell('Because.', { solution: true, grade: true }, 'markdown'))).toEqual([
      'YOUR ANSWER HERE',
    ]);
  });

  it('has no hidden tests, and keeps the visible ones', () => {
    const source = 'check(1);\n// ### BEGIN HIDDEN TESTS\ncheck(2);\n// ### END HIDDEN TESTS\ncheck(3);';
    expect(edition(cell(source, { grade: true, solution: false }))).toEqual(['check(1);\ncheck(3);']);
  });

  it('of every assignment tells no solution and has no outputs', async () => {
    const folder = fromRoot('notebooks', 'assignments', 'source');
    for (const name of readdirSync(folder)) {
      for (const file of readdirSync(join(folder, name)).filter((one) => one.endsWith('.ipynb'))) {
        const source = await readNotebook(join(folder, name, file));
        const released = releaseEdition(source);
        const text = JSON.stringify(released);
        expect(text, file).not.toMatch(/(BEGIN|END) (SOLUTION|HIDDEN TESTS)/);
        expect(
          released.cells.flatMap(({ outputs = [] }) => outputs),
          file,
        ).toEqual([]);
        expect(JSON.stringify(source), file).toMatch(/BEGIN HIDDEN TESTS/);
      }
    }
  });
});
