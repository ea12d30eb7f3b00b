import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders in use now. */
const open = new Set<string>();

/** Works in an empty folder that nobody else has and that is gone afterwards. */
export async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'convbook-grade-'));
  open.add(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    open.delete(folder);
  }
}

/**
 * Until the returned function is called, Ctrl-C and a polite end (SIGINT, SIGTERM, SIGHUP) leave neither folders nor submissions that run on:
 * what was started hears of the process' exit.
 */
export function leaveNothingBehind(): () => void {
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  const handlers = Object.entries(numbers).map(([signal, number]) => {
    const stop = () => {
      process.stderr.write('\nStopped. The same command goes on where it was.\n');
      process.once('exit', () => {
        for (const folder of open) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      });
      process.exit(128 + number);
    };
    process.once(signal, stop);
    return () => process.off(signal, stop);
  });
  return () => {
    for (const off of handlers) off();
  };
}
