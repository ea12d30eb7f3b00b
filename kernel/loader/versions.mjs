// Node loads a URL once. A file edited after it was loaded gets another URL: a version, which is a hash of the file
// and of all local files that it imports. An unchanged file keeps its URL, and so its one instance.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findFile } from './resolve.mjs';

const files = new Map();
const firstVersions = new Map();
// `from '…'`, `import '…'`, `import('…')`, `require('…')` with a relative path.
const importPattern = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n]*)\1/g;

function readOnce(path) {
  const stat = statSync(path);
  const known = files.get(path);
  if (known && known.time === stat.mtimeMs && known.size === stat.size) return known;
  const source = readFileSync(path, 'utf8');
  const imports = /\.json$/.test(path) ? [] : Array.from(source.matchAll(importPattern), (match) => match[2]);
  const entry = {
    time: stat.mtimeMs,
    size: stat.size,
    hash: createHash('sha1').update(source).digest('hex'),
    imports,
  };
  files.set(path, entry);
  return entry;
}

/** Hash of a file and everything local below it; a circle ends at the file already being visited. */
function treeHash(path, visited) {
  if (visited.has(path)) return '';
  visited.add(path);
  const { hash, imports } = readOnce(path);
  const sum = createHash('sha1').update(hash);
  for (const specifier of imports) {
    const target = findFile(resolve(dirname(path), specifier));
    if (target && !target.includes(`${join('/', 'node_modules')}/`)) sum.update(treeHash(target, visited));
  }
  return sum.digest('hex');
}

/** The URL that today's content of `path` has; the first content seen has the plain one. */
export function versionedUrl(path, href) {
  if (path.includes('/node_modules/') || /\.(cjs|cts|node)$/.test(path)) return href;
  let version;
  try {
    version = treeHash(path, new Set()).slice(0, 12);
  } catch {
    return href;
  }
  if (!firstVersions.has(path)) firstVersions.set(path, version);
  return firstVersions.get(path) === version ? href : `${href}?version=${version}`;
}
