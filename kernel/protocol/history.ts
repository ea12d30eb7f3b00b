import { flag, InvalidContent, integer, text } from './content.ts';
import { matchesGlob } from './glob.ts';
import { type HistoryEntry, HistoryFile } from './history-file.ts';

/** `[session, line, input]`, or `[session, line, [input, output]]` when outputs are asked for. */
export type HistoryTuple = [number, number, string | [string, string | null]];

/**
 * What was run, in this session and in earlier ones. The file is a convenience: whatever happens to it, cells run and the
 * history of this session is kept in memory.
 */
export class History {
  readonly #file: HistoryFile | null;
  readonly #own: Omit<HistoryEntry, 'session'>[] = [];
  #session: number | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(path: string | null) {
    this.#file = path === null ? null : new HistoryFile(path);
  }

  /** Remembers a cell. Returns at once; writing goes on behind. */
  store(line: number, input: string, output: string | null): void {
    if (input.trim() === '') return;
    const entry = { line, input, output };
    this.#own.push(entry);
    if (this.#own.length > 20_000) this.#own.shift();
    this.#work = this.#work.then(async () => {
      try {
        if (this.#session === null) this.#session = (await this.#file?.begin(entry)) ?? 1;
        else await this.#file?.append({ session: this.#session, ...entry });
      } catch {
        // A read-only home, a full disk, a lock that is never freed: this cell is remembered in memory only.
      }
    });
  }

  /** Resolves when everything stored so far is written. */
  async written(): Promise<void> {
    await this.#work;
  }

  /** Answers a `history_request`. */
  async query(content: Record<string, unknown>): Promise<HistoryTuple[]> {
    const type = text(content, 'hist_access_type');
    const withOutput = flag(content, 'output', false);
    const select = this.#selection(type, content);
    await this.#work;
    const { entries, current } = await this.#entries();
    return select(entries, current).map(({ session, line, input, output }) => [
      session,
      line,
      withOutput ? [input, output] : input,
    ]);
  }

  #selection(
    type: string,
    content: Record<string, unknown>,
  ): (entries: HistoryEntry[], current: number) => HistoryEntry[] {
    if (type === 'tail') {
      const n = integer(content, 'n', 10);
      return (entries) => (n > 0 ? entries.slice(-n) : []);
    }
    if (type === 'range') {
      const session = integer(content, 'session', 0);
      const start = integer(content, 'start', 0);
      const stop = integer(content, 'stop', Number.MAX_SAFE_INTEGER);
      return (entries, current) => {
        const wanted = session > 0 ? session : current + session;
        return entries.filter(
          (entry) => entry.session === wanted && entry.line >= start && entry.line < stop,
        );
      };
    }
    if (type === 'search') {
      const pattern = text(content, 'pattern', '*');
      const n = integer(content, 'n', Number.MAX_SAFE_INTEGER);
      const unique = flag(content, 'unique', false);
      return (entries) => {
        let found = entries.filter(({ input }) => matchesGlob(input, pattern));
        if (unique) found = [...new Map(found.map((entry) => [entry.input, entry])).values()].sort(byTime);
        return n > 0 ? found.slice(-n) : [];
      };
    }
    throw new InvalidContent(
      `The request has ${JSON.stringify(type)} as "hist_access_type": expected "range", "tail" or "search".`,
    );
  }

  async #entries(): Promise<{ entries: HistoryEntry[]; current: number }> {
    const stored = (await this.#file?.read().catch(() => [])) ?? [];
    const newest = stored.reduce((highest, { session }) => Math.max(highest, session), 0);
    const current = this.#session ?? newest + 1;
    const own = this.#own.map((entry) => ({ session: current, ...entry }));
    const entries = stored
      .filter(({ session }) => session !== current)
      .concat(own)
      .sort(byTime);
    return { entries, current };
  }
}

function byTime(a: HistoryEntry, b: HistoryEntry): number {
  return a.session - b.session || a.line - b.line;
}
