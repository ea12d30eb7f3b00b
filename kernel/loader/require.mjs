// `require` on Node 20, where hooks do not reach it: .ts files, `convbook`, and the tfjs-node names.
import Module from 'node:module';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findFile, resolveWith } from './resolve.mjs';
import { projectRoot, transpileFile } from './transpile.mjs';

export function installRequire() {
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    const own = (name, from = parent) => resolveFilename.call(this, name, from, ...rest);
    if (typeof request !== 'string') return own(request);
    if (/^\.{0,2}\//.test(request)) {
      try {
        return own(request);
      } catch (error) {
        const found = findFile(
          resolvePath(parent?.filename ? dirname(parent.filename) : process.cwd(), request),
        );
        if (found) return found;
        throw error;
      }
    }
    const next = (name, parentURL) => {
      const path = parentURL ? fileURLToPath(parentURL) : join(projectRoot, 'index.ts');
      if (path === parent?.filename) return own(name);
      const from = new Module(path);
      from.filename = path;
      from.paths = Module._nodeModulePaths(dirname(path));
      return own(name, from);
    };
    if (Module.isBuiltin(request)) return own(request);
    const result = resolveWith(
      request,
      parent?.filename ? pathToFileURL(parent.filename).href : undefined,
      next,
      false,
    );
    return typeof result === 'string' ? result : fileURLToPath(result.url);
  };
  for (const ending of ['.ts', '.tsx', '.cts', '.mts']) {
    Module._extensions[ending] = (target, path) => target._compile(transpileFile(path, 'cjs'), path);
  }
}
