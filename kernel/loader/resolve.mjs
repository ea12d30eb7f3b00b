// Where a specifier leads: TypeScript files with or without ending, `convbook` from anywhere, tfjs-node's two names,
// and versions of edited files. Shared by the synchronous hooks, Node 20's hook thread and `require`.
import { existsSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectRoot } from './transpile.mjs';
import { newBurst, versionedUrl } from './versions.mjs';

const rootParent = pathToFileURL(join(projectRoot, 'index.ts')).href;
const runtimeFolder = pathToFileURL(join(projectRoot, 'lib', 'runtime')).href;
const nativeNames = new Set(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']);
const nativeEntry = join(projectRoot, 'lib', 'runtime', 'tfjs-node.ts');
const endings = ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.cts', '.json'];
const cellPrefix = 'convbook-cell:';

/** The specifier that a cell's import becomes: it carries the folder, and a number that defeats Node's resolve cache. */
export const cellSpecifier = (specifier, folder, turn) =>
  `${cellPrefix}${turn}?${encodeURIComponent(JSON.stringify([specifier, folder]))}`;

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The file that a path without (or with JavaScript's) ending means; undefined where there is none. */
export function findFile(path) {
  if (isFile(path)) return path;
  for (const ending of endings) if (isFile(path + ending)) return path + ending;
  const written = /\.([cm]?)jsx?$/.exec(path);
  if (written) {
    const stem = path.slice(0, -written[0].length);
    for (const ending of [`.${written[1]}ts`, '.tsx']) if (isFile(stem + ending)) return stem + ending;
  }
  for (const ending of endings) {
    const index = join(path, `index${ending}`);
    if (isFile(index)) return index;
  }
  return undefined;
}

const isPath = (specifier) => /^(\.{0,2}\/|file:|\.{1,2}$)/.test(specifier);

/**
 * @param {string} specifier
 * @param {string | undefined} parentURL
 * @param {(specifier: string, parentURL?: string) => any} next Node's own resolution, synchronous or not
 * @param {boolean} versions whether edited files get a new URL
 */
export function resolveWith(specifier, parentURL, next, versions) {
  if (specifier.startsWith(cellPrefix)) {
    newBurst();
    const [inner, folder] = JSON.parse(decodeURIComponent(specifier.slice(specifier.indexOf('?') + 1)));
    return resolveWith(inner, pathToFileURL(join(folder, 'cell.ts')).href, next, versions);
  }
  if (isBuiltin(specifier)) return next(specifier, parentURL);
  const base = parentURL?.startsWith('file:') ? parentURL : rootParent;
  if (isPath(specifier)) {
    let url;
    try {
      url = new URL(specifier, base);
    } catch {
      return next(specifier, parentURL);
    }
    const own = url.search;
    url.search = '';
    const path = fileURLToPath(url);
    const found = findFile(path);
    if (!found) return next(specifier, parentURL);
    const href = pathToFileURL(found).href;
    if (own) return { url: href + own, shortCircuit: true, format: formatOf(found) };
    return { url: versions ? versionedUrl(found, href) : href, shortCircuit: true, format: formatOf(found) };
  }
  if (nativeNames.has(specifier) && !base.startsWith(runtimeFolder) && existsSync(nativeEntry)) {
    return { url: pathToFileURL(nativeEntry).href, shortCircuit: true, format: 'module' };
  }
  if (specifier === 'convbook' || specifier.startsWith('convbook/')) return next(specifier, rootParent);
  return fallBack(
    () => next(specifier, parentURL),
    // A notebook may lie outside the project: the project's own packages are there for it.
    () => next(specifier, rootParent),
  );
}

function fallBack(first, second) {
  const missing = (error) => ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error?.code);
  const retry = (error) => {
    if (!missing(error)) throw error;
    const keep = () => {
      throw error;
    };
    try {
      const result = second();
      return typeof result?.then === 'function' ? result.catch(keep) : result;
    } catch {
      return keep();
    }
  };
  try {
    const result = first();
    return typeof result?.then === 'function' ? result.catch(retry) : result;
  } catch (error) {
    return retry(error);
  }
}

const formatOf = (path) =>
  /\.(m?tsx?|json)$/.test(path) ? 'module' : /\.cts$/.test(path) ? 'commonjs' : undefined;
