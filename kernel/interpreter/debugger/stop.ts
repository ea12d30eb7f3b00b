// Where the program stands: V8's call frames as places in cells and files.
import type { Inspector } from './inspector-channel.ts';
import type { SideFiles } from './side-files.ts';
import type { DebugSources } from './sources.ts';
import type { RemoteObject } from './variables.ts';

export interface CallFrame {
  callFrameId: string;
  functionName: string;
  location: { scriptId: string; lineNumber: number; columnNumber: number };
  scopeChain: { type: string; object: RemoteObject }[];
}

export interface Paused {
  callFrames: CallFrame[];
  reason: string;
  data?: RemoteObject & { uncaught?: boolean };
  hitBreakpoints?: string[];
}

export interface Frame {
  call: CallFrame;
  path: string;
  /** What people know the source by. */
  source: string;
  line: number;
  column: number;
}

/** Places of scripts; cells by the inspector's ids: a call frame has no URL where a script got its name by a comment. */
export class Places {
  private readonly sources: DebugSources;
  private readonly files: SideFiles;
  private readonly cells = new Map<string, number>();

  constructor(sources: DebugSources, files: SideFiles) {
    this.sources = sources;
    this.files = files;
  }

  addCell(scriptId: string, cell: number): void {
    this.cells.set(scriptId, cell);
  }

  forgetAll(): void {
    this.cells.clear();
  }

  /** The user's own frames, the newest first; empty where the program stands in nobody's code. */
  async framesOf({ callFrames, reason, hitBreakpoints = [] }: Paused): Promise<Frame[]> {
    await this.files.prepare(callFrames.map(({ location }) => location.scriptId));
    const isError = reason === 'exception' || reason === 'promiseRejection';
    const asked = hitBreakpoints.length > 0;
    const frames: Frame[] = [];
    for (const [depth, call] of callFrames.entries()) {
      const frame = this.frameOf(call, asked && depth === 0);
      if (frame) frames.push(frame);
      // A step that left the user's code; an error thrown by a package is the business of its caller.
      else if (depth === 0 && !isError) return [];
    }
    return frames;
  }

  private frameOf(call: CallFrame, innerToo: boolean): Frame | undefined {
    const { scriptId, lineNumber, columnNumber } = call.location;
    const cell = this.cells.get(scriptId);
    if (cell === undefined) {
      const place = this.files.place(scriptId, lineNumber, columnNumber);
      if (!place || (place.inner && !innerToo)) return undefined;
      const { path, line, column } = place;
      return { call, path, source: path.slice(path.lastIndexOf('/') + 1), line, column };
    }
    const script = this.sources.script(cell);
    const place = this.sources.cellPlace(cell, lineNumber, columnNumber);
    return script && place && { call, path: script.path, source: `Cell [${script.count}]`, ...place };
  }
}

/** Evaluates where the program stands, or in the notebook's scope. */
export async function evaluateIn(
  inspector: Inspector,
  expression: string,
  call: CallFrame | undefined,
): Promise<any> {
  const common = { expression, silent: true, objectGroup: 'debugger' };
  return call
    ? inspector.send('Debugger.evaluateOnCallFrame', { callFrameId: call.callFrameId, ...common })
    : inspector.send('Runtime.evaluate', { replMode: true, ...common });
}
