// @ts-check
import { spawnSync } from 'node:child_process';
import { run } from './exec.mjs';
import { withoutPythonPath } from './python.mjs';

/** @param {NodeJS.ProcessEnv} env @returns {string | null} uv's command where it is present and not refused by CONVBOOK_NO_UV */
export function findUv(env = process.env) {
  if (env.CONVBOOK_NO_UV) return null;
  const result = spawnSync('uv', ['--version'], { stdio: 'ignore', timeout: 10_000, env });
  return result.status === 0 ? 'uv' : null;
}

/**
 * uv does not read pip's settings, and packages must come from where the user's pip takes them.
 * @param {Record<string, string>} pip settings such as {'index-url': …, 'find-links': …}
 * @returns {string[]} the same, as uv's options
 */
export function uvIndexOptions(pip) {
  const options = [];
  if (pip['index-url']) options.push('--default-index', pip['index-url']);
  for (const url of words(pip['extra-index-url'])) options.push('--index', url);
  for (const place of words(pip['find-links'])) options.push('--find-links', place);
  for (const host of words(pip['trusted-host'])) options.push('--allow-insecure-host', host);
  if (/^(1|true|yes|on)$/i.test(pip['no-index'] ?? '')) options.push('--no-index');
  return options;
}

/** @param {string | undefined} text */
const words = (text) => (text ?? '').split(/\s+/).filter(Boolean);

/**
 * @param {string} listing output of `pip config list`: lines such as global.index-url='https://…'
 * @returns {Record<string, string>} environment variables win over [install], and that over [global], as in pip
 */
export function parsePipConfig(listing) {
  const rank = { global: 0, install: 1, ':env:': 2 };
  /** @type {Record<string, {value: string, rank: number}>} */
  const found = {};
  for (const line of listing.split('\n')) {
    const match = /^(global|install|:env:)\.([\w-]+)='(.*)'$/.exec(line.trim());
    if (!match) continue;
    const [, section, key, value] = match;
    const own = rank[/** @type {keyof typeof rank} */ (section)];
    if (!found[key] || own >= found[key].rank)
      found[key] = { value: value.replaceAll('\\n', '\n'), rank: own };
  }
  return Object.fromEntries(Object.entries(found).map(([key, { value }]) => [key, value]));
}

/** @param {string} python one that has pip, or not @returns {Promise<Record<string, string>>} */
export async function pipSettings(python) {
  const { code, output } = await run(python, ['-m', 'pip', 'config', 'list'], {
    env: withoutPythonPath(process.env),
  });
  const listing = code === 0 ? output : fromEnvironment(process.env);
  return parsePipConfig(listing);
}

/** @param {NodeJS.ProcessEnv} env */
function fromEnvironment(env) {
  return Object.entries(env)
    .filter(([name]) => name.startsWith('PIP_'))
    .map(([name, value]) => `:env:.${name.slice(4).toLowerCase().replaceAll('_', '-')}='${value}'`)
    .join('\n');
}
