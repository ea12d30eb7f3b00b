// Node loads a URL once. A file edited after it was loaded gets another URL: a version, which is a hash of the file
// and of all local files that it imports. An unchanged file keeps its URL, and so its one instance.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findFile } from './resolve.mjs';

const files = new Map();
const firstVersions = new Map();
// `from '…'`, `import '…'`, `import('…')`, `require('…')` with a relative path.
const importPattern = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n]*)\1/g;

/** Modules are resolved in bursts: within one, a file is looked at once (milliseconds). */
const burst = 100;
let generation = 0;

/** An import of a cell looks at all files anew. */
export function newBurst() {
  generation++;
}

function readOnce(path) {
  const known = files.get(path);
  const now = performance.now();
  if (known && known.generation === generation && now - known.checked < burst) return known;
  const stat = statSync(path);
  if (known && known.time === stat.mtimeMs && known.size === stat.size) {
    known.checked = now;
    known.generation = generation;
    known.version = undefined;
    return known;
  }
  const source = readFileSync(path, 'utf8');
  const imports = /\.json$/.test(path) ? [] : Array.from(source.matchAll(importPattern), (match) => match[2]);
  const entry = {
    checked: now,
    generation,
    time: stat.mtimeMs,
    size: stat.size,
    hash: createHash('sha1').update(source).digest('hex'),
    imports: new Map(imports.map((specifier) => [resolve(dirname(path), specifier), undefined])),
    version: undefined,
  };
  files.set(path, entry);
  return entry;
}

/** All local files that a file needs, itself included, with the hash of each. */
function collect(path, found) {
  if (found.has(path)) return;
  const { hash, imports } = readOnce(path);
  found.set(path, hash);
  for (const [wanted, known] of imports) {
    const target = known ?? findFile(wanted);
    if (!target || target.includes('/node_modules/')) continue;
    imports.set(wanted, target);
    collect(target, found);
  }
}

function versionOf(path) {
  const entry = readOnce(path);
  if (entry.version) return entry.version;
  const found = new Map();
  collect(path, found);
  const sum = createHash('sha1');
  for (const [file, hash] of found) sum.update(`${file}\0${hash}\0`);
  entry.version = sum.digest('hex').slice(0, 12);
  return entry.version;
}

/** The URL that today's content of `path` has; the first content seen has the plain one. */
export function versionedUrl(path, href) {
  if (path.includes('/node_modules/') || /\.(cjs|cts|node)$/.test(path)) return href;
  let version;
  try {
    version = versionOf(path);
  } catch {
    return href;
  }
  if (!firstVersions.has(path)) firstVersions.set(path, version);
  return firstVersions.get(path) === version ? href : `${href}?version=${version}`;
}
