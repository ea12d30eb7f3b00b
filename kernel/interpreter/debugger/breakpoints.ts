// Breakpoints by path and line: placed in every script that ran, or will run, the code of the path.
import type { Inspector } from './inspector-channel.ts';
import { type DebugSources, scriptUrl } from './sources.ts';

export interface AskedBreakpoint {
  line: number;
  condition?: string;
}

export class Breakpoints {
  private readonly inspector: Inspector;
  private readonly sources: DebugSources;
  private readonly asked = new Map<string, AskedBreakpoint[]>();
  private readonly placed = new Map<string, string[]>();

  constructor(inspector: Inspector, sources: DebugSources) {
    this.inspector = inspector;
    this.sources = sources;
  }

  /** Replaces the breakpoints of a path. */
  async set(path: string, breakpoints: AskedBreakpoint[]) {
    await this.remove(path);
    if (breakpoints.length > 0) this.asked.set(path, breakpoints);
    else this.asked.delete(path);
    for (const cell of this.sources.cellsOf(path)) await this.placeIn(cell);
    const lines = this.sources.code(path)?.split('\n').length;
    return breakpoints.map(({ line }, index) => ({
      id: index + 1,
      verified: lines === undefined || line <= lines,
      line,
      source: { path },
    }));
  }

  async placeIn(cell: number): Promise<void> {
    const path = this.sources.script(cell)?.path;
    if (path === undefined) return;
    for (const { line, condition } of this.asked.get(path) ?? []) {
      const place = this.sources.scriptPlace(cell, line);
      if (!place) continue;
      const { breakpointId } = await this.inspector.send('Debugger.setBreakpointByUrl', {
        url: scriptUrl(cell),
        lineNumber: place.line,
        columnNumber: place.column,
        condition,
      });
      this.placed.set(path, [...(this.placed.get(path) ?? []), breakpointId]);
    }
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
