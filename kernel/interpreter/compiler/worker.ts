// The compiler threads: TypeScript and nothing else. One compiles cells and is always free for the next; the other, which
// starts when it is first needed, has the types: checking may take a second there and delays no cell.
import { parentPort, workerData } from 'node:worker_threads';
import { isTypeScript, transpileFile } from '../../loader/transpile.mjs';
import { completeness } from './completeness.ts';
import { loadTypeScript } from './load-typescript.ts';
import { catchRegions } from './regions.ts';
import { LanguageTools } from './service.ts';
import { type CompiledCell, transpileCell, transpileExpression } from './transpile.ts';

const api = loadTypeScript();
const constants = new Set<string>();
const hidden = new Set<string>();
let tools: LanguageTools | undefined;

function language(): LanguageTools {
  tools ??= new LanguageTools(api, workerData.folder);
  return tools;
}

const methods = {
  compile(cell: number, code: string, captureResult: boolean): CompiledCell {
    return transpileCell(api, code, { cell, captureResult, constants, hidden });
  },
  /** An expression that the debugger evaluates, as the scripts of the cells have to see it. */
  expression: (code: string): string => transpileExpression(api, code, hidden),
  /** The script that a file becomes when it is imported. */
  fileScript: (path: string): string => (isTypeScript(path) ? transpileFile(path) : ''),
  catchRegions: (code: string) => catchRegions(api, code),
  isComplete: (code: string) => completeness(api, code),
  /** From here on the cell's names have types for later cells. */
  commit: (cell: number, code: string) => language().commit(cell, code),
  check: (code: string) => language().check(code),
  checkCell: (cell: number) => language().checkCell(cell),
  complete: (code: string, cursor: number) => language().complete(code, cursor),
  inspect: (code: string, cursor: number) => language().inspect(code, cursor),
  forgetAll(): void {
    constants.clear();
    hidden.clear();
    tools?.forgetAll();
  },
};
export type CompilerMethods = typeof methods;

parentPort!.on('message', ({ id, method, args }) => {
  try {
    const value = (methods as Record<string, (...all: unknown[]) => unknown>)[method]!(...args);
    parentPort!.postMessage({ id, value });
  } catch (error) {
    const { name = 'Error', message = String(error) } = (error ?? {}) as Partial<Error>;
    parentPort!.postMessage({ id, error: { name, message } });
  }
});
parentPort!.postMessage({ ready: true });
