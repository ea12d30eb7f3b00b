import { readFileSync } from 'node:fs';
import koffi from 'koffi';

const RLIMIT_DATA = 2;
/** What a process needs beside what it holds, to tell of an error at least. */
const ROOM_MB = 256;

/**
 * Limits the memory that this process may hold, so that an operation that would take more fails with an error, instead of the system
 * ending a process without a word. Linux counts what is private and writable: V8's heap, typed arrays, tensors.
 *
 * @throws where the process holds almost that much already, or the system is not Linux
 */
export function limitMemory(limitMb: number): void {
  if (process.platform !== 'linux') {
    throw new Error(
      `CONVBOOK_MEMORY is ${limitMb}, but ${process.platform} has no limit that would hold; unset it.`,
    );
  }
  const held = Number(/VmData:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
  if (limitMb < held + ROOM_MB) {
    throw new Error(
      `CONVBOOK_MEMORY is ${limitMb} MiB, and the process holds ${Math.round(held)} MiB at start; ` +
        `allow at least ${Math.ceil((held + ROOM_MB) / 100) * 100}.`,
    );
  }
  const libc = koffi.load(null);
  const limits = new BigUint64Array(2); // soft, hard
  if (libc.func('int getrlimit(int, void *)')(RLIMIT_DATA, limits) !== 0) return;
  const wanted = BigInt(Math.round(limitMb)) * 1024n * 1024n;
  limits[0] = wanted < limits[1]! ? wanted : limits[1]!;
  libc.func('int setrlimit(int, void *)')(RLIMIT_DATA, limits);
}
