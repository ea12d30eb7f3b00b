// How long the course site takes to build, and how soon its pages show something. Real notebooks, committed outputs.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../cli/setup/paths.mjs';
import { Problem } from '../cli/setup/problem.mjs';
import { buildSite } from '../site/build.ts';
import { launchBrowser } from '../test/browser/launch.ts';

const PAGES = [
  'index.html',
  'glossary.html',
  'architectures/resnet-50.html',
  'labs/00-tour-of-the-notebook.html',
  'labs/09-cnn-on-mnist.html',
];
const VISITS = 5;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

export async function main(args: string[]): Promise<number> {
  if (args.length > 0) throw new Problem('bench site takes no options.', 2);
  const folder = mkdtempSync(join(tmpdir(), 'convbook-site-bench-'));
  const [out, cache] = [join(folder, 'out'), join(folder, 'cache')];
  try {
    print(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n`);
    const all = await buildSite({ project: root, out, cache, noRun: true });
    print(`all pages, nothing kept       ${all.seconds.toFixed(1)} s (${all.pages} pages)`);
    const times: number[] = [];
    for (let i = 0; i < 3; i++)
      times.push((await buildSite({ project: root, out, cache, noRun: true })).seconds);
    print(`again, nothing changed        ${median(times).toFixed(1)} s (median of 3)`);
    print('\nfirst contentful paint, from the disk, a new browser profile for each visit:');
    const browser = await launchBrowser();
    for (const path of PAGES) {
      const paints: number[] = [];
      for (let visit = 0; visit < VISITS; visit++) {
        const context = await browser.newContext({ viewport: { width: 1366, height: 800 } });
        const page = await context.newPage();
        await page.goto(pathToFileURL(join(out, path)).href, { waitUntil: 'load' });
        await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
        paints.push(
          await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime),
        );
        await context.close();
      }
      print(`  ${path.padEnd(38)} ${median(paints).toFixed(0).padStart(5)} ms (median of ${VISITS})`);
    }
    await browser.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}
