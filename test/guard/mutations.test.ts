import { describe, expect, it } from 'vitest';
import { compareNotebook } from '../../guard/check.ts';
import type { Output } from '../../guard/notebook.ts';
import type { Measured, Ran } from '../../guard/run.ts';
import { figure, madeNotebook, madeRun, outputsOf, png, result, stdout } from './made-notebook.ts';

/** The names of the cells that fail when a run is changed so. */
function failing(change: (run: Ran) => void, calibration?: number): string[] {
  const committed = madeNotebook();
  const run = madeRun(committed);
  change(run);
  const report = compareNotebook('made.ipynb', committed, run, calibration);
  const names = report.cells.filter(({ status }) => status === 'failed').map(({ name }) => name);
  expect(report.status).toBe(names.length > 0 ? 'failed' : 'passed');
  return names;
}

const each = (run: Ran, change: (cell: Measured) => unknown) => {
  for (const cell of Object.values(run.cells)) change(cell);
};
const replace = (name: string, change: (output: Output) => void) => (run: Ran) => {
  change(outputsOf(run.notebook, name)[0]!);
};
const text = (name: string, from: string | RegExp, to: string) =>
  replace(name, (output) => {
    const before = String(output.text);
    output.text = before.replace(from, to);
    expect(output.text).not.toBe(before);
  });
const data = (name: string, mime: string, from: string, to: string) =>
  replace(name, (output) => {
    const before = String(output.data![mime]);
    output.data![mime] = before.replace(from, to);
    expect(output.data![mime]).not.toBe(before);
  });
const plot = (change: (figure: any) => void) =>
  replace('figure', (output) => {
    const changed: any = figure();
    change(changed);
    output.data!['application/vnd.plotly.v1+json'] = changed;
  });

describe('an unchanged run', () => {
  it('passes, also under --timing', () => {
    expect(failing(() => {})).toEqual([]);
    expect(failing(() => {}, 0.01)).toEqual([]);
  });
});

const caught: [string, string, (run: Ran) => void][] = [
  ['a float off by more than 1e-4 where there is no rule', 'default', text('default', '0.13066', '0.1308')],
  ['a whole number off by one', 'default', text('default', '60000', '60001')],
  ['a word', 'default', text('default', 'images', 'pictures')],
  ['NaN for a number', 'default', text('default', '0.13066', 'NaN')],
  ['an accuracy below its range', 'accuracy', text('accuracy', '99.15', '98.89')],
  ['a loss off by more than its tolerance', 'accuracy', text('accuracy', '0.0257', '0.0358')],
  ['a count that no label frees', 'accuracy', text('accuracy', '10000', '9999')],
  ['a missing trace', 'figure', plot((f) => f.data.pop())],
  ['an extra trace', 'figure', plot((f) => f.data.push(f.data[0]))],
  [
    'swapped labels',
    'figure',
    plot((f) => ([f.data[0].name, f.data[1].name] = [f.data[1].name, f.data[0].name])),
  ],
  ['another type of trace', 'figure', plot((f) => (f.data[0].type = 'bar'))],
  ['a shorter trace', 'figure', plot((f) => f.data[0].y.pop())],
  ['a trace whose end moved', 'figure', plot((f) => (f.data[0].y[3] = -0.4))],
  ['NaN in a trace', 'figure', plot((f) => (f.data[0].y[2] = null))],
  ['another title', 'figure', plot((f) => (f.layout.title.text = 'Accuracy'))],
  [
    'swapped axis titles',
    'figure',
    plot((f) => ([f.layout.xaxis, f.layout.yaxis] = [f.layout.yaxis, f.layout.xaxis])),
  ],
  ['a lost alt text of a figure', 'figure', plot((f) => (f.layout.meta.alt = ''))],
  ['a figure without its drawing', 'figure', data('figure', 'image/svg+xml', '<svg/>', '')],
  ['a changed picture', 'picture', replace('picture', (o) => (o.data!['image/png'] = png(16)))],
  ['a lost alt text of a picture', 'picture', replace('picture', (o) => (o.metadata = {}))],
  ['a damaged picture', 'picture', replace('picture', (o) => (o.data!['image/png'] = png().slice(0, 60)))],
  [
    'a number in a table off by more than its column allows',
    'table',
    data('table', 'text/html', '0.921', '0.905'),
  ],
  ['a renamed column', 'table', data('table', 'text/html', 'model', 'net')],
  ['a label in a table', 'table', data('table', 'text/html', 'linear', 'lineal')],
  [
    'a missing row',
    'table',
    data('table', 'text/html', '<tr><td>cnn</td><td>0.991</td><td>41</td></tr>', ''),
  ],
  ['another shape of a tensor', 'tensor', data('tensor', 'text/plain', '[3, 3]', '[9, 1]')],
  ['another type of a tensor', 'tensor', data('tensor', 'text/plain', 'float32', 'int32')],
  ['another mean of a tensor', 'tensor', data('tensor', 'text/plain', 'mean 0.01', 'mean 0.3')],
  ['nothing where something varies', 'time', (run) => outputsOf(run.notebook, 'time').splice(0)],
  ['a text outside its pattern', 'pattern', text('pattern', '4711', '47110')],
  ['another error', 'error', replace('error', (o) => (o.evalue = 'x is not a function'))],
  ['another kind of error', 'error', replace('error', (o) => (o.ename = 'RangeError'))],
  ['an error that is gone', 'error', (run) => outputsOf(run.notebook, 'error').splice(0)],
  ['a changed picture inside a drawing', 'drawing', data('drawing', 'image/svg+xml', png(), png(3))],
  ['another label in a drawing', 'drawing', data('drawing', 'image/svg+xml', '>a<', '>b<')],
  ['another word in HTML', 'report', data('report', 'text/html', 'met', 'missed')],
  ['a missing output', 'default', (run) => outputsOf(run.notebook, 'default').splice(0)],
  [
    'a new output',
    'default',
    (run) => outputsOf(run.notebook, 'default').push(result({ 'text/plain': '3' })),
  ],
  [
    'new stderr',
    'default',
    (run) => outputsOf(run.notebook, 'default').push({ ...stdout('a warning\n'), name: 'stderr' }),
  ],
  ['a display for a result', 'table', replace('table', (o) => (o.output_type = 'display_data'))],
  ['an extra tensor', 'default', (run) => each(run, (cell) => (cell.tensors! += 1))],
];

