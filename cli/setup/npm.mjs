// @ts-check
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './exec.mjs';
import { explainNpm } from './explain.mjs';
import { cachePaths } from './paths.mjs';
import { Problem } from './problem.mjs';
import { hash, readStamp, writeStamp } from './stamp.mjs';

/** @typedef {Record<string, {version?: string, optional?: boolean, dev?: boolean, link?: boolean, os?: string[], cpu?: string[]}>} Packages */

/**
 * What the lock file asks for and node_modules lacks. npm writes node_modules/.package-lock.json last of all, so an
 * interrupted installation has none.
 * @param {Packages} wanted from package-lock.json
 * @param {Packages | null} present from node_modules/.package-lock.json
 * @returns {string[]} paths such as node_modules/koffi
 */
export function missingPackages(wanted, present) {
  return Object.entries(wanted)
    .filter(
      ([path, entry]) =>
        path !== '' && !entry.optional && !entry.link && present?.[path]?.version !== entry.version,
    )
    .map(([path]) => path);
}

/** @param {string} root */
const files = (root) => ({
  lock: join(root, 'package-lock.json'),
  hidden: join(root, 'node_modules', '.package-lock.json'),
  stamp: join(root, 'node_modules', '.convbook.json'),
});

/** @param {string} root */
function stampOf(root) {
  return { lock: hash(readFileSync(files(root).lock)), platform: `${process.platform}-${process.arch}` };
}

/** @param {string} root @returns {boolean} */
export function npmIsReady(root) {
  const { lock, hidden, stamp } = files(root);
  if (!existsSync(hidden)) return false;
  const now = stampOf(root);
  const before = readStamp(stamp);
  if (before?.lock === now.lock && before?.platform === now.platform) return true;
  // Made by hand with `npm install`, perhaps: the packages decide, not who installed them.
  if (before && before.platform !== now.platform) return false;
  if (missingPackages(readStamp(lock)?.packages ?? {}, readStamp(hidden)?.packages ?? null).length > 0)
    return false;
  writeStamp(stamp, now);
  return true;
}

/** The npm that belongs to the running Node; `npm start` names it. @param {NodeJS.ProcessEnv} env @returns {string[]} */
export function npmCommand(env) {
  if (env.npm_execpath && /npm-cli\.c?js$/.test(env.npm_execpath) && existsSync(env.npm_execpath)) {
    return [process.execPath, env.npm_execpath];
  }
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? [process.execPath, beside] : ['npm'];
}

/** @param {string} line npm's log at level http @returns {string | null} `koffi-3.3.4`, or a failed attempt in words */
export function fetchedPackage(line) {
  const failed = /attempt (\d+) failed with (\S+)/.exec(line);
  if (failed) return `the registry does not answer (${failed[2]}), attempt ${Number(failed[1]) + 1}`;
  const match = /npm http fetch GET \d+ \S*\/([^/\s]+)\.tgz/.exec(line);
  return match ? match[1] : null;
}

/** Packages with binaries come once a system; npm fetches this one's. @param {Packages} packages @param {string} os @param {string} cpu */
export function countForMachine(packages, os, cpu) {
  const fits = (/** @type {string[] | undefined} */ list, /** @type {string} */ one) =>
    !list || list.includes(one);
  return Object.entries(packages).filter(
    ([path, entry]) => path !== '' && fits(entry.os, os) && fits(entry.cpu, cpu),
  ).length;
}

/** @param {string} root @param {import('./report.mjs').Status} status */
export async function installNpm(root, status) {
  const { lock, hidden, stamp } = files(root);
  rmSync(stamp, { force: true });
  const total = countForMachine(readStamp(lock)?.packages ?? {}, process.platform, process.arch);
  // `ci` starts from nothing; where packages are already there, `install` only mends (and writes no lock file).
  const how = existsSync(hidden) ? ['install', '--no-save'] : ['ci'];
  const [program, ...first] = npmCommand(process.env);
  let fetched = 0;
  status.update('asking the registry');
  const { code, output } = await run(
    program,
    [...first, ...how, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'],
    {
      cwd: root,
      log: cachePaths(root).log,
      onLine: (line) => {
        const name = fetchedPackage(line);
        if (!name) return;
        fetched += line.includes('.tgz') ? 1 : 0;
        status.update(`${Math.min(fetched, total)} of about ${total} packages, ${name}`);
      },
    },
  );
  if (code !== 0) throw new Problem(explainNpm(output, cachePaths(root).log));
  writeStamp(stamp, stampOf(root));
}
