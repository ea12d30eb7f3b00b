import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import type { Cell } from '../../guard/notebook.ts';
import { factsOf, needsOf } from '../../site/facts.ts';
import type { Source } from '../../site/sources.ts';

const output = { output_type: 'stream' as const, name: 'stdout', text: 'x' };
const code = (convbook: object, outputs = [output]): Cell => ({
  cell_type: 'code',
  source: 'x',
  metadata: { convbook },
  execution_count: 1,
  outputs,
});
const source = (cells: Cell[], ran: object = {}): Source => ({
  kind: 'lab',
  number: '03',
  slug: '03-x',
  file: 'notebooks/03-x.ipynb',
  notebook: { nbformat: 4, nbformat_minor: 5, metadata: { convbook: { ran } }, cells },
});

it('tell engine, data, run time, and how many of the cells with outputs are compared', () => {
  const varies = { kind: 'varies', reason: 'a time' };
  const facts = factsOf(
    tmpdir(),
    source(
      [
        code({ measured: { seconds: 1.5 } }),
        code({ measured: { seconds: 2 }, guard: { rules: [varies] } }),
        code({ guard: { rules: [{ ...varies, outputs: [0] }] } }, [output, output]),
        code({ guard: { rules: [{ ...varies, outputs: [0, 1] }] } }, [output, output]),
        code({}, []),
      ],
      { engine: 'tensorflow', device: 'CPU', data: ['mnist 60000+10000'], date: '2026-01-02' },
    ),
  );
  expect(facts).toMatchObject({
    engine: 'tensorflow',
    device: 'CPU',
    data: ['mnist 60000+10000'],
    date: '2026-01-02',
    seconds: 3.5,
    guarded: 2,
    withOutputs: 4,
  });
});

it('leave out what is not known', () => {
  const facts = factsOf(tmpdir(), source([code({})]));
  expect(facts.engine).toBeUndefined();
  expect(facts.seconds).toBeUndefined();
  expect(facts.commit).toBeUndefined();
});

it('know the labs that a lab needs from its own words, and from its first sentence alone', () => {
  const text = (words: string): Cell => ({ cell_type: 'markdown', source: words, metadata: {} });
  const needs = (words: string) => needsOf(source([text(words)]).notebook);
  expect(needs('# T\n\n**You need** labs 05 (gradients) and 08. If new, read lab 00 first.')).toEqual([
    '05',
    '08',
  ]);
  expect(needs('# T\n\n**You need** some curiosity.')).toEqual([]);
});
