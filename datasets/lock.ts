import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  /** A lock whose owner has shown no sign of life for this long is taken over. */
  staleMs?: number;
  pollMs?: number;
  /** Told once, when the lock is held by somebody else. */
  onWait?: (owner: string) => void;
}

/**
 * Runs `work` while holding the lock file `path`, so that two processes never write the same download.
 *
 * The file names its owner; the owner touches it while it lives. A lock is stale when its process is gone (same host)
 * or when it has not been touched for `staleMs` (another host on a shared home, a suspended laptop).
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { staleMs = 30_000, pollMs = 150, onWait } = options;
  await mkdir(dirname(path), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  let told = false;
  while (!(await create(path, mine))) {
    const seen = await look(path);
    if (!seen) continue;
    if (isStale(seen, staleMs)) {
      await removeStale(path, seen.text);
      continue;
    }
    if (!told) {
      told = true;
      onWait?.(seen.text);
    }
    await sleep(pollMs);
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), staleMs / 6);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await look(path))?.text === mine) await unlink(path).catch(() => {});
  }
}

async function createPlainly(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

interface Seen {
  text: string;
  age: number;
}

async function create(path: string, text: string): Promise<boolean> {
  // Written beside and linked into place: nobody ever sees a lock without its owner's name.
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  const handle = await open(draft, 'wx');
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return createPlainly(path, text); // a file system without hard links
  } finally {
    await unlink(draft).catch(() => {});
  }
}

async function look(path: string): Promise<Seen | undefined> {
  try {
    const [text, status] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, age: Date.now() - status.mtimeMs };
  } catch {
    return undefined; // it went away between two looks
  }
}

function isStale(seen: Seen, staleMs: number): boolean {
  if (seen.age > staleMs) return true;
  try {
    const owner = JSON.parse(seen.text) as { pid?: unknown; host?: unknown };
    if (owner.host !== hostname() || typeof owner.pid !== 'number') return false;
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function removeStale(path: string, text: string): Promise<void> {
  // Moved first: of two processes that both saw the stale lock only one gets it, and a fresh lock that slipped in
  // between is put back.
  const aside = `${path}.stale.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8').catch(() => '');
  if (moved !== text) await link(aside, path).catch(() => {});
  await unlink(aside).catch(() => {});
}
