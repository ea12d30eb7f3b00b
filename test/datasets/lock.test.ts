import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withLock } from '../../datasets/lock.ts';
import { temporaryFolder } from './support/folder.ts';

test('lets one in at a time', async () => {
  const path = join(temporaryFolder(), 'a.lock');
  let inside = 0;
  let most = 0;
  const work = () =>
    withLock(
      path,
      async () => {
        most = Math.max(most, ++inside);
        await sleep(10);
        inside--;
      },
      { pollMs: 3 },
    );
  await Promise.all(Array.from({ length: 8 }, work));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('goes away when the work fails', async () => {
  const path = join(temporaryFolder(), 'a.lock');
  await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(path)).toBe(false);
});

test('tells once who holds it', async () => {
  const path = join(temporaryFolder(), 'a.lock');
  const owners: string[] = [];
  const first = withLock(path, () => sleep(60));
  await sleep(20);
  await withLock(path, async () => {}, { pollMs: 5, onWait: (owner) => owners.push(owner) });
  await first;
  expect(owners.length).toBe(1);
  expect(JSON.parse(owners[0]!)).toMatchObject({ pid: process.pid, host: hostname() });
});

test('many that see the same stale lock still go one at a time', async () => {
  const path = join(temporaryFolder(), 'a.lock');
  writeFileSync(path, JSON.stringify({ pid: 2 ** 30, host: hostname() }));
  let inside = 0;
  let most = 0;
  const work = () =>
    withLock(
      path,
      async () => {
        most = Math.max(most, ++inside);
        await sleep(5);
        inside--;
      },
      { pollMs: 2 },
    );
  await Promise.all(Array.from({ length: 8 }, work));
  expect(most).toBe(1);
});
