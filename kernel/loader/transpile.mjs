// TypeScript and JSON to JavaScript modules, kept on disk by the hash of their content. Plain JavaScript: it must run
// before anything is built.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project: this file is kernel/loader/transpile.mjs in it. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const cacheFolder = join(projectRoot, '.cache', 'modules');
const cacheVersion = '3';
let esbuild;

/** True for files that Node can't run as they are. */
export const isTypeScript = (path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);

/** Where the JavaScript of a source is kept. The path is part of the key, because the source map names it. */
function cachePath(path, source, format) {
  const key = createHash('sha1').update(`${cacheVersion}\0${path}\0${format}\0`).update(source).digest('hex');
  return join(cacheFolder, key.slice(0, 2), `${key.slice(2)}.js`);
}

/**
 * The JavaScript of a TypeScript file, with its source map inline.
 * @param {string} path absolute path
 * @param {'esm' | 'cjs'} format
 */
export function transpileFile(path, format = 'esm') {
  const source = readFileSync(path, 'utf8');
  const kept = cachePath(path, source, format);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    // not there yet
  }
  esbuild ??= createRequire(import.meta.url)('esbuild');
  let code;
  try {
    ({ code } = esbuild.transformSync(source, {
      loader: extname(path).endsWith('x') ? 'tsx' : 'ts',
      format,
      target: 'node20',
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
    }));
  } catch (error) {
    throw asSyntaxError(error, path, source);
  }
  writeAtomically(kept, code);
  return code;
}

/** A reader of the cache must never see half a file, and a read-only project must still run. */
export function writeAtomically(path, text) {
  const part = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(part, text);
    renameSync(part, path);
  } catch {
    // the cache is only for speed
  }
}

function asSyntaxError(error, path, source) {
  const first = error?.errors?.[0];
  if (!first?.location) return error;
  const { line, column } = first.location;
  const text = source.split('\n')[line - 1] ?? '';
  const failure = new SyntaxError(`${first.text} (${path}:${line}:${column + 1})`);
  failure.stack = `${path}:${line}\n${text}\n${' '.repeat(column)}^\n\nSyntaxError: ${failure.message}`;
  return failure;
}

/** A JSON file as a module, so that no import attribute is needed. */
export function jsonModule(path) {
  const source = readFileSync(path, 'utf8');
  try {
    JSON.parse(source);
  } catch (error) {
    throw new SyntaxError(`${path} is not valid JSON: ${error.message}`);
  }
  return `export default JSON.parse(${JSON.stringify(source)});\n`;
}
