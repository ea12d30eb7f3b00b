// A command for maintainers: pictures of a notebook's cells as JupyterLab shows them.
//
//   node --import ./kernel/loader/register.mjs test/browser/look.ts [--run] [--seconds N] FOLDER NOTEBOOK…
//
// Puts FOLDER/NOTEBOOK-CELL.png there for each cell that has outputs; with --run it runs the notebook first, and says which cells
// failed. The notebooks are left as they were: a copy is opened.

import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { OpenNotebook, startJupyterLab } from './jupyter-lab.ts';
import { launchBrowser, requestsThatLeave } from './launch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { run: { type: 'boolean' }, seconds: { type: 'string', default: '600' } },
});
const [target, ...notebooks] = positionals;
if (!target || notebooks.length === 0) {
  throw new Error('Usage: look.ts [--run] [--seconds N] FOLDER NOTEBOOK…');
}
await mkdir(target, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'convbook-look-'));
const browser = await launchBrowser();
const lab = await startJupyterLab(folder);
try {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1700 } });
  const left = requestsThatLeave(context);
  for (const file of notebooks) {
    const name = basename(file);
    await cp(file, join(folder, name));
    const records = join(dirname(resolve(file)), 'full');
    if (existsSync(records)) await cp(records, join(folder, 'full'), { recursive: true });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.log(`${name}: ${error.message}`));
    const notebook = await OpenNotebook.open(page, lab, name);
    if (values.run) {
      await notebook.command('notebook:clear-all-cell-outputs'); // what is seen afterwards comes from this run
      const start = Date.now();
      await notebook.command('notebook:run-all-cells');
      // Cells are sent one by one, and the kernel is idle between them: the run ends with the last cell or with an error.
      await page.waitForFunction(
        () => {
          const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
          const failed = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
          return failed || /\d/.test(prompts.at(-1)?.textContent ?? '');
        },
        undefined,
        { timeout: 1000 * Number(values.seconds) },
      );
      await notebook.idle();
      const ran = await page.locator('.jp-CodeCell .jp-InputPrompt', { hasText: /\[\d+\]/ }).count();
      const all = await page.locator('.jp-CodeCell').count();
      console.log(`${name}: ${ran} of ${all} cells ran, ${((Date.now() - start) / 1000).toFixed(0)} s`);
    }
    const cells = page.locator('.jp-Notebook .jp-Cell');
    const count = await cells.count();
    for (let i = 0; i < count; i++) {
      const outputs = cells.nth(i).locator('.jp-OutputArea-output');
      if ((await outputs.count()) === 0) continue;
      const failed = await cells.nth(i).locator('[data-mime-type="application/vnd.jupyter.error"]').count();
      if (failed > 0) console.log(`${name}, cell ${i}: failed`);
      await cells.nth(i).evaluate((cell) => cell.scrollIntoView());
      await page.waitForTimeout(300); // plotly draws when it is seen
      const number = String(i).padStart(2, '0');
      await cells.nth(i).screenshot({ path: join(target, `${name.slice(0, 2)}-${number}.png`) });
    }
    await notebook.command('notebook:shutdown-kernel').catch(() => {});
    await page.close();
  }
  if (left.length > 0) console.log(`Requests to other hosts: ${left.join(' ')}`);
} finally {
  await browser.close();
  await lab.stop();
  await rm(folder, { recursive: true, force: true });
}
