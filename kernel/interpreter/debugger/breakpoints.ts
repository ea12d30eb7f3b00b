// Breakpoints by path and line: placed in every script that ran, or will run, the code of the path. A path is a cell's
// (sources.ts) or that of a file which cells import (side-files.ts).
import type { Region } from '../compiler/regions.ts';
import type { Inspector } from './inspector-channel.ts';
import { firstPlace, inlineMap, readFileText, type ScriptPlace, urlPattern } from './side-files.ts';
import { type DebugSources, scriptUrl } from './sources.ts';

export interface AskedBreakpoint {
  line: number;
  condition?: string;
  /** Printed instead of stopping; `{expression}` in it is replaced by its value. */
  logMessage?: string;
}

/** What the compiler does for the debugger. */
export interface DebugCompiler {
  /** An expression in TypeScript as the scripts of the cells have to see it. */
  expression(code: string): Promise<string>;
  /** The script that a file becomes, with its source map inline. */
  fileScript(path: string): Promise<string>;
  /** Where a script catches errors. */
  catchRegions(code: string): Promise<Region[]>;
}

export class Breakpoints {
  private readonly inspector: Inspector;
  private readonly sources: DebugSources;
  private readonly compiler: DebugCompiler;
  private readonly asked = new Map<string, AskedBreakpoint[]>();
  private readonly placed = new Map<string, string[]>();
  /** The text of a file that its breakpoints were placed for. */
  private readonly texts = new Map<string, string | undefined>();

  constructor(inspector: Inspector, sources: DebugSources, compiler: DebugCompiler) {
    this.inspector = inspector;
    this.sources = sources;
    this.compiler = compiler;
  }

  /** Replaces the breakpoints of a path. */
  async set(path: string, breakpoints: AskedBreakpoint[]) {
    await this.remove(path);
    if (breakpoints.length > 0) this.asked.set(path, breakpoints);
    else this.asked.delete(path);
    const cells = this.sources.cellsOf(path);
    for (const cell of cells) await this.placeIn(cell);
    const code = this.sources.code(path);
    const places = code === undefined ? await this.placeInFile(path) : undefined;
    const lines = code?.split('\n').length ?? 0;
    return breakpoints.map(({ line }, index) => {
      const place = places?.[index];
      const verified = places ? place !== undefined : line <= lines;
      return {
        id: index + 1,
        verified,
        line: place?.sourceLine ?? line,
        source: { path },
        ...(verified ? {} : { message: `There is no code at or below line ${line} of ${path}.` }),
      };
    });
  }

  async placeIn(cell: number): Promise<void> {
    const path = this.sources.script(cell)?.path;
    if (path === undefined) return;
    for (const breakpoint of this.asked.get(path) ?? []) {
      const place = this.sources.scriptPlace(cell, breakpoint.line);
      if (place) await this.place(path, { url: scriptUrl(cell) }, place, breakpoint);
    }
  }

  /** Files may have been edited since their breakpoints were placed: the next import loads them anew. */
  async refreshFiles(): Promise<void> {
    for (const path of [...this.texts.keys()]) {
      if (readFileText(path) === this.texts.get(path)) continue;
      await this.remove(path);
      await this.placeInFile(path);
    }
  }

  private async placeInFile(path: string): Promise<(ScriptPlace | undefined)[]> {
    const breakpoints = this.asked.get(path) ?? [];
    if (breakpoints.length === 0) {
      this.texts.delete(path);
      return [];
    }
    const text = readFileText(path);
    this.texts.set(path, text);
    const map = inlineMap(await this.compiler.fileScript(path).catch(() => ''));
    const places: (ScriptPlace | undefined)[] = [];
    for (const breakpoint of breakpoints) {
      const place = map ? firstPlace(map, breakpoint.line) : lineOf(text, breakpoint.line);
      places.push(place);
      if (place) await this.place(path, { urlRegex: urlPattern(path) }, place, breakpoint);
    }
    return places;
  }

  private async place(
    path: string,
    script: { url: string } | { urlRegex: string },
    { line, column }: { line: number; column: number },
    breakpoint: AskedBreakpoint,
  ): Promise<void> {
    const { breakpointId } = await this.inspector.send('Debugger.setBreakpointByUrl', {
      ...script,
      lineNumber: line,
      columnNumber: column,
      condition: await this.conditionOf(breakpoint),
    });
    this.placed.set(path, [...(this.placed.get(path) ?? []), breakpointId]);
  }

  /** A logpoint is a breakpoint whose condition prints and is never true. */
  private async conditionOf({ condition, logMessage }: AskedBreakpoint): Promise<string | undefined> {
    const when = condition?.trim() ? `(${await this.compiler.expression(condition)})` : undefined;
    if (!logMessage) return when;
    const parts: string[] = [];
    for (const part of logMessage.split(/(\{[^{}]*\})/)) {
      if (/^\{.*\S.*\}$/.test(part)) parts.push(await this.compiler.expression(part.slice(1, -1)));
      else if (part !== '') parts.push(JSON.stringify(part));
    }
    const log = `__convbook.log([${parts.map((part) => `() => (${part})`).join(', ')}])`;
    return when ? `${when} && ${log}` : log;
  }

  list() {
    return Array.from(this.asked, ([path, breakpoints]) => ({
      source: path,
      breakpoints: breakpoints.map(({ line }) => ({ line, verified: true, source: { path } })),
    }));
  }

  async clear(): Promise<void> {
    for (const path of [...this.asked.keys()]) await this.remove(path);
    this.asked.clear();
    this.texts.clear();
  }

  forgetPlaces(): void {
    this.placed.clear();
  }

  private async remove(path: string): Promise<void> {
    for (const breakpointId of this.placed.get(path) ?? []) {
      await this.inspector.send('Debugger.removeBreakpoint', { breakpointId }).catch(() => {});
    }
    this.placed.delete(path);
  }
}

/** In a file that runs as it is. */
function lineOf(text: string | undefined, line: number): ScriptPlace | undefined {
  const lines = text?.split('\n') ?? [];
  return line >= 1 && line <= lines.length ? { line: line - 1, column: 0, sourceLine: line } : undefined;
}
