import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';

/** A fresh folder for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'convbook-test-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A machine with no data: an empty CONVBOOK_DATA and an empty cache, both in a fresh folder. */
export function emptyMachine(): { data: string; cache: string } {
  const folder = temporaryFolder();
  const machine = { data: join(folder, 'data'), cache: join(folder, 'cache') };
  vi.stubEnv('CONVBOOK_DATA', machine.data);
  vi.stubEnv('CONVBOOK_CACHE', machine.cache);
  return machine;
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const clean of cleanups.splice(0)) clean();
});