describe('a changed run', () => {
  it.each(caught)('%s is caught, in its own cell', (_, name, change) => {
    expect(failing(change)).toEqual([name]);
  });
});

const allowed: [string, (run: Ran) => void][] = [
  ['a float off by less than 1e-4 of itself', text('default', '0.13066', '0.130669')],
  ['an accuracy anywhere in its range', text('accuracy', '99.15', '98.9')],
  ['a loss inside its tolerance', text('accuracy', '0.0257', '0.0350')],
  ['a curve that moved a little', plot((f) => (f.data[0].y[3] = 0.2))],
  ['a redrawn figure', data('figure', 'image/svg+xml', '<svg/>', '<svg x="1"/>')],
  ['a picture with a little noise', replace('picture', (o) => (o.data!['image/png'] = png(0, 1)))],
  [
    'another look of the same practice report',
    data('report', 'text/html', '<li>', '<li class="b" style="color: red">'),
  ],
  ['a column that varies', data('table', 'text/html', '3.2', '5.9')],
  ["a number inside its column's tolerance", data('table', 'text/html', '0.921', '0.925')],
  ['statistics inside their tolerance', data('tensor', 'text/plain', 'mean 0.01', 'mean 0.03')],
  ['what varies', text('time', '12.3', '47.11')],
  ['another text of the pattern', text('pattern', '4711', '0815')],
  ['colours and line endings', text('default', /^(.*)\n/, '\u001b[31m$1\u001b[0m\r\n')],
  [
    'a stream in pieces',
    (run) =>
      outputsOf(run.notebook, 'default').splice(
        0,
        1,
        stdout('60000 images of 28'),
        stdout(' x 28, mean 0.13066\n'),
      ),
  ],
  ['a traceback of another machine', replace('error', (o) => (o.traceback = ['elsewhere']))],
  ['a slower cell, when times are only reported', (run) => (run.cells[1]!.seconds = 60)],
  ['fewer tensors', (run) => each(run, (cell) => (cell.tensors! -= 1))],
];

describe('what rules allow', () => {
  it.each(allowed)('%s passes', (_, change) => {
    expect(failing(change)).toEqual([]);
  });
});

describe('--timing', () => {
  const slower = (seconds: number) => (run: Ran) => {
    run.cells[1]!.seconds = seconds;
  };

  it('catches a slower cell, in units of the calibration loop', () => {
    expect(failing(slower(2.5), 0.01)).toEqual(['default']);
    expect(failing(slower(1.9), 0.01)).toEqual([]);
  });

  it('excuses a slower machine and not a slow cell on a faster one', () => {
    expect(failing((run) => each(run, (cell) => (cell.seconds = 2.5)), 0.02)).toEqual([]);
    expect(failing(slower(1), 0.004)).toContain('default');
  });
});

describe('another engine or other data', () => {
  const report = (facts: Ran['facts']) => {
    const committed = madeNotebook();
    return compareNotebook('made.ipynb', committed, { ...madeRun(committed), facts });
  };

  it('is never a pass, even where all outputs are equal', () => {
    const made = report({ engine: 'tensorflow', data: ['made-digits 60000+10000'] });
    expect(made.status).toBe('not-comparable');
    expect(made.reason).toContain('the data is made-digits 60000+10000, and was mnist 60000+10000');
    expect(report({ engine: 'wasm', data: ['mnist 60000+10000'] }).status).toBe('not-comparable');
    expect(made.cells.map(({ status }) => status)).not.toContain('passed');
  });
});

describe('a run that ended early', () => {
  it('fails, names the cell, and calls no later cell a pass', () => {
    const committed = madeNotebook();
    const run = madeRun(committed);
    for (const index of Object.keys(run.cells)) if (Number(index) > 3) delete run.cells[index];
    run.cells[3]!.status = 'failed';
    outputsOf(run.notebook, 'figure').splice(0, 1, {
      output_type: 'error',
      ename: 'Error',
      evalue: 'x',
      traceback: [],
    });
    run.failure = { kind: 'cell', message: 'Error: x' };
    const { status, cells } = compareNotebook('made.ipynb', committed, run);
    expect(status).toBe('failed');
    expect(cells.map((cell) => cell.status)).toEqual([
      'passed',
      'passed',
      'failed',
      ...Array(8).fill('not-run'),
    ]);
  });

  it('by the time limit says so', () => {
    const committed = madeNotebook();
    const run = {
      ...madeRun(committed),
      failure: { kind: 'time' as const, message: 'The time limit of 5 seconds was reached.' },
    };
    expect(compareNotebook('made.ipynb', committed, run)).toMatchObject({
      status: 'failed',
      reason: 'The time limit of 5 seconds was reached.',
    });
  });
});
