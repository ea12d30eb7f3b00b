// Files that cells import, as the debugger sees them: V8's scripts of compiled TypeScript against the lines of the file.
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { eachMapping, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { projectRoot } from '../../loader/transpile.mjs';
import type { Inspector } from './inspector-channel.ts';

/** Frames of Node, of packages and of convbook itself are stepped over. */
export const steppedOver = [
  '^node:',
  '/\\.cache/bundles/',
  '/node_modules/',
  `^${escaped(pathToFileURL(projectRoot).href)}(?:lib|kernel|datasets)/`,
  '^$',
];
const inner = new RegExp(steppedOver.slice(0, -1).join('|'));

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

interface Script {
  path: string;
  url: string;
  /** Undefined where the file runs as it is. */
  map: TraceMap | undefined;
  known: boolean;
}

export interface FilePlace {
  path: string;
  /** 1-based. */
  line: number;
  column: number;
  /** Not the user's own code. */
  inner: boolean;
}

/** The file of a script's URL; an edited file has a version in it (loader/versions.mjs). */
function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url.replace(/\?.*$/, ''));
  } catch {
    return undefined;
  }
}

export class SideFiles {
  private readonly inspector: Inspector;
  private readonly scripts = new Map<string, Script>();

  constructor(inspector: Inspector) {
    this.inspector = inspector;
  }

  add(scriptId: string, url: string): void {
    const path = pathOf(url);
    if (path !== undefined) this.scripts.set(scriptId, { path, url, map: undefined, known: false });
  }

  /** Files of the user that have been loaded. */
  paths(): string[] {
    const own = [...this.scripts.values()].filter(({ url }) => !inner.test(url));
    return [...new Set(own.map(({ path }) => path))];
  }

  has(path: string): boolean {
    return [...this.scripts.values()].some((script) => script.path === path);
  }

  /** Loads the source maps of scripts, so that `place` can tell. */
  async prepare(scriptIds: readonly string[]): Promise<void> {
    await Promise.all(
      [...new Set(scriptIds)].map(async (scriptId) => {
        const script = this.scripts.get(scriptId);
        if (!script || script.known) return;
        script.known = true;
        const answer = await this.inspector.send('Debugger.getScriptSource', { scriptId }).catch(() => null);
        script.map = inlineMap(answer?.scriptSource ?? '');
      }),
    );
  }

  /** A 0-based place in a script to a 1-based one in its file. */
  place(scriptId: string, line: number, column: number): FilePlace | undefined {
    const script = this.scripts.get(scriptId);
    if (!script) return undefined;
    const rest = { path: script.path, inner: inner.test(script.url) };
    if (!script.map) return { ...rest, line: line + 1, column: column + 1 };
    const found = originalPositionFor(script.map, { line: line + 1, column });
    return found.line === null ? undefined : { ...rest, line: found.line, column: found.column + 1 };
  }

  forgetAll(): void {
    this.scripts.clear();
  }
}

export function inlineMap(code: string): TraceMap | undefined {
  const found = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(code);
  return found ? new TraceMap(Buffer.from(found[1]!, 'base64').toString()) : undefined;
}

export function readFileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Matches the URLs of a file in all its versions. */
export const urlPattern = (path: string): string => `^${escaped(pathToFileURL(path).href)}(?:\\?.*)?$`;

export interface ScriptPlace {
  /** 0-based, in the script. */
  line: number;
  column: number;
  /** 1-based, in the source. */
  sourceLine: number;
}

/** The first place of a 1-based source line, or of the next one that has code. */
export function firstPlace(map: TraceMap, line: number): ScriptPlace | undefined {
  let best: ScriptPlace | undefined;
  eachMapping(map, (mapping) => {
    if (mapping.originalLine === null || mapping.originalLine < line) return;
    if (best && mapping.originalLine >= best.sourceLine) return;
    best = {
      line: mapping.generatedLine - 1,
      column: mapping.generatedColumn,
      sourceLine: mapping.originalLine,
    };
  });
  return best;
}
