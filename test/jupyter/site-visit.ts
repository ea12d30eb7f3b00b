import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';
import { type Built, buildSite } from '../../site/build.ts';
import { launchBrowser, requestsThatLeave } from '../browser/launch.ts';
import { serve } from './site-server.ts';

/** The site of this checkout in a folder of its own, a server below a path, and a browser that reaches nothing else. */
export interface Visit {
  built: Built;
  out: string;
  url: string;
  browser: Browser;
  /** Opens a page, and fails at its end if the page complained or asked another host for anything. */
  onPage<T>(
    address: string,
    use: (page: Page, context: BrowserContext) => Promise<T>,
    options?: BrowserContextOptions,
  ): Promise<T>;
  end(): Promise<void>;
}

export async function visitSite(): Promise<Visit> {
  const out = mkdtempSync(join(tmpdir(), 'convbook-site-'));
  const [built, browser] = await Promise.all([
    buildSite({ project: fromRoot(), out, noRun: true }),
    launchBrowser(),
  ]);
  const server = await serve(out);
  const onPage: Visit['onPage'] = async (address, use, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const left = requestsThatLeave(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()))
        complaints.push(`${message.text()} (on ${page.url()})`);
    });
    page.on('pageerror', (error) => complaints.push(`${error.message} (on ${page.url()})`));
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
  };
  return {
    built,
    out,
    url: server.url,
    browser,
    onPage,
    async end() {
      await browser.close();
      server.close();
      rmSync(out, { recursive: true, force: true });
    },
  };
}
