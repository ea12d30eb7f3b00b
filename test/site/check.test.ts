import { describe, expect, it } from 'vitest';
import type { Cell, Output } from '../../guard/notebook.ts';
import { checkSource } from '../../site/check.ts';
import type { Source } from '../../site/sources.ts';

const title: Cell = { id: 'top', cell_type: 'markdown', source: '# Lab 03 · Tests', metadata: {} };
const code = (id: string, outputs: Output[], count: number | null = 1): Cell => ({
  id,
  cell_type: 'code',
  source: 'draw()',
  metadata: {},
  execution_count: count,
  outputs,
});
const text = (id: string, source: string): Cell => ({ id, cell_type: 'markdown', source, metadata: {} });
const result = (data: Record<string, unknown>, metadata: Record<string, unknown> = {}): Output => ({
  output_type: 'execute_result',
  data,
  metadata,
});
const source = (cells: Cell[], kind: Source['kind'] = 'lab'): Source => ({
  kind,
  number: '03',
  slug: '03-tests',
  file: 'notebooks/03-tests.ipynb',
  notebook: { nbformat: 4, nbformat_minor: 5, metadata: {}, cells },
});
const problems = (...cells: Cell[]) => checkSource(source([title, ...cells]));

describe('a notebook', () => {
  it('with texts, outputs and described pictures has no problem', () => {
    const svg = '<svg role="img" aria-label="A line"><path/></svg>';
    expect(
      problems(
        code('a', [
          result({ 'image/svg+xml': svg, 'text/html': '<img alt="A line" src="data:,">', 'text/plain': 'x' }),
          result({ 'image/png': 'AAAA' }, { 'image/png': { alt: 'A dot' } }),
          result({ 'application/vnd.plotly.v1+json': { data: [], layout: { meta: { alt: 'A curve' } } } }),
          { output_type: 'stream', name: 'stdout', text: 'hello' },
        ]),
        text('b', 'See ![A cat](cat.png) and `![](not a picture)`.'),
      ),
    ).toEqual([]);
  });

  it('with an output of a kind that no page shows is named with its cell', () => {
    expect(problems(code('data', [result({ 'application/x-own': '1' })]))).toEqual([
      'notebooks/03-tests.ipynb, cell 2 (data) has an output that no page can show: application/x-own; add text/plain (output 1)',
    ]);
    expect(problems(code('data', [result({ 'application/x-own': '1', 'text/plain': '1' })]))).toEqual([]);
  });

  it.each([
    ['a PNG', result({ 'image/png': 'AAAA', 'text/plain': 'x' }), 'image/png'],
    ['a figure', result({ 'application/vnd.plotly.v1+json': { data: [], layout: {} } }), 'plotly'],
    ['an SVG', result({ 'image/svg+xml': '<svg><path/></svg>' }), 'image/svg+xml'],
    ['an SVG with an empty label', result({ 'image/svg+xml': '<svg aria-label=" "/>' }), 'image/svg+xml'],
    ['an <img> in HTML', result({ 'text/html': '<p><img src="x.png"></p>' }), '<img>'],
    ['an empty alt in HTML', result({ 'text/html': '<img src="x.png" alt="">' }), '<img>'],
    ['an <svg> in HTML', result({ 'text/html': '<svg viewBox="0 0 1 1"></svg>' }), '<svg>'],
  ])('with %s without alt text is named with its cell', (_, output, what) => {
    const found = problems(code('plot', [output]));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('notebooks/03-tests.ipynb, cell 2 (plot) has a picture without alt text');
    expect(found[0]).toContain(what);
  });

  it('with a nameless picture in its text is named with its cell', () => {
    expect(problems(code('a', []), text('t', 'Look: ![](cat.png)'))).toEqual([
      'notebooks/03-tests.ipynb, cell 3 (t) has a picture without alt text (cat.png): write ![what it shows](…).',
    ]);
  });

  it('with one cell that was not run is named with that cell', () => {
    expect(problems(code('ran', []), code('late', [], null))).toEqual([
      'notebooks/03-tests.ipynb, cell 3 (late) has no outputs: it was not run. Run the notebook, or build without --no-run.',
    ]);
  });

  it('that was never run is named once; an assignment need not run', () => {
    expect(problems(code('a', [], null), code('b', [], null))).toEqual([
      'notebooks/03-tests.ipynb was never run: it has no outputs. Run it, or build without --no-run.',
    ]);
    expect(checkSource(source([title, code('a', [], null)], 'assignment'))).toEqual([]);
  });

  it('with an output without content, an id twice, a strange cell or no title is named', () => {
    expect(problems(code('a', [result({})]))[0]).toContain(
      'cell 2 (a) has an output without content (output 1)',
    );
    expect(problems(code('a', []), code('a', []))[0]).toContain('cell 3 (a) has the id of cell 2');
    expect(problems({ ...text('h', 'x'), cell_type: 'heading' as 'raw' })[0]).toContain(
      'is of the kind "heading"',
    );
    expect(checkSource(source([text('x', 'No title.')]))).toEqual([
      'notebooks/03-tests.ipynb has no title: its first text cell begins with "# ".',
    ]);
  });
});
