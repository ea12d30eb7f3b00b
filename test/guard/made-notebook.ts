import { encode } from 'fast-png';
import type { Cell, Notebook, Output } from '../../guard/notebook.ts';
import type { Ran } from '../../guard/run.ts';

/** A grey picture of blobs, as base64 PNG; `change` moves one blob. */
export function png(change = 0, noise = 0): string {
  const [width, height] = [48, 32];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const blob = (cx: number, cy: number) => 200 * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 30);
      const ripple = noise * ((x * 7 + y * 13) % 3);
      data[y * width + x] = Math.min(255, Math.round(blob(10, 10) + blob(34 - change, 20) + ripple));
    }
  }
  return Buffer.from(encode({ width, height, data, channels: 1 })).toString('base64');
}

export const code = (source: string, outputs: Output[], convbook: object = {}): Cell => ({
  cell_type: 'code',
  source,
  metadata: { convbook },
  execution_count: 1,
  outputs,
});

export const stdout = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

export const result = (data: Record<string, unknown>, metadata: Record<string, unknown> = {}): Output => ({
  output_type: 'execute_result',
  execution_count: 1,
  data,
  metadata,
});

export const figure = (): Record<string, unknown> => ({
  data: [
    { type: 'scatter', mode: 'lines', name: 'training', x: [1, 2, 3, 4], y: [0.9, 0.5, 0.3, 0.25] },
    { type: 'scatter', mode: 'lines', name: 'test', x: [1, 2, 3, 4], y: [0.8, 0.55, 0.4, 0.38] },
  ],
  layout: {
    title: { text: 'Loss' },
    xaxis: { title: { text: 'epoch' } },
    yaxis: { title: { text: 'loss' } },
    meta: { alt: 'Both losses fall.' },
  },
});

const table = (accuracy: string) =>
  `<table><thead><tr><th scope="col">model</th><th scope="col">accuracy</th><th scope="col">seconds</th></tr></thead>` +
  `<tbody><tr><th scope="row">linear</th><td>${accuracy}</td><td>3.2</td></tr><tr><td>cnn</td><td>0.991</td><td>41</td></tr></tbody></table>`;

/** A notebook with an output of every kind, each cell with the rule that a lab would give it. */
export function madeNotebook(): Notebook {
  const measured = { seconds: 1, tensors: 2, megabytes: 300 };
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { convbook: { ran: { engine: 'tensorflow', data: ['mnist 60000+10000'], calibration: 0.01 } } },
    cells: [
      { cell_type: 'markdown', source: '# Made', metadata: {} },
      code('shapes', [stdout('60000 images of 28 x 28, mean 0.13066\n')], { name: 'default', measured }),
      code('accuracy', [stdout('Right: 99.15 % of 10000 test images. Loss 0.0257.\n')], {
        name: 'accuracy',
        guard: {
          rules: [{ kind: 'numbers', labelled: { Right: { range: [98.9, 100] }, Loss: { absolute: 0.01 } } }],
        },
      }),
      code(
        'figure',
        [
          result({
            'application/vnd.plotly.v1+json': figure(),
            'image/svg+xml': '<svg/>',
            'text/plain': '[figure]',
          }),
        ],
        {
          name: 'figure',
          guard: { rules: [{ kind: 'figure', ends: 0.2 }] },
        },
      ),
      code(
        'picture',
        [result({ 'image/png': png(), 'text/plain': '[picture: blobs]' }, { 'image/png': { alt: 'blobs' } })],
        {
          name: 'picture',
          guard: { rules: [{ kind: 'picture', mime: 'image/png', distance: 0.05 }] },
        },
      ),
      code('table', [result({ 'text/html': table('0.921'), 'text/plain': 'model accuracy' })], {
        name: 'table',
        guard: {
          rules: [{ kind: 'table', columns: { accuracy: { absolute: 0.01 }, seconds: { varies: 'time' } } }],
        },
      }),
      code(
        'tensor',
        [
          result({
            'text/plain': 'Tensor float32 [3, 3], 36 bytes\nmin -1  max 1  mean 0.01  std 0.5\n[[…]]',
          }),
        ],
        { name: 'tensor', guard: { rules: [{ kind: 'tensor', absolute: 0.05 }] } },
      ),
      code('report', [result({ 'text/html': '<ul style="padding: 0"><li>met</li></ul>' })], {
        name: 'report',
      }),
      code('time', [stdout('took 12.3 s\n')], {
        name: 'time',
        guard: { rules: [{ kind: 'varies', reason: 'a time' }] },
      }),
      code('pattern', [stdout('seed 4711\n')], {
        name: 'pattern',
        guard: { rules: [{ kind: 'text', pattern: 'seed \\d{4}' }] },
      }),
      code(
        'error',
        [
          {
            output_type: 'error',
            ename: 'TypeError',
            evalue: '7 - 3 is not divisible by 3',
            traceback: ['…'],
          },
        ],
        {
          name: 'error',
        },
      ),
      code(
        'drawing',
        [
          result({
            'image/svg+xml': `<svg role="img"><text>a</text><image href="data:image/png;base64,${png()}"/></svg>`,
          }),
        ],
        {
          name: 'drawing',
        },
      ),
    ],
  };
}

/** A run of the notebook that gave exactly the committed outputs. */
export function madeRun(notebook: Notebook): Ran {
  const cells: Ran['cells'] = {};
  let tensors = 0;
  notebook.cells.forEach((cell, i) => {
    if (cell.cell_type !== 'code') return;
    tensors += 2;
    cells[i] = { seconds: 1, status: 'ok', tensors, bytes: 300e6 };
  });
  return {
    notebook: structuredClone(notebook),
    cells,
    facts: { engine: 'tensorflow', device: 'CPU', data: ['mnist 60000+10000'] },
    solutions: [],
    failure: null,
  };
}

/** The outputs of the cell of this name, to be changed. */
export function outputsOf(notebook: Notebook, name: string): Output[] {
  const cell = notebook.cells.find(
    (one) => (one.metadata['convbook'] as { name?: string } | undefined)?.name === name,
  );
  return cell!.outputs!;
}
