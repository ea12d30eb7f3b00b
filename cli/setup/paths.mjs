// @ts-check
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = resolve(fileURLToPath(new URL('../../', import.meta.url)));

/** @param {...string} parts */
export const fromRoot = (...parts) => join(root, ...parts);

/** The Python environment, inside the project. @param {string} [base] */
export function environmentPaths(base = root) {
  const folder = join(base, '.venv');
  return {
    folder,
    python: join(folder, 'bin', 'python'),
    marker: join(folder, '.convbook.json'),
    kernel: join(folder, 'share', 'jupyter', 'kernels', 'convbook'),
    config: join(folder, 'etc', 'jupyter'),
    labSettings: join(folder, 'share', 'jupyter', 'lab', 'settings', 'overrides.json'),
  };
}

/** Everything else that the set-up keeps: lock, log, Jupyter's own folders. @param {string} [base] */
export function cachePaths(base = root) {
  const folder = join(base, '.cache');
  return {
    folder,
    lock: join(folder, 'setup.lock'),
    log: join(folder, 'setup.log'),
    choice: join(folder, 'setup.json'),
    temporary: join(folder, 'tmp'),
    jupyter: join(folder, 'jupyter'),
    ipython: join(folder, 'ipython'),
  };
}
