// Whether somebody catches an error. V8 tells, but it takes the inspector's own hold on a cell's promise for somebody who
// does: no error of a cell would be uncaught. So the `try` blocks around the frames are looked for.
import type { Region } from '../compiler/regions.ts';
import type { Inspector } from './inspector-channel.ts';

interface Location {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
}

interface AsyncStack {
  callFrames: Location[];
  parent?: AsyncStack;
}

export interface Thrown {
  reason: string;
  data?: { uncaught?: boolean };
  callFrames: { location: Location }[];
  asyncStackTrace?: AsyncStack;
}

/** Packages in one file of megabytes: taking them apart would take seconds. */
const longest = 500_000;

interface Script {
  lines: string[];
  regions: Region[];
}

export class CaughtErrors {
  private readonly inspector: Inspector;
  private readonly regionsOf: (code: string) => Promise<Region[]>;
  private readonly scripts = new Map<string, Promise<Script>>();

  constructor(inspector: Inspector, regionsOf: (code: string) => Promise<Region[]>) {
    this.inspector = inspector;
    this.regionsOf = regionsOf;
  }

  forgetAll(): void {
    this.scripts.clear();
  }

  async isCaught({ reason, data, callFrames, asyncStackTrace }: Thrown): Promise<boolean> {
    if (data?.uncaught) return false;
    const locations = callFrames.map(({ location }) => location);
    if (reason === 'promiseRejection' && locations[0] && (await this.isReject(locations[0]))) return true;
    for (let stack = asyncStackTrace; stack; stack = stack.parent) locations.push(...stack.callFrames);
    for (const location of locations) if (await this.isInTry(location)) return true;
    return false;
  }

  /** A promise that is rejected by a call, not by a throw, may get its handler in the next call. */
  private async isReject({ scriptId, lineNumber, columnNumber }: Location): Promise<boolean> {
    const { lines } = await this.load(scriptId);
    return lines[lineNumber]?.startsWith('reject', columnNumber) ?? false;
  }

  private async isInTry({ scriptId, lineNumber, columnNumber }: Location): Promise<boolean> {
    const at = { line: lineNumber, character: columnNumber };
    let inTry = false;
    for (const { kind, start, end } of (await this.load(scriptId)).regions) {
      if (isBefore(at, start) || !isBefore(at, end)) continue;
      inTry = kind === 'try'; // the innermost of those around comes last
    }
    return inTry;
  }

  private load(scriptId: string): Promise<Script> {
    let known = this.scripts.get(scriptId);
    if (!known) {
      known = this.read(scriptId).catch(() => ({ lines: [], regions: [] }));
      this.scripts.set(scriptId, known);
    }
    return known;
  }

  private async read(scriptId: string): Promise<Script> {
    const { scriptSource } = await this.inspector.send('Debugger.getScriptSource', { scriptId });
    const regions = scriptSource.length > longest ? [] : await this.regionsOf(scriptSource);
    return { lines: scriptSource.split('\n'), regions };
  }
}

type Position = Region['start'];
const isBefore = (a: Position, b: Position) =>
  a.line < b.line || (a.line === b.line && a.character < b.character);
