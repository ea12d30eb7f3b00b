import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../../cli/setup/lock.mjs';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convbook-lock-'));
  file = join(folder, 'below', 'setup.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of the set-up', () => {
  it('names its holder and goes with it', async () => {
    const release = await takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
    release();
    expect(existsSync(file)).toBe(false);
  });

  it('makes a second set-up wait for the first, and tells it once', async () => {
    const release = await takeLock(file);
    const told: number[] = [];
    const events: string[] = [];
    const second = takeLock(file, { pollMs: 5, onWait: (pid) => told.push(pid) }).then((releaseSecond) => {
      events.push('second');
      releaseSecond();
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    events.push('first ends');
    release();
    await second;
    expect(events).toEqual(['first ends', 'second']);
    expect(told).toEqual([process.pid]);
  });

  it('gives up with a sentence where the first never ends', async () => {
    const release = await takeLock(file);
    await expect(takeLock(file, { pollMs: 5, timeoutMs: 20 })).rejects.toThrow(
      `Another set-up of this folder (process ${process.pid}) has not finished. If there is none, run: rm ${file}`,
    );
    release();
  });

  it.each([
    ['of a process that has died', { pid: 2 ** 22 + 1, host: hostname() }, 0],
    ['that nobody has refreshed', { pid: process.pid, host: hostname() }, 120],
    ['of another machine that nobody has refreshed', { pid: 1, host: 'elsewhere' }, 120],
  ])('takes over a lock %s', async (_, holder, ageSeconds) => {
    (await takeLock(file))(); // makes the folder
    writeFileSync(file, JSON.stringify(holder));
    const then = new Date(Date.now() - ageSeconds * 1000);
    utimesSync(file, then, then);
    const release = await takeLock(file, { pollMs: 5, timeoutMs: 1000 });
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
    release();
  });

  it('takes over an unreadable lock only when it is old', async () => {
    (await takeLock(file))();
    writeFileSync(file, '{"pid": ');
    await expect(takeLock(file, { pollMs: 5, timeoutMs: 20 })).rejects.toThrow(/has not finished/);
    const then = new Date(Date.now() - 120_000);
    utimesSync(file, then, then);
    (await takeLock(file, { pollMs: 5, timeoutMs: 1000 }))();
  });
});
