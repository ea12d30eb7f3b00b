// What a reader does on the site of this checkout, in a real browser: over HTTP below a path, and from the disk.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Visit, visitSite } from './site-visit.ts';

let site: Visit;
beforeAll(async () => {
  site = await visitSite();
});
afterAll(() => site?.end());
const onPage: Visit['onPage'] = (...all) => site.onPage(...all);

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
        await page.goto(`${site.url}glossary.html`);
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
  await onPage(
    pathToFileURL(join(site.out, 'labs', '05-gradients-and-optimisers.html')).href,
    async (page) => {
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
    },
  );
});
