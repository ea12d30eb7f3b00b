// Every page of the site from the labs of this checkout, in a real browser: complaints, widths, figures, accessibility, links.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { buildSite } from '../../site/build.ts';
import { htmlFiles } from './site-server.ts';
import { type Visit, visitSite } from './site-visit.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let site: Visit;
beforeAll(async () => {
  site = await visitSite();
});
afterAll(() => site?.end());

const read = (file: string) => readFileSync(join(site.out, file), 'utf8');
const labs = () => htmlFiles(site.out, 'labs');

describe('the site', () => {
  it('has a page for every lab, assignment and architecture, in both languages', () => {
    const files = htmlFiles(site.out);
    expect(files).toHaveLength(site.built.pages);
    const english = files.filter((file) => !file.startsWith('pt/'));
    expect(files.filter((file) => file.startsWith('pt/')).map((file) => file.slice(3))).toEqual(english);
    for (const page of ['index', 'glossary', 'references', 'errata', 'reading', 'architectures/vgg-16']) {
      expect(english).toContain(`${page}.html`);
    }
    expect(labs().length).toBeGreaterThanOrEqual(10);
    expect(htmlFiles(site.out, 'assignments').length).toBeGreaterThanOrEqual(1);
  });

  it('has no link to a file or a place in a file that is not there, and no address of another host but in links', () => {
    const ids = new Map<string, Set<string>>();
    const idsOf = (file: string) => {
      const known =
        ids.get(file) ?? new Set([...read(file).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!));
      ids.set(file, known);
      return known;
    };
    const broken: string[] = [];
    for (const file of htmlFiles(site.out)) {
      const html = read(file).replace(
        /<script\b[^>]*>[\s\S]*?<\/script>/g,
        (script) => /^[^>]*>/.exec(script)![0],
      );
      const tags = [...html.matchAll(/<[a-z][^<>]*>/gi)].map(([tag]) => tag).join('\n');
      for (const [, name, address] of tags.matchAll(/\s(href|src)="([^"]*)"/g)) {
        if (/^(data:|https?:)/.test(address!)) {
          if (name === 'src' && !address!.startsWith('data:')) broken.push(`${file}: ${address}`);
          continue;
        }
        const [path, hash] = address!.replaceAll('&amp;', '&').split('#');
        const target = path === '' ? file : posix.join(dirname(file), decodeURIComponent(path!));
        if (!existsSync(join(site.out, target)) || !statSync(join(site.out, target)).isFile())
          broken.push(`${file}: ${address}`);
        else if (hash && target.endsWith('.html') && !idsOf(target).has(decodeURIComponent(hash))) {
          broken.push(`${file}: ${address} (no such place)`);
        }
      }
      if (/<link [^>]*href="https?:/.test(html)) broken.push(`${file}: a style sheet from elsewhere`);
    }
    expect(broken).toEqual([]);
  });

  it('is built again in a moment when nothing has changed, and writes nothing', async () => {
    const again = await buildSite({ project: fromRoot(), out: site.out, noRun: true });
    expect(again.written).toBe(0);
    expect(again.pages).toBe(site.built.pages);
  });
});

