// Lab 09 is the main job, end to end: what its committed run on every image of MNIST must show (labs.test.ts runs it again and
// compares), and a run where there is no MNIST.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook } from '../../guard/notebook.ts';
import {
  codeCells,
  fromRoot,
  joined,
  type Notebook,
  outputsNamed,
  outputsOf,
  runNotebook,
} from './run-notebook.ts';

const lab = fromRoot('notebooks', '09-cnn-on-mnist.ipynb');
const printed = (notebook: Notebook, name: string) =>
  outputsNamed(notebook, name)
    .filter((o) => o.output_type === 'stream')
    .map((o) => joined(o.text))
    .join('');
const resultOf = (notebook: Notebook, name: string) => {
  const result = outputsNamed(notebook, name).find((o) => o.output_type === 'execute_result');
  return joined(result?.data?.['text/plain']);
};

const failures = (notebook: Notebook) =>
  codeCells(notebook).flatMap((cell) =>
    (cell.outputs ?? [])
      .filter((o) => o.output_type === 'error' || (o.output_type === 'stream' && o.name === 'stderr'))
      .map((o) => `${joined(cell.source).slice(0, 60)}: ${o.evalue ?? joined(o.text)}`),
  );

describe('lab 09 on MNIST, as committed', () => {
  let notebook: Notebook;
  beforeAll(async () => {
    notebook = await readNotebook(lab);
  });

  it('ran from top to bottom with no error and nothing on stderr', () => {
    const counts = codeCells(notebook).map((cell) => cell.execution_count);
    expect(counts).toEqual(counts.map((_, i) => i + 1));
    expect(failures(notebook)).toEqual([]);
  });

  it('loads all 60,000 and 10,000 real images and names the engine', () => {
    expect(printed(notebook, 'data')).toMatch(/^MNIST/);
    expect(printed(notebook, 'data')).toContain('60000 training images and 10000 test images');
    expect(printed(notebook, 'data')).toContain('Engine: tensorflow');
  });

  it('classifies at least 98.9 % of the 10,000 test images rightly', () => {
    expect(Number(resultOf(notebook, 'test-accuracy'))).toBeGreaterThanOrEqual(0.989);
    expect(printed(notebook, 'test-accuracy')).toContain('of 10000 test images');
  });

  it('leaves a static figure of the training behind, with the curves in words', () => {
    const figures = outputsNamed(notebook, 'training').filter((o) => o.output_type === 'display_data');
    expect(figures).toHaveLength(1);
    expect(joined(figures[0]!.data!['image/svg+xml'])).toContain('<svg');
    expect(joined(figures[0]!.data!['text/plain'])).toMatch(/training loss goes from .* in 4 epochs/);
  });

  it('draws filters, feature maps, the confusion matrix, mistakes, saliency and occlusion', () => {
    for (const name of ['filters', 'feature-maps', 'confusions', 'worst-mistakes', 'saliency', 'occlusion']) {
      const drawn = outputsNamed(notebook, name).filter((o) => o.data?.['image/svg+xml']);
      expect(drawn, name).toHaveLength(1);
    }
    const matrix = outputsNamed(notebook, 'confusions')[0]!.data!['application/vnd.plotly.v1+json'] as any;
    const counts = matrix.data[0].text.flat().map(Number);
    const total = counts.reduce((a: number, b: number) => a + b, 0);
    expect(total).toBe(10_000);
    const right = matrix.data[0].text.reduce(
      (sum: number, row: string[], i: number) => sum + Number(row[i]),
      0,
    );
    expect(right / total).toBeCloseTo(Number(resultOf(notebook, 'test-accuracy')), 4);
  });

  it('gives every picture its text for people who can’t see it', () => {
    const pictures = outputsOf(notebook).filter((o) => o.data?.['image/svg+xml']);
    expect(pictures.length).toBeGreaterThanOrEqual(9);
    for (const picture of pictures) {
      expect(joined(picture.data!['image/svg+xml'])).toMatch(
        /<svg[^>]*role="img"[^>]*aria-label="[^"]{20,}"/,
      );
    }
  });

  it('fits in the two megabytes that a committed notebook may have', () => {
    expect(JSON.stringify(notebook).length).toBeLessThan(2_000_000);
  });
});

describe('lab 09 with no MNIST to be had', () => {
  let notebook: Notebook;
  let empty: string;
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'convbook-no-data-'));
    const env = { CONVBOOK_DATA: empty, XDG_CACHE_HOME: empty, CONVBOOK_OFFLINE: '1' };
    notebook = await runNotebook(lab, { timeoutSeconds: 800, env });
  }, 900_000);
  afterAll(() => rm(empty, { recursive: true, force: true }));

  it('runs on made digits, and says so at its top', () => {
    expect(failures(notebook)).toEqual([]);
    expect(printed(notebook, 'data')).toContain('made digits');
    expect(printed(notebook, 'data')).toContain('convbook data get mnist');
  });

  it('learns them too', () => {
    expect(Number(resultOf(notebook, 'test-accuracy'))).toBeGreaterThan(0.95);
  });
});
