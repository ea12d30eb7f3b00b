// The compiler thread: TypeScript and nothing else. The front asks by messages and is never blocked by it.
import { parentPort, workerData } from 'node:worker_threads';
import { completeness } from './completeness.ts';
import { loadTypeScript } from './load-typescript.ts';
import type { LanguageTools } from './service.ts';
import { type CompiledCell, transpileCell } from './transpile.ts';

const api = loadTypeScript();
const constants = new Set<string>();
let tools: LanguageTools | undefined;
/** Cells that came before the language service was needed. */
const early: { cell: number; code: string; key?: string }[] = [];

async function language(): Promise<LanguageTools> {
  if (!tools) {
    const { LanguageTools } = await import('./service.ts');
    tools ??= new LanguageTools(api, workerData.folder);
    for (const { cell, code, key } of early.splice(0)) tools.commit(cell, code, key);
  }
  return tools;
}

const methods = {
  compile(cell: number, code: string, captureResult: boolean): CompiledCell {
    return transpileCell(api, code, { cell, captureResult, constants });
  },
  /** From here on the cell's names have types for later cells. */
  commit(cell: number, code: string, key?: string): void {
    if (tools) tools.commit(cell, code, key);
    else early.push({ cell, code, key });
  },
  forgetAll(): void {
    early.length = 0;
    constants.clear();
    tools?.forgetAll();
  },
  isComplete: (code: string) => completeness(api, code),
  check: async (code: string) => (await language()).check(code),
  checkCell: async (cell: number) => (await language()).checkCell(cell),
  complete: async (code: string, cursor: number) => (await language()).complete(code, cursor),
  inspect: async (code: string, cursor: number) => (await language()).inspect(code, cursor),
};
export type CompilerMethods = typeof methods;

parentPort!.on('message', async ({ id, method, args }) => {
  try {
    const value = await (methods as Record<string, (...all: unknown[]) => unknown>)[method]!(...args);
    parentPort!.postMessage({ id, value });
  } catch (error) {
    parentPort!.postMessage({ id, error: (error as Error)?.stack ?? String(error) });
  }
});
parentPort!.postMessage({ ready: true });
