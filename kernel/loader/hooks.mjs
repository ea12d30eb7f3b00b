// The hooks that Node calls: `resolve` and `load`, in a form for `module.registerHooks` (synchronous, same thread) and
// one for `module.register` (Node 20, a thread of its own).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolveWith } from './resolve.mjs';
import { isTypeScript, jsonModule, transpileFile } from './transpile.mjs';

let versions = false;

/** Node 20's thread gets its settings here. */
export function initialize(data) {
  versions = data?.versions ?? false;
}

export const useVersions = (on) => {
  versions = on;
};

export function resolve(specifier, context, nextResolve) {
  const next = (name, parentURL) => nextResolve(name, { ...context, parentURL });
  // `require` keeps Node's own way: its cache, and JSON as it is.
  const required = context.conditions?.includes('require') ?? false;
  const result = resolveWith(specifier, context.parentURL, next, versions && !required);
  if (required && result.url?.endsWith('.json')) result.format = 'json';
  return result;
}

function loadLocal(url, context) {
  if (!url.startsWith('file:')) return undefined;
  const path = fileURLToPath(url.replace(/\?.*$/, ''));
  if (isTypeScript(path)) {
    const common = path.endsWith('.cts');
    const format = common ? 'commonjs' : 'module';
    return { format, source: transpileFile(path, common ? 'cjs' : 'esm'), shortCircuit: true };
  }
  if (path.endsWith('.json') && context.format === 'module') {
    return { format: 'module', source: jsonModule(path), shortCircuit: true };
  }
  if (url.includes('?version=') && /\.(mjs|js)$/.test(path) && context.format === 'module') {
    return { format: 'module', source: readFileSync(path, 'utf8'), shortCircuit: true };
  }
  return undefined;
}

export function load(url, context, nextLoad) {
  return loadLocal(url, context) ?? nextLoad(url, context);
}
