import { createRequire } from 'node:module';

let trim: ((keep: number) => number) | undefined | null = null;

/**
 * Gives memory that is freed, and kept by the C library for later, back to the system (glibc's `malloc_trim`), and collects JavaScript's
 * garbage where Node was started with `--expose-gc`. Elsewhere nothing happens.
 */
export function giveBackFreeMemory(): void {
  (globalThis as { gc?: () => void }).gc?.();
  if (trim === null) trim = findTrim();
  trim?.(0);
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
