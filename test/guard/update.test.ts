import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareNotebook } from '../../guard/check.ts';
import { readNotebook, writeNotebook } from '../../guard/notebook.ts';
import { update } from '../../guard/update.ts';
import { madeNotebook, madeRun, outputsOf, stdout } from './made-notebook.ts';

function updated(change: (run: ReturnType<typeof madeRun>) => void) {
  const committed = madeNotebook();
  const run = madeRun(committed);
  change(run);
  const report = compareNotebook('made.ipynb', committed, run);
  return { committed, run, ...update(committed, run, report, 0.01) };
}

describe('update', () => {
  it('takes over what differs by meaning, shows it, and then the run passes', () => {
    const { notebook, run, accepted } = updated((run) => {
      outputsOf(run.notebook, 'default')[0]!.text = '60001 images\n';
    });
    expect(accepted.map(({ name, what }) => [name, what])).toContainEqual([
      'default',
      'output 0, stdout: 60000 images of 28 x 28, mean 0.13066 -> 60001 images',
    ]);
    expect(compareNotebook('made.ipynb', notebook, run).status).toBe('passed');
  });

  it('leaves alone what differs in nothing that matters', () => {
    const { committed, notebook } = updated((run) => {
      outputsOf(run.notebook, 'time')[0]!.text = 'took 99 s\n';
      run.cells[1]!.seconds = 1.7;
    });
    expect(outputsOf(notebook, 'time')).toEqual(outputsOf(committed, 'time'));
    expect(notebook.cells[1]!.metadata).toEqual(committed.cells[1]!.metadata);
  });

  it('writes down what the cells cost and what they ran on', () => {
    const { notebook } = updated((run) => {
      run.facts = { engine: 'wasm', device: 'CPU', data: ['made-digits 60000+10000'] };
    });
    expect(notebook.metadata['convbook']).toMatchObject({
      ran: { engine: 'wasm', data: ['made-digits 60000+10000'] },
    });
    expect(notebook.cells[2]!.metadata['convbook']).toMatchObject({
      measured: { seconds: 1, tensors: 2, megabytes: 300 },
    });
  });

  it('shows an accepted tensor', () => {
    const { accepted, notebook } = updated((run) => {
      for (const cell of Object.values(run.cells)) cell.tensors! += 1;
    });
    expect(accepted[0]!.what).toBe('tensors left alive: 2 -> 3');
    expect(notebook.cells[1]!.metadata['convbook']).toMatchObject({ measured: { tensors: 3 } });
  });

  it('renews the times of all cells, and the clock they were taken by, where a slower cell is accepted', () => {
    const committed = madeNotebook();
    const run = madeRun(committed);
    run.cells[1]!.seconds = 9;
    run.cells[2]!.seconds = 1.2;
    const report = compareNotebook('made.ipynb', committed, run, 0.012);
    const { notebook, accepted } = update(committed, run, report, 0.012);
    expect(accepted.map(({ what }) => what)).toEqual(['the times, as they were in this run']);
    expect(notebook.metadata['convbook']).toMatchObject({ ran: { calibration: 0.012 } });
    expect(notebook.cells[1]!.metadata['convbook']).toMatchObject({ measured: { seconds: 9 } });
    expect(notebook.cells[2]!.metadata['convbook']).toMatchObject({ measured: { seconds: 1.2 } });
  });

  it('accepts no half run', () => {
    expect(() =>
      updated((run) => {
        run.failure = { kind: 'cell', message: 'Error: x' };
      }),
    ).toThrow(/not updated, because the run failed: Error: x/);
  });
});

describe('notebook files', () => {
  it('are written as Jupyter writes them, and read back the same by meaning', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'guard-')), 'a.ipynb');
    const notebook = madeNotebook();
    outputsOf(notebook, 'default')[0] = stdout('one\ntwo\n');
    await writeNotebook(file, notebook);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('"one\\n",\n      "two\\n"');
    expect(text.startsWith('{\n "nbformat"')).toBe(true);
    const again = await readNotebook(file);
    expect(compareNotebook('a', again, madeRun(notebook)).status).toBe('passed');
  });

  it('that are none are refused in a sentence', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'guard-')), 'a.ipynb');
    await expect(readNotebook(file)).rejects.toThrow(/there is no such file/);
    await writeFile(file, 'not json');
    await expect(readNotebook(file)).rejects.toThrow(/it is not JSON/);
    await writeFile(file, '{"nbformat": 3, "worksheets": []}');
    await expect(readNotebook(file)).rejects.toThrow(/format 4/);
  });
});
