// @ts-check
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mjs';

/** A holder refreshes its file; one not refreshed for this long is dead, whatever its process id says. */
const STALE_MS = 60_000;

/**
 * Takes the lock that keeps two set-ups of one checkout apart; waits for a living holder, removes a dead one's.
 * @param {string} file
 * @param {{onWait?: (holder: number) => void, timeoutMs?: number, pollMs?: number}} [options]
 * @returns {Promise<() => void>} releases the lock
 */
export async function takeLock(file, options = {}) {
  const deadline = Date.now() + (options.timeoutMs ?? 45 * 60_000);
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!create(file)) {
    const holder = readHolder(file);
    if (holder && !isAlive(file, holder)) {
      removeStale(file);
      continue;
    }
    if (holder && !told) options.onWait?.(holder.pid);
    told ||= holder !== null;
    if (Date.now() > deadline) {
      throw new Problem(
        `Another set-up of this folder (process ${holder?.pid}) has not finished. If there is none, run: rm ${file}`,
      );
    }
    await sleep(options.pollMs ?? 500);
  }
  const refresh = setInterval(() => touch(file), STALE_MS / 6);
  refresh.unref();
  const release = () => {
    clearInterval(refresh);
    process.off('exit', release);
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  process.on('exit', release);
  return release;
}

/** @param {string} file */
function create(file) {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, JSON.stringify({ pid: process.pid, host: hostname() }));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @returns {{pid: number, host: string} | null} null while its holder is still writing it */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return age(file) > STALE_MS ? { pid: 0, host: '' } : null;
  }
}

/** @param {string} file @param {{pid: number, host: string}} holder */
function isAlive(file, holder) {
  if (age(file) > STALE_MS) return false;
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} file */
function age(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {string} file */
function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Removed by hand: the work goes on, only unguarded.
  }
}

/** Renaming first lets only one of two waiting set-ups remove it. @param {string} file */
function removeStale(file) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // The other one was quicker.
  }
}
