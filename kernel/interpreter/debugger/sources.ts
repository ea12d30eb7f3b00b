// Cells as the debugger's files: which path stands for which code, and lines of TypeScript against lines of the script.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { murmur2 } from './hash.ts';
import { firstPlace, type ScriptPlace } from './side-files.ts';

const seed = 0x5ca1ab1e;
/** The line that comes before the compiled cell in its script. */
const firstLines = 1;
export const filePrefix = join(tmpdir(), `convbook_${process.pid}`, '/');
export const fileSuffix = '.ts';
export const hashParameters = {
  hashMethod: 'Murmur2',
  hashSeed: seed,
  tmpFilePrefix: filePrefix,
  tmpFileSuffix: fileSuffix,
};

export const pathOfCode = (code: string): string => `${filePrefix}${murmur2(code, seed)}${fileSuffix}`;
export const scriptUrl = (cell: number): string => `cell-${cell}.ts`;
export const cellOfUrl = (url: string): number | undefined => {
  const found = /^cell-(\d+)\.ts$/.exec(url);
  return found ? Number(found[1]) : undefined;
};

interface CellScript {
  path: string;
  count: number;
  map: TraceMap;
}

export class DebugSources {
  private readonly scripts = new Map<number, CellScript>();
  private readonly codes = new Map<string, string>();

  add(cell: number, count: number, code: string, mappings: string): string {
    const path = this.dump(code);
    const map = new TraceMap({ version: 3, sources: ['cell.ts'], names: [], mappings });
    this.scripts.set(cell, { path, count, map });
    return path;
  }

  /** Makes the path of a code known before it runs. */
  dump(code: string): string {
    const path = pathOfCode(code);
    this.codes.set(path, code);
    return path;
  }

  code(path: string): string | undefined {
    return this.codes.get(path);
  }

  script(cell: number): { path: string; count: number } | undefined {
    return this.scripts.get(cell);
  }

  /** The cells that ran the code of a path. */
  cellsOf(path: string): number[] {
    return [...this.scripts].filter(([, script]) => script.path === path).map(([cell]) => cell);
  }

  /** The first place of a 1-based cell line, or of the next one that has code; 0-based, in the script. */
  scriptPlace(cell: number, line: number): ScriptPlace | undefined {
    const script = this.scripts.get(cell);
    const place = script && firstPlace(script.map, line);
    return place && { ...place, line: place.line + firstLines };
  }

  /** A 0-based place in a script to a 1-based one in its cell. */
  cellPlace(cell: number, line: number, column: number): { line: number; column: number } | undefined {
    const script = this.scripts.get(cell);
    if (!script || line < firstLines) return undefined;
    const found = originalPositionFor(script.map, { line: line + 1 - firstLines, column });
    return found.line === null ? undefined : { line: found.line, column: found.column + 1 };
  }

  forgetAll(): void {
    this.scripts.clear();
  }
}
