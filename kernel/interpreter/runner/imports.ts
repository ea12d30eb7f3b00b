// Imports and `require` of cells. The loader's hooks are installed at the first import of something that is not Node's
// own: a notebook that imports nothing starts faster and smaller.
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cellSpecifier } from '../../loader/resolve.mjs';
import { projectRoot } from '../../loader/transpile.mjs';
import { guardTensors } from './tensors.ts';

let turn = 0;
let registered: Promise<unknown> | undefined;

/** What is known of an import that failed. */
interface FailedImport {
  specifier: string;
  /** Where in a file the mistake is; 1-based. */
  place?: { file: string; line: number; column: number };
}

const failed = new WeakMap<object, FailedImport>();

export function registerLoader(): Promise<unknown> {
  process.env['CONVBOOK_VERSIONS'] = '1';
  registered ??= import(pathToFileURL(join(projectRoot, 'kernel/loader/register.mjs')).href);
  return registered;
}

/** Imports a module of the project itself. */
export async function importOwn(path: string): Promise<any> {
  await registerLoader();
  return import(pathToFileURL(join(projectRoot, path)).href);
}

/** What an import statement or `import()` of a cell becomes. `names` are the exports that the cell uses as values. */
export async function importForCell(specifier: unknown, folder: string, names: string[]): Promise<unknown> {
  const wanted = String(specifier);
  try {
    let module: Record<string, unknown>;
    if (isBuiltin(wanted)) module = await import(wanted);
    else {
      await registerLoader();
      module = await import(cellSpecifier(wanted, folder, ++turn));
    }
    guardTensors(); // an engine may have come with it
    return withNames(wanted, module, names);
  } catch (error) {
    if (typeof error === 'object' && error !== null) failed.set(error, { specifier: wanted });
    if (error instanceof Error) tell(error, wanted, folder);
    throw error;
  }
}

/** The import that failed, so that a traceback can show its line. */
export const failedImport = (error: unknown): FailedImport | undefined => failed.get(error as object);

/** Says it without the paths of this machine, which end up in notebooks, and says what to do. */
function tell(error: Error & { code?: string }, specifier: string, folder: string): void {
  const near = folder.endsWith('/') ? folder : `${folder}/`;
  const told = error.message.replace(` imported from ${join(folder, 'cell.ts')}`, '').replaceAll(near, './');
  const mistake = / \((\/.*):(\d+):(\d+)\)$/.exec(error.message);
  if (error.name === 'SyntaxError' && mistake) {
    const [, file = '', line, column] = mistake;
    failed.set(error, { specifier, place: { file, line: Number(line), column: Number(column) } });
  }
  const isPackage = told === `Cannot find package '${specifier}'`;
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  setMessage(error, isPackage ? `${told}. Install it beside the notebook: npm install ${name}` : told);
}

function setMessage(error: Error, value: string): void {
  if (value !== error.message)
    Object.defineProperty(error, 'message', { value, configurable: true, writable: true });
}

/** A CommonJS package may hold a name only in its default export. */
function withNames(specifier: string, module: Record<string, unknown>, names: string[]): unknown {
  const missing = names.filter((name) => !(name in module));
  if (missing.length === 0) return module;
  const inner = module['default'] as Record<string, unknown> | undefined;
  const held = inner !== null && (typeof inner === 'object' || typeof inner === 'function') ? inner : {};
  const absent = missing.find((name) => !(name in held));
  if (absent !== undefined) {
    const known = Object.keys(module).slice(0, 12).join(', ') || 'nothing';
    throw new SyntaxError(`The module '${specifier}' has no export named '${absent}'. It exports ${known}.`);
  }
  return { ...module, ...Object.fromEntries(missing.map((name) => [name, held[name]])) };
}

/** `require` for cells: it looks from the notebook's folder, then from the project. */
export function installRequire(folder: string): void {
  const own = createRequire(join(folder, 'cell.js'));
  const project = createRequire(join(projectRoot, 'index.js'));
  const require = (specifier: string): unknown => {
    if (!isBuiltin(specifier) && !registered) requireLoader();
    try {
      return own(specifier);
    } catch (error) {
      const known = error as { code?: string; requireStack?: string[] };
      const direct = known.code === 'MODULE_NOT_FOUND' && (known.requireStack?.length ?? 0) <= 1;
      if (!direct || /^[./]/.test(specifier)) throw error;
      return project(specifier);
    }
  };
  const value = Object.assign(require, { resolve: own.resolve, cache: own.cache, main: undefined });
  for (const [name, held] of [
    ['require', value],
    ['__dirname', folder],
  ] as const) {
    Object.defineProperty(globalThis, name, { value: held, configurable: true, writable: true });
  }
}

/** `require` of a .ts file works on Node 20 too, synchronously: the part for CommonJS needs no hook thread. */
function requireLoader(): void {
  void registerLoader();
}

export function importMeta(folder: string): Record<string, unknown> {
  const filename = join(folder, 'cell.ts');
  const { resolve } = createRequire(filename);
  return {
    url: pathToFileURL(filename).href,
    filename,
    dirname: folder,
    resolve: (specifier: string) =>
      isBuiltin(specifier) ? specifier : pathToFileURL(resolve(specifier)).href,
  };
}
