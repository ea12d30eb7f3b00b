import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/check.ts';
import { type Cell, joined, type Notebook } from '../../guard/notebook.ts';

// The whole way: notebook file -> Jupyter's client -> the kernel -> report, on small notebooks without TensorFlow.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convbook-guard-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cell = (source: string): Cell => ({
  cell_type: 'code',
  source,
  metadata: {},
  execution_count: null,
  outputs: [],
});

async function made(name: string, sources: string[]): Promise<string> {
  const file = join(folder, name);
  const notebook: Notebook = {
    nbformat: 4,
    nbformat_minor: 4,
    metadata: { kernelspec: { name: 'convbook', language: 'typescript', display_name: 'TypeScript' } },
    cells: sources.map(cell),
  };
  await writeFile(file, JSON.stringify(notebook));
  return file;
}

async function check(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  try {
    return { code: await main(args), text };
  } finally {
    spy.mockRestore();
  }
}

const edit = async (file: string, change: (notebook: Notebook) => void) => {
  const notebook = JSON.parse(await readFile(file, 'utf8'));
  change(notebook);
  await writeFile(file, JSON.stringify(notebook));
};

describe('npx convbook check', () => {
  it('accepts a first run, passes the next, and catches a changed output', async () => {
    const file = await made('a.ipynb', ["console.log('mean', 1 / 3)", 'const a: number = 2; a + 1']);
    expect((await check(file)).code).toBe(1);
    const updated = await check('--update', file);
    expect(updated.code).toBe(0);
    expect(updated.text).toContain('accepted 2 changes');
    const junit = join(folder, 'junit.xml');
    expect((await check('--timing', '--junit', junit, file)).code).toBe(0);
    expect(await readFile(junit, 'utf8')).toContain('failures="0"');
    await edit(file, (notebook) => {
      notebook.cells[0]!.source = "console.log('mean', 1 / 3 + 0.01)";
    });
    const changed = await check(file);
    expect(changed.code).toBe(1);
    expect(changed.text).toMatch(
      /expected {2}mean: 0\.333\d*\n {6}got {7}mean: 0\.343\d*\n {6}rule {6}within relative 0\.0001/,
    );
    expect((await check('set', file, '0', 'numbers', 'absolute=0.02')).code).toBe(0);
    expect((await check(file)).code).toBe(0);
  });

  it('goes on after a notebook that fails, one that is none and one that never ends', async () => {
    const failing = await made('b.ipynb', ["throw new Error('on purpose')", '1']);
    const endless = await made('c.ipynb', ['1', 'while (true) {}']);
    const good = await made('d.ipynb', ['']);
    const { code, text } = await check('--timeout', '15', failing, join(folder, 'none.ipynb'), endless, good);
    expect(code).toBe(1);
    expect(text).toContain('1 passed, 3 failed');
    expect(text).toMatch(/b\.ipynb[\s\S]*error[\s\S]*on purpose/);
    expect(text).toContain('there is no such file');
    expect(text).toContain('The time limit of 15 seconds was reached.');
    expect(text).toContain('1 cells did not run.');
  });

  it('never calls a run on another engine or other data a pass', async () => {
    const file = await made('e.ipynb', ['1']);
    await check('--update', file);
    await edit(file, (notebook) => {
      (notebook.metadata['convbook'] as { ran: { data: string[] } }).ran.data = ['mnist 60000+10000'];
    });
    const { code, text } = await check(file);
    expect(code).toBe(3);
    expect(text).toContain('NOT COMPARABLE');
  });

  it('catches a tensor that stays, and a cell that became slower', async () => {
    const engine = 'globalThis._tfengine = { memory: () => ({ numTensors: 3 }) }; undefined';
    const file = await made('f.ipynb', [engine, 'await new Promise((done) => setTimeout(done, 50))']);
    await check('--update', file);
    await edit(file, (notebook) => {
      notebook.cells[0]!.source = engine.replace('3', '4');
      notebook.cells[1]!.source = 'await new Promise((done) => setTimeout(done, 3000))';
    });
    const { text } = await check('--timing', file);
    expect(text).toContain('4 left alive');
    expect(text).toContain('at most 2 times as long as committed');
  });

  it("runs each exercise's solution against its check", async () => {
    const file = await made('g.ipynb', [
      "import { equal, practice, todo } from 'convbook/exercises';",
      'task',
      '1',
      '2',
    ]);
    await edit(file, ({ cells }) => {
      const mark = (i: number, role: string, source: string, type: Cell['cell_type'] = 'code') => {
        cells[i] = { ...cell(source), cell_type: type, metadata: { convbook: { exercise: 'square', role } } };
        if (type === 'markdown') {
          delete cells[i]!.outputs;
          delete cells[i]!.execution_count;
        }
      };
      const solution =
        '<details><summary>Solution</summary>\n\n```typescript\nconst square = (x: number) => x * x;\n```\n</details>';
      mark(1, 'task', solution, 'markdown');
      mark(2, 'work', "const square = (x: number): number => todo('square');");
      mark(3, 'check', "await practice(equal('3 squared', () => square(3), 9))");
    });
    expect((await check('--update', file)).code).toBe(0);
    await edit(file, ({ cells }) => {
      cells[1]!.source = joined(cells[1]!.source).replace('x * x', 'x + x');
    });
    const { code, text } = await check(file);
    expect(code).toBe(1);
    expect(text).toContain('solution of square');
    expect(text).toContain('6 came, and 9 was due.');
  });

  it('refuses wrong options in a sentence', async () => {
    await expect(check()).rejects.toThrow(/No notebooks were given/);
    await expect(check('--fast', 'a.ipynb')).rejects.toThrow(/no option --fast/);
    await expect(check('--jobs', 'x', 'a.ipynb')).rejects.toThrow(/--jobs takes a number above 0/);
  });
});
