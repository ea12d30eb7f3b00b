import { createRequire } from 'node:module';
import util from 'node:util';

// @tensorflow/tfjs-node-gpu is CommonJS and its entry loads a native addon that is not installed; its kernels and its
// backend class lie in files of their own, which need only a binding.
const require = createRequire(import.meta.url);
const PACKAGE = '@tensorflow/tfjs-node-gpu/dist';

/** Functions of node:util that tfjs-node's kernels call: Node 22 warns of them on stderr, Node 23 removed them. */
function restoreUtil(): void {
  const target = util as unknown as Record<string, unknown>;
  target['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  target['isArray'] = Array.isArray; // where it is still there, it prints a deprecation warning
  target['isString'] = (value: unknown) => typeof value === 'string';
  target['isNumber'] = (value: unknown) => typeof value === 'number';
}

/** Runs `work` without the lines that tfjs prints through console.warn when modules register twice. */
export function withoutWarnings<T>(work: () => T): T {
  const warn = console.warn;
  console.warn = () => {};
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

/** Loads one file of tfjs-node-gpu's JavaScript. */
export function loadKernelFile(file: string): unknown {
  restoreUtil();
  return withoutWarnings(() => require(`${PACKAGE}/${file}`));
}
