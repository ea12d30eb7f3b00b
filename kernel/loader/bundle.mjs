// The kernel's own processes start from one bundled file each: a start reads one file instead of forty, and needs no
// hooks. Bundles are kept under .cache/, named by the content of the sources, so that a stale one is never used.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { projectRoot } from './transpile.mjs';

const folder = join(projectRoot, '.cache', 'bundles');
/** What bundles are made of. */
const sourceFolders = ['kernel'];
const loaderFolder = join(projectRoot, 'kernel', 'loader');

function sources(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return sources(inner);
    return /\.(ts|mjs)$/.test(entry.name) ? [inner] : [];
  });
}

let fingerprint;
function contentHash() {
  if (fingerprint) return fingerprint;
  const sum = createHash('sha1').update(readFileSync(join(projectRoot, 'package.json')));
  for (const file of sourceFolders.flatMap((name) => sources(join(projectRoot, name))).sort()) {
    const { mtimeMs, size } = statSync(file);
    sum.update(`${relative(projectRoot, file)}\0${mtimeMs}\0${size}\0`);
  }
  fingerprint = sum.digest('hex').slice(0, 16);
  return fingerprint;
}

/**
 * The path of the bundle of a TypeScript entry, made if need be. Packages and kernel/loader stay outside.
 * @param {string} entry path from the project's root, such as `kernel/interpreter/runner/main.ts`
 */
export function bundle(entry) {
  const name = entry.replace(/[\\/]/g, '-').replace(/\.ts$/, '');
  const target = join(folder, `${name}-${contentHash()}.mjs`);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true });
  const { buildSync } = createRequire(import.meta.url)('esbuild');
  const part = `${target}.${process.pid}`;
  buildSync({
    entryPoints: [join(projectRoot, entry)],
    outfile: part,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    external: [join(loaderFolder, '*')],
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'error',
  });
  renameSync(part, target);
  removeOld(`${name}-`);
  return target;
}

/** Every process and thread that a kernel is made of. */
const entries = [
  'kernel/main.ts',
  'kernel/interpreter/compiler/worker.ts',
  'kernel/interpreter/runner/main.ts',
  'kernel/interpreter/runner/inspector.ts',
];

/** Makes all bundles of the kernel, for a kernel that will run where nothing can be written. */
export function bundleAll() {
  for (const entry of entries) bundle(entry);
}

/** Bundles of sources that are gone; a running kernel has read its own long ago. */
function removeOld(prefix) {
  const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
  for (const file of readdirSync(folder).filter((each) => each.startsWith(prefix))) {
    const path = join(folder, file);
    try {
      if (statSync(path).mtimeMs < dayAgo) unlinkSync(path);
    } catch {
      // another kernel was quicker
    }
  }
}
