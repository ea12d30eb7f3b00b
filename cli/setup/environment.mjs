// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { run } from './exec.mjs';
import { cachePaths, environmentPaths } from './paths.mjs';
import { Problem } from './problem.mjs';
import { withoutPythonPath } from './python.mjs';
import { readStamp, writeStamp } from './stamp.mjs';

/**
 * @typedef {object} Marker `.venv/.convbook.json`: says that the environment is convbook's, and how far it has come
 * @property {string} root where it was made: an environment does not survive moving
 * @property {string} python version
 * @property {'creating' | 'created' | 'installing' | 'ready'} state
 * @property {string} [requirements] hash of the requirements installed
 * @property {string} [variant]
 */

/** @param {string} root @returns {Marker | null} */
export const readMarker = (root) => /** @type {Marker | null} */ (readStamp(environmentPaths(root).marker));

/**
 * Whether the environment must be made (again), and why.
 * @param {{exists: boolean, marker: Marker | null, root: string, runs: () => boolean}} state
 * @returns {{reason: string} | {foreign: true} | null} null where it is sound
 */
export function environmentDefect({ exists, marker, root, runs }) {
  if (!exists) return { reason: 'not there yet' };
  if (!marker) return { foreign: true };
  if (marker.state === 'creating') return { reason: 'an interrupted set-up left it half made' };
  if (marker.root !== root) return { reason: 'the folder was moved since' };
  if (!runs()) return { reason: 'its Python no longer runs' };
  return null;
}

/** @param {string} root @returns {string | null} why it must be made, null where it need not */
export function environmentMissing(root) {
  const paths = environmentPaths(root);
  const defect = environmentDefect({
    exists: existsSync(paths.folder),
    marker: readMarker(root),
    root,
    runs: () =>
      spawnSync(paths.python, ['-S', '-E', '-c', ''], { stdio: 'ignore', timeout: 20_000 }).status === 0,
  });
  if (defect && 'foreign' in defect) {
    throw new Problem(
      `There is a ${paths.folder} that convbook did not make. It is left alone; move it away with: mv ${paths.folder} ${paths.folder}-old`,
    );
  }
  return defect?.reason ?? null;
}

/**
 * @param {string} root
 * @param {{python: import('./python.mjs').Probe, uv: string | null}} tools
 * @param {import('./report.mjs').Status} status
 */
export async function makeEnvironment(root, { python, uv }, status) {
  const paths = environmentPaths(root);
  const version = python.version.join('.');
  rmSync(paths.folder, { recursive: true, force: true });
  mkdirSync(paths.folder, { recursive: true });
  writeStamp(paths.marker, { root, python: version, state: 'creating' });
  status.update(`Python ${version}`);
  const env = { ...withoutPythonPath(process.env), UV_PYTHON_DOWNLOADS: 'never' };
  const log = cachePaths(root).log;
  // With uv no pip is needed, so this also works on a Debian without python3-venv.
  const made = python.venv
    ? await run(python.executable, ['-m', 'venv', paths.folder], { env, log })
    : await run(uv ?? 'uv', ['venv', '--allow-existing', '--python', python.executable, paths.folder], {
        env,
        log,
      });
  if (made.code !== 0) {
    throw new Problem(
      `Python ${version} could not make an environment in ${paths.folder}: ${made.output.split('\n').at(-1)}`,
    );
  }
  writeStamp(paths.marker, { root, python: version, state: 'created' });
}
