// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readMarker } from './environment.mjs';
import { run } from './exec.mjs';
import { explainPip } from './explain.mjs';
import { cachePaths, environmentPaths, fromRoot } from './paths.mjs';
import { Problem } from './problem.mjs';
import { withoutPythonPath } from './python.mjs';
import { hash, writeStamp } from './stamp.mjs';
import { pipSettings, uvIndexOptions } from './uv.mjs';

/** @param {import('./variant.mjs').Variant} variant every version pinned, for all Pythons and systems in one file */
export const requirementsFile = (variant) => fromRoot('cli', 'setup', 'requirements', `${variant}.txt`);

/** @param {import('./variant.mjs').Variant} variant */
const requirementsHash = (variant) => hash(readFileSync(requirementsFile(variant)));

/** @param {string} root @param {import('./variant.mjs').Variant} variant @returns {boolean} */
export function packagesAreReady(root, variant) {
  const marker = readMarker(root);
  return (
    marker?.state === 'ready' &&
    marker.variant === variant &&
    marker.requirements === requirementsHash(variant)
  );
}

/** @param {string} root @returns {string | null} the environment's folder of packages */
export function sitePackages(root) {
  const lib = join(environmentPaths(root).folder, 'lib');
  const version = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python3')) : undefined;
  return version ? join(lib, version, 'site-packages') : null;
}

/**
 * Removes the records of packages whose installation was interrupted: both pip and uv write INSTALLER after the
 * package's own files, and would otherwise take a half-written package for a whole one.
 * @param {string} folder @returns {string[]} what was removed
 */
export function forgetHalfInstalled(folder) {
  const halves = readdirSync(folder).filter(
    (name) => name.endsWith('.dist-info') && !existsSync(join(folder, name, 'INSTALLER')),
  );
  for (const name of halves) rmSync(join(folder, name), { recursive: true, force: true });
  return halves;
}

/** @param {string} line of pip's or uv's output @returns {string | null} what to show of it */
export function describePip(line) {
  const collecting = /^\s*Collecting ([A-Za-z0-9_.[\]-]+)/.exec(line);
  if (collecting) return collecting[1].replace(/[=<>;(].*/, '');
  const fetching = /^\s*(Downloading|Using cached) (\S+?)-(\d[^-\s]*)\S* \(([\d.]+ ?[kMG]?i?B)\)/.exec(line);
  if (fetching) return `${fetching[2]} ${fetching[3]} (${fetching[4]})`;
  const uv = /^\s*Downloading (\S+) \(([\d.]+[kMG]?i?B)\)/.exec(line);
  if (uv) return `${uv[1]} (${uv[2]})`;
  if (/^Installing collected packages/.test(line)) return 'unpacking';
  const building = /^\s*Building wheels? for (?:collected packages: )?(\S+)/.exec(line);
  return building ? `building ${building[1]}` : null;
}

/** @param {string} line pip's raw progress @returns {string | null} `120 of 273 MB` */
export function describeBytes(line) {
  const match = /^Progress (\d+) of (\d+)$/.exec(line);
  if (!match || Number(match[2]) < 5e6) return null;
  return `${Math.round(Number(match[1]) / 1e6)} of ${Math.round(Number(match[2]) / 1e6)} MB`;
}

/**
 * @param {string} root
 * @param {{variant: import('./variant.mjs').Variant, uv: string | null}} choice
 * @param {import('./report.mjs').Status} status
 */
export async function installPackages(root, { variant, uv }, status) {
  const paths = environmentPaths(root);
  const { log, temporary } = cachePaths(root);
  const marker = readMarker(root);
  const folder = sitePackages(root);
  if (folder && marker?.state === 'installing') forgetHalfInstalled(folder);
  writeStamp(paths.marker, { ...marker, state: 'installing' });
  mkdirSync(temporary, { recursive: true });
  const env = {
    ...withoutPythonPath(process.env),
    TMPDIR: temporary, // /tmp is often small, and a memory disk
    PIP_USER: '0',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_NO_COLOR: '1',
  };
  const progress = followInstaller(
    folder,
    countPackages(readFileSync(requirementsFile(variant), 'utf8')),
    status,
  );
  try {
    let result = uv ? await installWithUv(uv, paths.python, variant, env, progress.line) : null;
    const hasPip = folder !== null && existsSync(join(folder, 'pip'));
    if (!result || (result.code !== 0 && hasPip)) {
      const args = await pipArguments(paths.python, variant);
      result = await run(paths.python, args, { env, log, onLine: progress.line });
    }
    if (result.code !== 0) throw new Problem(explainPip(result.output, log));
  } finally {
    progress.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
  writeStamp(paths.marker, { ...marker, state: 'ready', variant, requirements: requirementsHash(variant) });
}

/** Lines for other systems or for the oldest Python do not count. @param {string} requirements */
export function countPackages(requirements) {
  const elsewhere = /python_full_version < |== '(nt|win32|darwin)'(?! or)|^$/;
  return requirements.split('\n').filter((line) => !elsewhere.test(line)).length;
}

/**
 * @param {string} uv @param {string} python @param {import('./variant.mjs').Variant} variant
 * @param {NodeJS.ProcessEnv} env @param {(line: string) => void} onLine
 */
async function installWithUv(uv, python, variant, env, onLine) {
  const index = uvIndexOptions(await pipSettings(python));
  const args = ['pip', 'install', '--python', python, ...index, '-r', requirementsFile(variant)];
  return run(uv, args, { env: { ...env, UV_PYTHON_DOWNLOADS: 'never' }, log: cachePaths().log, onLine });
}

/** @param {string} python @param {import('./variant.mjs').Variant} variant */
async function pipArguments(python, variant) {
  const { output } = await run(python, ['-m', 'pip', '--version'], { env: withoutPythonPath(process.env) });
  const [major, minor] = (/^pip (\d+)\.(\d+)/m.exec(output) ?? ['', '0', '0']).slice(1).map(Number);
  const progress = major > 24 || (major === 24 && minor >= 1) ? 'raw' : 'off';
  return ['-m', 'pip', 'install', '--no-input', '--progress-bar', progress, '-r', requirementsFile(variant)];
}

/**
 * Turns an installer's output into progress. pip is silent while it unpacks, the longest part with a warm cache: there
 * the packages that have arrived are counted.
 * @param {string | null} folder @param {number} total @param {import('./report.mjs').Status} status
 */
function followInstaller(folder, total, status) {
  let seen = 0;
  let name = '';
  /** @type {NodeJS.Timeout | undefined} */
  let unpacking;
  const countArrived = () => {
    const arrived = folder ? readdirSync(folder).filter((entry) => entry.endsWith('.dist-info')).length : 0;
    status.update(`unpacking ${Math.min(arrived, total)} of about ${total} packages`);
  };
  /** @param {string} line */
  const take = (line) => {
    const bytes = describeBytes(line);
    const next = describePip(line);
    if (next === 'unpacking') unpacking ??= setInterval(countArrived, 1000);
    if (unpacking || (next === null && bytes === null)) return;
    if (/^\s*Collecting/.test(line)) seen++;
    name = next ?? name;
    const count = seen > 0 ? `${Math.min(seen, total)} of about ${total}, ` : ''; // uv does not list what it has
    status.update(bytes ? `${name}: ${bytes}` : `${count}${name}`);
  };
  return { line: take, stop: () => clearInterval(unpacking) };
}
