// The whole site from the labs of this checkout, in a real browser: over HTTP below a path, and from the disk.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { type Built, buildSite } from '../../site/build.ts';
import { launchBrowser, requestsThatLeave } from '../browser/launch.ts';
import { htmlFiles, serve } from './site-server.ts';

const project = fromRoot();
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const out = mkdtempSync(join(tmpdir(), 'convbook-site-'));
let built: Built;
let browser: Browser;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  built = await buildSite({ project, out, noRun: true });
  server = await serve(out);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(out, { recursive: true, force: true });
});

/** Opens a page, and fails at its end if the page complained or asked another host for anything. */
async function onPage<T>(
  address: string,
  use: (page: Page, context: BrowserContext) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const left = requestsThatLeave(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  try {
    await page.goto(address.includes(':') ? address : server.url + address);
    const result = await use(page, context);
    expect(complaints, address).toEqual([]);
    expect(left, address).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

const read = (file: string) => readFileSync(join(out, file), 'utf8');
const labs = () => htmlFiles(out, 'labs');

describe('the site', () => {
  it('has a page for every lab, assignment and architecture, in both languages', () => {
    const files = htmlFiles(out);
    expect(files).toHaveLength(built.pages);
    const english = files.filter((file) => !file.startsWith('pt/'));
    expect(files.filter((file) => file.startsWith('pt/')).map((file) => file.slice(3))).toEqual(english);
    for (const page of ['index', 'glossary', 'references', 'errata', 'reading', 'architectures/vgg-16']) {
      expect(english).toContain(`${page}.html`);
    }
    expect(labs().length).toBeGreaterThanOrEqual(10);
    expect(htmlFiles(out, 'assignments').length).toBeGreaterThanOrEqual(1);
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
    for (const file of htmlFiles(out)) {
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
        if (!existsSync(join(out, target)) || !statSync(join(out, target)).isFile())
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
    const again = await buildSite({ project, out, noRun: true });
    expect(again.written).toBe(0);
    expect(again.pages).toBe(built.pages);
  });
});

describe('every page', () => {
  it('opens without a complaint, asks no other host, and is no wider than its screen, on a phone and on a desk', async () => {
    const files = htmlFiles(out);
    const wide: string[] = [];
    const walk = async (width: number, mine: readonly string[]) => {
      await onPage(
        mine[0]!,
        async (page) => {
          for (const file of mine) {
            await page.goto(server.url + file, { waitUntil: 'load' });
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            if (overflow > 0) wide.push(`${file} at ${width}: ${overflow} px`);
          }
        },
        { viewport: { width, height: 800 } },
      );
    };
    const [phone, desk] = [
      files.filter((file) => file.startsWith('pt/')),
      files.filter((file) => !file.startsWith('pt/')),
    ];
    await Promise.all([walk(390, phone), walk(1366, desk)]);
    expect(wide).toEqual([]);
  });

  it('has no serious accessibility violation, in light and in dark colours', async () => {
    const some = [
      'index.html',
      'pt/index.html',
      'glossary.html',
      'references.html',
      'errata.html',
      'architectures/index.html',
      'architectures/googlenet.html',
      'pt/labs/00-tour-of-the-notebook.html',
      // Labs differ in what they say; every third is looked at here, and all of them in the long tests.
      ...labs().filter((_, i) => process.env['CONVBOOK_TEST_ALL'] || i % 3 === 0),
      ...htmlFiles(out, 'assignments').slice(0, 1),
    ];
    const found: string[] = [];
    const look = async (colorScheme: 'light' | 'dark', mine: readonly string[]) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      for (const file of mine) {
        await page.goto(server.url + file);
        await page.addScriptTag({ path: axe });
        const violations = await page.evaluate(async () => {
          // What is folded is looked at too.
          for (const details of document.querySelectorAll<HTMLDetailsElement>('main details'))
            details.open = true;
          // A drawing is one picture with a text: what is in it is no text of its own.
          for (const drawing of document.querySelectorAll('svg[role=img]')) drawing.replaceChildren();
          const run = (window as unknown as { axe: { run(...all: unknown[]): Promise<any> } }).axe.run;
          const { violations: all } = await run(document, { resultTypes: ['violations'], elementRef: false });
          return all
            .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }: any) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`);
        });
        found.push(...violations.map((violation: string) => `${file}, ${colorScheme}: ${violation}`));
      }
      await context.close();
    };
    const dark = some.filter((_, i) => i % 4 === 0);
    await Promise.all([look('light', some), look('dark', dark)]);
    expect(found).toEqual([]);
  });

  it.each([
    'index.html',
    'glossary.html',
    'references.html',
    'architectures/index.html',
    'architectures/cifar-resnet-1202.html',
    'pt/glossary.html',
  ])('%s, which has no figures, transfers less than 200 kB', async (file) => {
    const bytes = await onPage(file, async (page) => {
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

describe('figures', () => {
  const lab = 'labs/05-gradients-and-optimisers.html';

  it('are pictures first; Plotly comes once, when one of them is scrolled to, and draws it', async () => {
    await onPage(lab, async (page) => {
      const scripts: string[] = [];
      page.on('request', (request) => scripts.push(request.url().split('/').at(-1)!));
      const figures = page.locator('[data-plotly]');
      const all = await figures.count();
      expect(all).toBeGreaterThanOrEqual(2);
      await page.waitForTimeout(300);
      expect(scripts).not.toContain('plotly.js');
      expect(await figures.first().locator('.still svg').first().isVisible()).toBe(true);
      for (let i = 0; i < all; i++) {
        await figures.nth(i).scrollIntoViewIfNeeded();
        await figures.nth(i).locator('.live .main-svg').first().waitFor();
      }
      expect(scripts.filter((name) => name === 'plotly.js')).toHaveLength(1);
      expect(await page.locator('[data-plotly].drawn').count()).toBe(all);
      expect(await figures.first().locator('.still').isVisible()).toBe(false);
      const label = await figures.first().locator('.live').getAttribute('aria-label');
      expect(label!.length).toBeGreaterThan(20);
    });
  });

  it('stay pictures without JavaScript, and code and formulas are there too', async () => {
    await onPage(
      lab,
      async (page) => {
        const figure = page.locator('[data-plotly]').first();
        expect(await figure.locator('.still svg').first().isVisible()).toBe(true);
        expect(await page.locator('.katex').count()).toBeGreaterThan(3);
        expect(await page.locator('.copy').first().isVisible()).toBe(false);
      },
      { javaScriptEnabled: false },
    );
  });

  it('are vectors on paper, drawn or not', async () => {
    await onPage(lab, async (page) => {
      const figure = page.locator('[data-plotly]').first();
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('.live .main-svg').first().waitFor();
      await page.emulateMedia({ media: 'print' });
      expect(await figure.locator('.still svg').first().isVisible()).toBe(true);
      expect(await figure.locator('.live').isVisible()).toBe(false);
      expect(await page.locator('.top').isVisible()).toBe(false);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.length).toBeGreaterThan(50_000);
    });
  });

  it('that move can be stopped, and stand still for those who asked their system for that', async () => {
    await onPage(
      lab,
      async (page) => {
        const paused = () =>
          page.evaluate(() => document.querySelector<SVGSVGElement>('.moving svg')!.animationsPaused());
        expect(await paused()).toBe(true);
        await page.locator('[data-animation]').first().click();
        expect(await paused()).toBe(false);
        await page.locator('[data-animation]').first().click();
        expect(await paused()).toBe(true);
      },
      { reducedMotion: 'reduce' },
    );
  });
});

describe('a reader', () => {
  it('searches with the keyboard alone, and gets to the place', async () => {
    await onPage('labs/00-tour-of-the-notebook.html', async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('receptive field');
      const results = page.locator('dialog.search li');
      await results.first().waitFor();
      expect(await results.allTextContents()).toEqual(
        expect.arrayContaining([expect.stringMatching(/receptive field/i)]),
      );
      await page.keyboard.press('ArrowDown');
      expect(await results.nth(1).getAttribute('aria-selected')).toBe('true');
      const target = await results.nth(1).locator('a').getAttribute('href');
      const address = new URL(target!, page.url()).href;
      await page.keyboard.press('Enter');
      await page.waitForURL(address);
      await page.keyboard.press('/');
      await page.keyboard.type('xqzzy');
      await page.getByText('Nothing found for “xqzzy”.').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.locator('dialog.search').isVisible()).toBe(false);
    });
  });

  it('finds Portuguese words without their accents', async () => {
    await onPage('pt/glossary.html', async (page) => {
      await page.locator('[data-search]').click();
      await page.keyboard.type('convolucao');
      await page.locator('dialog.search li', { hasText: 'convolução' }).first().waitFor();
    });
  });

  it('chooses colours, and the choice holds on other pages', async () => {
    const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await onPage(
      'index.html',
      async (page) => {
        const system = await ground(page);
        await page.emulateMedia({ colorScheme: 'light' });
        const light = await ground(page);
        expect(light).not.toBe(system);
        const button = page.locator('[data-theme-button]');
        await button.click();
        await button.click();
        expect(await button.getAttribute('aria-label')).toBe('Colours: dark');
        expect(await ground(page)).toBe(system);
        await page.goto(`${server.url}glossary.html`);
        expect(await ground(page)).toBe(system);
        await page.locator('[data-theme-button]').click();
        expect(await ground(page)).toBe(light);
      },
      { colorScheme: 'dark' },
    );
  });

  it('sees what a name is, with the mouse and with the keyboard', async () => {
    await onPage('labs/09-cnn-on-mnist.html', async (page) => {
      const tip = page.locator('.type-tip');
      await page
        .locator('[data-t]', { hasText: /^Conv2D$/ })
        .first()
        .hover();
      await expect.poll(() => tip.textContent()).toContain('class Conv2D');
      await page.locator('.code pre').first().focus();
      await page.keyboard.press('n');
      await page.keyboard.press('n');
      expect(await tip.isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      expect(await tip.isVisible()).toBe(false);
    });
  });

  it('copies code as it was written', async () => {
    await onPage(
      'labs/00-tour-of-the-notebook.html',
      async (page) => {
        const cell = page.locator('#cell-values');
        await cell.hover();
        await cell.locator('.copy').click();
        await cell.getByText('Copied').waitFor();
        const text = await page.evaluate(() => navigator.clipboard.readText());
        expect(text.trim()).toBe('const width = 28;\nconst height = 28;\nwidth * height');
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
  });

  it('finds hints and solutions folded, and how the page was made', async () => {
    await onPage('labs/09-cnn-on-mnist.html', async (page) => {
      expect(await page.locator('details.hint').count()).toBeGreaterThanOrEqual(9);
      expect(await page.locator('details.solution').count()).toBeGreaterThanOrEqual(3);
      expect(await page.locator('details.fold[open]').count()).toBe(0);
      const badge = await page.locator('.badge').textContent();
      expect(badge).toMatch(/tensorflow, CPU/);
      expect(badge).toMatch(/mnist \(60,000 \+ 10,000\)/);
      expect(badge).toMatch(/\d+ of \d+ cells/);
    });
  });

  it('goes through the course, and changes the language in place', async () => {
    await onPage('labs/00-tour-of-the-notebook.html', async (page) => {
      await page.locator('.around .next').click();
      expect(await page.locator('h1').textContent()).toBe('Applications and data');
      await page.locator('.around .prev').click();
      await page.locator('.language').click();
      expect(await page.locator('html').getAttribute('lang')).toBe('pt-BR');
      expect(await page.locator('h1').textContent()).toBe('Um passeio pelo notebook');
    });
  });
});

it('works from the disk: pages, search and figures', async () => {
  await onPage(pathToFileURL(join(out, 'labs', '05-gradients-and-optimisers.html')).href, async (page) => {
    const figure = page.locator('[data-plotly]').first();
    await figure.scrollIntoViewIfNeeded();
    await figure.locator('.live .main-svg').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('momentum');
    const first = page.locator('dialog.search li a').first();
    const address = await first.evaluate((link) => (link as HTMLAnchorElement).href);
    await page.keyboard.press('Enter');
    await page.waitForURL(address);
    expect(await page.evaluate(() => document.fonts.check('16px "Source Serif 4"'))).toBe(true);
  });
});
