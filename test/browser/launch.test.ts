import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemChromium } from './chromium.ts';
import { launchBrowser, requestsThatLeave } from './launch.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convbook-launch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** A program that stands for a browser. */
function program(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('a browser that does not start', () => {
  const named = (path: string) => {
    vi.stubEnv('CONVBOOK_BROWSER', path);
    return launchBrowser();
  };

  test('names the shared library that is missing', async () => {
    const path = program(
      'bare',
      'echo "$0: error while loading shared libraries: libnss3.so: cannot open shared object file" >&2; exit 127',
    );
    await expect(named(path)).rejects.toThrow(
      `CONVBOOK_BROWSER names ${path}, which does not start: the shared library libnss3.so is missing.`,
    );
  });

  test('says that the C library is too old, or what the program said', async () => {
    const old = program('old', 'echo "version \\`GLIBC_2.34\' not found" >&2; exit 1');
    await expect(named(old)).rejects.toThrow("this system's C library is older than GLIBC_2.34.");
    const other = program('other', 'echo "no room left" >&2; exit 1');
    await expect(named(other)).rejects.toThrow('which does not start: no room left.');
    await expect(named(join(folder, 'none'))).rejects.toThrow("executable doesn't exist");
  });
});

test("the system's browser is found on the path", () => {
  const path = program('google-chrome', 'exit 0');
  if (process.platform === 'linux') {
    expect(systemChromium({ PATH: `/nowhere:${folder}` })?.path).toBe(path);
    expect(systemChromium({ PATH: '/nowhere' })).toBeUndefined();
  }
});

test('a page that asks for another host finds none, and is told on', async () => {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext();
    const left = requestsThatLeave(context);
    const page = await context.newPage();
    const failed = page.waitForEvent('requestfailed');
    await page.setContent('<img alt="" src="https://example.org/x.png"><img alt="" src="data:,">');
    expect((await failed).failure()?.errorText).toContain('ERR_NAME_NOT_RESOLVED');
    expect(left).toEqual(['https://example.org/x.png']);
  } finally {
    await browser.close();
  }
});
