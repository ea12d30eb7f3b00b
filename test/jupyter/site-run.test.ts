// `npm run site` without --no-run, on a small project of its own: what runs, what is kept, and how failures are told.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildSite } from '../../site/build.ts';
import type { Progress } from '../../site/progress.ts';

const project = mkdtempSync(join(tmpdir(), 'convbook-site-run-'));
const out = join(project, 'out');
const page = () => readFileSync(join(out, 'labs', '01-small.html'), 'utf8');

function lab(text: string, code: string): void {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: 'typescript', pygments_lexer: 'typescript' } },
    cells: [
      { id: 'top', cell_type: 'markdown', source: `# Lab 01 · Small\n\n${text}`, metadata: {} },
      { id: 'sum', cell_type: 'code', source: code, metadata: {}, execution_count: null, outputs: [] },
    ],
  };
  writeFileSync(join(project, 'notebooks', '01-small.ipynb'), JSON.stringify(notebook));
}

/** Builds, and counts the cells that ran. */
async function build(): Promise<number> {
  let cells = 0;
  let finished = 0;
  const progress: Progress = {
    now: (text) => {
      if (text.startsWith('running')) cells++;
    },
    done: (text) => {
      expect(text).toMatch(/^ran notebooks\/01-small\.ipynb in \d+ s$/);
      finished++;
    },
  };
  await buildSite({ project, out, progress });
  expect(finished, 'each lab that ran is said').toBe(cells > 0 ? 1 : 0);
  return cells;
}

beforeAll(() => mkdirSync(join(project, 'notebooks')));
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('runs a lab that has not run here, shows its outputs, and says so in the badge', async () => {
  lab('Hello.', 'const answer = 6 * 7;\nanswer');
  expect(await build()).toBe(1);
  expect(page()).toMatch(/<pre[^>]*class="output text">42<\/pre>/);
  expect(page()).toMatch(/<dt>Guarded<\/dt><dd>1 of 1 cells<\/dd>/);
  expect(page()).toMatch(/<dt>Run time<\/dt><dd>[\d.]+ s<\/dd>/);
  expect(page()).toContain('const answer: number');
});

it('does not run again for a text that changed, and does for code', async () => {
  lab('Good morning.', 'const answer = 6 * 7;\nanswer');
  expect(await build()).toBe(0);
  expect(page()).toContain('Good morning.');
  expect(page()).toMatch(/class="output text">42<\/pre>/);
  lab('Good morning.', 'const answer = 6 * 8;\nanswer');
  expect(await build()).toBe(1);
  expect(page()).toMatch(/class="output text">48<\/pre>/);
});

it('names the cell that fails, and leaves the site as it was', async () => {
  lab('Good morning.', "throw new Error('no way');");
  await expect(build()).rejects.toThrow(
    /notebooks\/01-small\.ipynb, cell 2 \(sum\) failed when it was run: .*no way/,
  );
  expect(page()).toMatch(/class="output text">48<\/pre>/);
});

it('names the cell with a formula that can not be set', async () => {
  lab('So $\\frac{1}{$ is wrong.', 'const answer = 6 * 8;\nanswer');
  await expect(build()).rejects.toThrow(
    /notebooks\/01-small\.ipynb, cell 1 \(top\) has a formula that can't be set: \$\\frac\{1\}\{\$/,
  );
});
