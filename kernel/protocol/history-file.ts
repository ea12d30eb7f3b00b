import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface HistoryEntry {
  session: number;
  line: number;
  input: string;
  output: string | null;
}

/** Where the history lies: `CONVBOOK_HISTORY` (or `off`), else the user's state directory; null keeps it in memory. */
export function historyPath(env: NodeJS.ProcessEnv = process.env): string | null {
  const chosen = env['CONVBOOK_HISTORY'];
  if (chosen === 'off') return null;
  if (chosen) return chosen;
  try {
    return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'convbook', 'history.jsonl');
  } catch {
    return null;
  }
}

export interface FileLimits {
  /** A larger file is cut to its newer half when a session begins. */
  bytes: number;
  /** A longer cell is not written. */
  input: number;
  /** A longer output is cut. */
  output: number;
}

export const defaultFileLimits: FileLimits = { bytes: 8 * 2 ** 20, input: 64 * 1024, output: 4096 };

const LOCK_WAIT_MS = 2_000;
const LOCK_STALE_MS = 10_000;

/** Cells of all sessions as JSON lines in a file that several kernels share. */
export class HistoryFile {
  readonly #path: string;
  readonly #limits: FileLimits;

  constructor(path: string, limits = defaultFileLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Begins a session with its first cell; returns the session's number. */
  begin(entry: Omit<HistoryEntry, 'session'>): Promise<number> {
    return this.#locked(async () => {
      const entries = await this.read();
      const session = entries.reduce((highest, { session }) => Math.max(highest, session), 0) + 1;
      await this.#shorten(entries);
      await this.#write({ session, ...entry });
      return session;
    });
  }

  append(entry: HistoryEntry): Promise<void> {
    return this.#locked(() => this.#write(entry));
  }

  /** All entries; lines that are no entries (a cut write, a newer version) are passed over. */
  async read(): Promise<HistoryEntry[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch {
      return [];
    }
    const entries: HistoryEntry[] = [];
    for (const line of text.split('\n')) {
      const entry = line === '' ? null : parse(line);
      if (entry) entries.push(entry);
    }
    return entries;
  }

  async #write(entry: HistoryEntry): Promise<void> {
    if (entry.input.length > this.#limits.input) return;
    const output = entry.output === null ? null : entry.output.slice(0, this.#limits.output);
    // A cut last line (a full disk, a crash) must not swallow this one: a line begins at a line's start.
    const file = await open(this.#path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      const start = size > 0 && last[0] !== 10 ? '\n' : '';
      await file.appendFile(`${start}${JSON.stringify({ ...entry, output })}\n`);
    } finally {
      await file.close();
    }
  }

  async #shorten(entries: HistoryEntry[]): Promise<void> {
    const size = await stat(this.#path).then(
      (file) => file.size,
      () => 0,
    );
    if (size <= this.#limits.bytes) return;
    const lines: string[] = [];
    let left = this.#limits.bytes / 2;
    for (let i = entries.length - 1; i >= 0; i--) {
      const line = JSON.stringify(entries[i]);
      left -= Buffer.byteLength(line) + 1;
      if (left < 0) break;
      lines.push(line);
    }
    const shorter = `${this.#path}.${process.pid}.tmp`;
    await writeFile(
      shorter,
      lines
        .reverse()
        .map((line) => `${line}\n`)
        .join(''),
      { mode: 0o600 },
    );
    await rename(shorter, this.#path);
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const lock = `${this.#path}.lock`;
    const until = Date.now() + LOCK_WAIT_MS;
    for (;;) {
      try {
        await (await open(lock, 'wx', 0o600)).close();
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || Date.now() > until) throw error;
      }
      const age = await stat(lock).then(
        (file) => Date.now() - file.mtimeMs,
        () => 0,
      );
      if (age > LOCK_STALE_MS) await rm(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }
}

function parse(line: string): HistoryEntry | null {
  try {
    const { session, line: number, input, output } = JSON.parse(line) as Record<string, unknown>;
    if (!Number.isInteger(session) || !Number.isInteger(number) || typeof input !== 'string') return null;
    return {
      session: session as number,
      line: number as number,
      input,
      output: typeof output === 'string' ? output : null,
    };
  } catch {
    return null;
  }
}
