// Stacks in the user's own lines. V8 knows the compiled script; `Error.prepareStackTrace` maps each frame through the
// source map of its cell, or of a side file, so that a printed `error.stack` is right too.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { isTypeScript, transpileFile } from '../../loader/transpile.mjs';

export interface StackFrame {
  /** `0` for a file. */
  cell: number;
  file?: string;
  name: string;
  /** 1-based. */
  line: number;
  column: number;
}

interface CellScript {
  count: number;
  mappings: string;
  map?: TraceMap;
}

const scripts = new Map<number, CellScript>();
const fileMaps = new Map<string, TraceMap | undefined>();
const framesOf = new WeakMap<object, StackFrame[]>();
/** Lines that the runner puts before the compiled cell. */
const firstLines = 1;

export const scriptName = (cell: number): string => `cell-${cell}.ts`;
const scriptPattern = /^cell-(\d+)\.ts$/;

export function addScript(cell: number, count: number, mappings: string): void {
  scripts.set(cell, { count, mappings });
}

/** The execution count of a cell, which people know it by. */
export const cellCount = (cell: number): number | undefined => scripts.get(cell)?.count;

/** The frames of an error, once its stack was read. */
export function stackFrames(error: object): StackFrame[] {
  void (error as Error).stack;
  const frames = framesOf.get(error) ?? [];
  // An async function of the library kept the stack of its call, which V8 forgets behind an await.
  const site = (error as Record<symbol, unknown>)[Symbol.for('convbook.callSite')];
  return typeof site === 'object' && site ? [...frames, ...stackFrames(site)] : frames;
}

/** A 1-based position in a cell's script to one in the cell. */
export function cellPosition(cell: number, line: number, column: number): { line: number; column: number } {
  const script = scripts.get(cell);
  if (!script) return { line, column };
  script.map ??= new TraceMap({ version: 3, sources: ['cell.ts'], names: [], mappings: script.mappings });
  return mapped(script.map, line - firstLines, column) ?? { line: Math.max(1, line - firstLines), column };
}

function mapped(map: TraceMap, line: number, column: number): { line: number; column: number } | undefined {
  if (line < 1) return undefined;
  const found = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
  return found.line === null ? undefined : { line: found.line, column: found.column + 1 };
}

function fileMap(path: string): TraceMap | undefined {
  if (!fileMaps.has(path)) {
    let map: TraceMap | undefined;
    try {
      const code: string = transpileFile(path, path.endsWith('.cts') ? 'cjs' : 'esm');
      const inline = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(code);
      if (inline) map = new TraceMap(Buffer.from(inline[1]!, 'base64').toString());
    } catch {
      // edited away since: the frame keeps the compiled position
    }
    fileMaps.set(path, map);
  }
  return fileMaps.get(path);
}

function toFrame(site: NodeJS.CallSite): StackFrame | undefined {
  const script = site.getFileName() || site.getScriptNameOrSourceURL?.() || '';
  const [line, column] = [site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0];
  const own = scriptPattern.exec(script);
  if (own) {
    const cell = Number(own[1]);
    return { cell, name: frameName(site), ...cellPosition(cell, line, column) };
  }
  if (script === '' || script.startsWith('node:') || isKernel(script)) return undefined;
  let file = script.replace(/\?version=\w+$/, '');
  if (file.startsWith('file:')) file = fileURLToPath(file);
  const position = isTypeScript(file) ? mapped(fileMap(file) ?? emptyMap, line, column) : undefined;
  return { cell: 0, file, name: frameName(site), ...(position ?? { line, column }) };
}

const emptyMap = new TraceMap({ version: 3, sources: [], names: [], mappings: '' });
const ownFile = import.meta.url;
const isKernel = (script: string) =>
  script === ownFile || script === fileURLToPath(ownFile) || script === 'convbook';

function frameName(site: NodeJS.CallSite): string {
  const name = site.getFunctionName()?.replace('$cell', '');
  if (!name) return '';
  const type = site.getTypeName();
  if (site.isConstructor()) return `new ${name}`;
  const method = site.isToplevel() || !type || type === 'Object' || name.startsWith(`${type}.`);
  return (site as { isAsync?(): boolean }).isAsync?.() || method ? name : `${type}.${name}`;
}

export function frameLabel(frame: StackFrame): string {
  const place = frame.cell
    ? `Cell [${scripts.get(frame.cell)?.count ?? '?'}]:${frame.line}:${frame.column}`
    : `${frame.file}:${frame.line}:${frame.column}`;
  return frame.name ? `${frame.name} (${place})` : place;
}

export function installStacks(): void {
  Error.stackTraceLimit = 30;
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.map(toFrame).filter((frame) => frame !== undefined);
    framesOf.set(error, frames);
    let head: string;
    try {
      head = Error.prototype.toString.call(error);
    } catch {
      head = 'Error';
    }
    return [head, ...frames.map((frame) => `    at ${frameLabel(frame)}`)].join('\n');
  };
}

/** One line of a side file, for a traceback. */
export function sourceLine(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n')[line - 1];
  } catch {
    return undefined;
  }
}
