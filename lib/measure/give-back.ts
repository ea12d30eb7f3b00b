import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;
let trim: ((keep: number) => number) | undefined | null = null;

/**
 * Collects JavaScript's garbage and gives memory that is freed, and kept by the C library for later, back to the system (glibc's
 * `malloc_trim`; other C libraries keep it). Takes about a tenth of a second: V8 frees large arrays in a thread of its own.
 */
export async function giveBackFreeMemory(): Promise<void> {
  collect ??= collector();
  for (let i = 0; i < 2; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (trim === null) trim = findTrim();
  trim?.(0);
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

function findTrim(): ((keep: number) => number) | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    return koffi.load('libc.so.6').func('int malloc_trim(size_t)') as unknown as (keep: number) => number;
  } catch {
    return undefined; // another C library
  }
}