describe('every page', () => {
  /** What was wrong, each with its page. */
  const found = {
    wide: [] as string[],
    undrawn: [] as string[],
    light: [] as string[],
    dark: [] as string[],
  };
  let figures = 0;

  it('opens without a complaint and asks no other host', async () => {
    const waiting = htmlFiles(site.out);
    const walk = () =>
      site.onPage(waiting[0]!, async (page) => {
        for (let file = waiting.shift(); file; file = waiting.shift()) {
          await page.setViewportSize({ width: 1366, height: 900 });
          await page.emulateMedia({ colorScheme: 'light' });
          // Half of them over HTTP below a path, half from the disk.
          const address = file.startsWith('pt/') ? pathToFileURL(join(site.out, file)).href : site.url + file;
          await page.goto(address, { waitUntil: 'load' });
          await measure(page, file, 1366);
          await page.setViewportSize({ width: 390, height: 844 });
          await measure(page, file, 390);
          await page.setViewportSize({ width: 1366, height: 900 });
          // The same figures are on the Portuguese page.
          if (!file.startsWith('pt/')) await draw(page, file);
          await lookAt(page, file);
        }
      });
    await Promise.all([walk(), walk()]);
  });

  it('is no wider than its screen, on a phone and on a desk', () => {
    expect(found.wide).toEqual([]);
  });

  it('draws its figures as they are scrolled to', () => {
    expect(figures).toBeGreaterThan(20);
    expect(found.undrawn).toEqual([]);
  });

  it('has no serious accessibility violation', () => {
    expect(found.light).toEqual([]);
  });

  it('has enough contrast in dark colours', () => {
    expect(found.dark).toEqual([]);
  });

  async function measure(page: Page, file: string, width: number): Promise<void> {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) found.wide.push(`${file} at ${width}: ${overflow} px`);
  }

  async function draw(page: Page, file: string): Promise<void> {
    const undrawn = await page.evaluate(async () => {
      const all = [...document.querySelectorAll('[data-plotly]')];
      for (const figure of all) {
        figure.scrollIntoView({ behavior: 'instant' });
        const end = performance.now() + 20_000;
        while (!figure.querySelector('.live .main-svg') && performance.now() < end)
          await new Promise((done) => setTimeout(done, 20));
      }
      return {
        of: all.length,
        failed: all.filter((figure) => !figure.querySelector('.live .main-svg')).length,
      };
    });
    figures += undrawn.of;
    if (undrawn.failed > 0) found.undrawn.push(`${file}: ${undrawn.failed} of ${undrawn.of}`);
  }

  async function lookAt(page: Page, file: string): Promise<void> {
    await page.addScriptTag({ path: axe });
    await page.evaluate(prepare);
    const check = (only: string[]) =>
      page.evaluate(async (rules) => {
        const run = (window as unknown as { axe: { run(...all: unknown[]): Promise<any> } }).axe.run;
        const { violations } = await run(document, {
          resultTypes: ['violations'],
          // axe would fetch the style sheets once more, which from the disk it can't; its rules about contrast read the page.
          preload: false,
          elementRef: false,
          ...(rules.length > 0 ? { runOnly: rules } : {}),
        });
        return violations
          .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }: any) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`) as string[];
      }, only);
    found.light.push(...(await check([])).map((one) => `${file}: ${one}`));
    await page.emulateMedia({ colorScheme: 'dark' });
    found.dark.push(...(await check(['color-contrast'])).map((one) => `${file}: ${one}`));
  }

  /** Makes a page smaller for axe without taking anything away that looks or works differently. */
  function prepare(): void {
    // What is folded is looked at too.
    for (const details of document.querySelectorAll<HTMLDetailsElement>('main details')) details.open = true;
    // A drawing is one picture with a text: what is in it is no text of its own. So is a figure that Plotly drew.
    for (const drawing of document.querySelectorAll('svg[role=img]')) drawing.replaceChildren();
    for (const drawn of document.querySelectorAll<HTMLElement>('.live > *')) drawn.style.display = 'none';
    // axe gives no verdict on text above a gradient; these are shadows at the sides of a box.
    for (const box of document.querySelectorAll<HTMLElement>('.table, .map, .drawing.wide'))
      box.style.backgroundImage = 'none';
    // In one block of code each kind of word has one colour.
    for (const pre of document.querySelectorAll('pre')) {
      const seen = new Set<string>();
      for (const word of pre.querySelectorAll('span')) {
        const kind = `${word.className} in ${word.parentElement!.className}`;
        if (seen.has(kind)) word.remove();
        else seen.add(kind);
      }
    }
    // The visible form of a formula is hidden from screen readers; its MathML is what they get.
    for (const shown of document.querySelectorAll('.katex-html')) shown.replaceChildren();
  }
});

describe('a page without figures', () => {
  it.each([
    'index.html',
    'glossary.html',
    'references.html',
    'architectures/index.html',
    'architectures/cifar-resnet-1202.html',
    'pt/glossary.html',
  ])('%s transfers less than 200 kB', async (file) => {
    const bytes = await site.onPage(file, async (page) => {
      await page.waitForLoadState('networkidle');
      return page.evaluate(() =>
        [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].reduce(
          (sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize,
          0,
        ),
      );
    });
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
