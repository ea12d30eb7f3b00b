// What nbclient, which grading and the site use, sees of the kernel: it drops the output of cells that have ended.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeCells, joined, type Notebook, notebookText, runNotebook } from './run-notebook.ts';

const sources = [
  'const x: number = 40; x + 2',
  "console.log('first'); console.log('second')",
  // A promise that nobody awaits, and a timer.
  "void (async () => { await new Promise((resolve) => setTimeout(resolve, 300)); console.log('late, but mine') })()",
  "setTimeout(() => console.log('from a timer'), 200)",
  "import { display, html } from 'convbook'\nawait display(html('<b>bold</b>'))",
  "for (let i = 0; i < 200_000; i++) console.log('x'.repeat(99))",
  'x',
];

let folder: string;
let notebook: Notebook;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convbook-notebook-'));
  const file = join(folder, 'cells.ipynb');
  await writeFile(file, notebookText(sources));
  notebook = await runNotebook(file, { env: { CONVBOOK_HISTORY: 'off' } });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const outputs = (cell: number) => codeCells(notebook)[cell]!.outputs!;
const stdout = (cell: number) =>
  outputs(cell)
    .filter(({ output_type, name }) => output_type === 'stream' && name === 'stdout')
    .map(({ text }) => joined(text))
    .join('');

test('results and text are outputs of their cells, and nothing is on stderr', () => {
  expect(joined(outputs(0)[0]!.data!['text/plain'])).toBe('42');
  expect(outputs(1)).toEqual([{ output_type: 'stream', name: 'stdout', text: expect.anything() }]);
  expect(stdout(1)).toBe('first\nsecond\n');
  expect(
    codeCells(notebook)
      .flatMap((cell) => cell.outputs!)
      .filter(({ name }) => name === 'stderr'),
  ).toEqual([]);
});

test('a cell is not over while what it began is pending', () => {
  expect(stdout(2)).toBe('late, but mine\n');
  expect(stdout(3)).toContain('from a timer\n');
});

test('display data arrives', () => {
  expect(joined(outputs(4)[0]!.data!['text/html'])).toContain('<b>bold</b>');
});

test('20 MB of output arrive whole', () => {
  expect(stdout(5).length).toBe(20_000_000);
  expect(joined(outputs(6)[0]!.data!['text/plain'])).toBe('40');
});
