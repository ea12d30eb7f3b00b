// The life of one cell in the runner's main thread: `__convbook`, which the compiled script calls.
import { inspect } from 'node:util';
import { kinds } from '../frames.ts';
import type { CellContext } from './context.ts';
import { type Failure, Interrupted, toFailure } from './failures.ts';
import { failedImport, importForCell, importMeta } from './imports.ts';
import { flush, print, send } from './output.ts';
import { type Bundle, bundleOf, plain } from './results.ts';
import { addScript, cellPosition, sourceLine } from './stacks.ts';
import { afterCell, beforeCell } from './tensors.ts';

export interface CellFlags {
  silent: boolean;
  allowStdin: boolean;
  /** A user expression: its value goes back with `done`. */
  expression?: boolean;
  /** The cell that an expression's output belongs to. */
  owner?: number;
  /** Not done while the promises and timers that it made are pending. */
  settle: boolean;
}

interface Cell {
  id: number;
  flags: CellFlags;
  ended: boolean;
  /** Rejections of the top-level awaits that are pending. */
  waiting: Set<(reason: unknown) => void>;
  value: unknown;
  failure?: Failure;
  interrupted?: boolean;
  /** Tells the front that the cell has ended; undefined once it is told. */
  report?: () => void;
}

const setImmediateNow = setImmediate;
const setTimeoutNow = setTimeout;

export interface CellsOptions {
  context: CellContext;
  folder: string;
  /** Told when a cell starts (1) and ends (0). */
  busy(state: 0 | 1): void;
  settled(): Promise<void>;
  /** Told when a cell that was interrupted has ended. */
  interrupted(cell: number): void;
}

export class Cells {
  private running: Cell | undefined;
  /** A cell that was interrupted before it began. */
  private early = 0;
  private readonly options: CellsOptions;
  readonly meta: Record<string, unknown>;

  constructor(options: CellsOptions) {
    this.options = options;
    this.meta = importMeta(options.folder);
  }

  /** The script's first call. What follows runs in a turn of the event loop of its own, where an interrupt reaches it. */
  start(id: number, count: number, flags: CellFlags, mappings: string): Promise<void> {
    addScript(id, count, mappings);
    this.begin(id, flags);
    if (this.early === id) {
      this.interrupt(id, true);
      return new Promise(() => {});
    }
    const cell = this.running;
    return new Promise<void>((resolve) =>
      setImmediateNow(() => {
        if (!cell?.interrupted) resolve();
      }),
    );
  }

  private begin(id: number, flags: CellFlags): void {
    this.running = { id, flags, ended: false, waiting: new Set(), value: undefined };
    this.options.busy(1);
    beforeCell();
    this.options.context.enter(flags.owner ?? id);
  }

  /** A top-level `await`: an interrupt rejects it. */
  wait(id: number, value: unknown): Promise<unknown> {
    const cell = this.running;
    if (cell?.id !== id || cell.ended) return Promise.reject(new Interrupted());
    return new Promise((resolve, reject) => {
      cell.waiting.add(reject);
      Promise.resolve(value).then(
        (settled) => {
          cell.waiting.delete(reject);
          resolve(settled);
        },
        (reason) => {
          cell.waiting.delete(reject);
          reject(reason);
        },
      );
    });
  }

  import(specifier: unknown, _options: unknown, names: string[] = []): Promise<unknown> {
    return importForCell(specifier, this.options.folder, names);
  }

  result(id: number, value: unknown): unknown {
    if (this.running?.id === id) this.running.value = value;
    return value;
  }

  /** For the debugger, which can't wait for a promise. */
  describe(value: unknown): Bundle {
    const bundle = bundleOf(value);
    return bundle instanceof Promise ? plain(value) : bundle;
  }

  /** A logpoint of the debugger: prints and does not stop. */
  log(parts: (string | (() => unknown))[]): false {
    const text = parts.map((part) => {
      try {
        const value = typeof part === 'function' ? part() : part;
        return typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: Infinity });
      } catch (error) {
        return `[${(error as Error)?.message ?? error}]`;
      }
    });
    print(kinds.stdout, this.options.context.current(), `${text.join('')}\n`);
    return false;
  }

  constant(_name: string): never {
    throw new TypeError('Assignment to constant variable.');
  }

  /** The script's last call. */
  end(id: number): void {
    const cell = this.running;
    if (cell?.id !== id || cell.ended) return;
    if (cell.flags.settle) {
      this.options.settled().then(() => this.finish(cell));
    } else this.finish(cell);
  }

  private finish(cell: Cell): void {
    if (cell.ended) return;
    const value = cell.value;
    cell.value = undefined;
    const nothing = cell.flags.silent || (value === undefined && !cell.flags.expression);
    if (cell.failure || nothing) {
      this.done(cell, cell.failure);
      return;
    }
    const give = (bundle: Bundle) => {
      if (cell.ended) return;
      // With the end of the cell in one message: each costs a turn of three pipes.
      const shown = cell.flags.expression || Object.keys(bundle.data).length > 0;
      this.done(cell, undefined, shown ? bundle : undefined);
    };
    const bundle = bundleOf(value);
    if (bundle instanceof Promise) bundle.then(give);
    else give(bundle);
  }

  /**
   * Called by the inspector thread with what the script threw; line and column are of the script, 0-based. The call may
   * come in the middle of other code, such as a timer of an earlier cell that prints, so it is taken up in a turn of
   * its own.
   */
  fail(id: number, thrown: unknown, line?: number, column?: number): void {
    setImmediateNow(() => this.failed(id, thrown, line, column));
  }

  private failed(id: number, thrown: unknown, line?: number, column?: number): void {
    // A script that V8 could not parse never started.
    if (!this.running || this.running.id < id)
      this.begin(id, { silent: true, allowStdin: false, settle: false });
    const cell = this.running;
    if (cell?.id !== id || cell.ended) return;
    const failure = toFailure(thrown);
    const { specifier, place } = failedImport(thrown) ?? {};
    if (failure.frames.length === 0 && line !== undefined && failure.ename === 'SyntaxError' && !specifier) {
      failure.frames.push({ cell: id, name: '', ...cellPosition(id, line + 1, (column ?? 0) + 1) });
    }
    if (place)
      failure.frames.unshift({ cell: 0, name: '', ...place, text: sourceLine(place.file, place.line) });
    this.done(cell, specifier === undefined ? failure : { ...failure, specifier });
  }

  /** An unhandled rejection or a throw in a timer. */
  late(owner: number, thrown: unknown): void {
    const cell = this.running;
    const failure = toFailure(thrown);
    if (cell && !cell.ended && cell.flags.settle && owner === cell.id) cell.failure ??= failure;
    else send(owner, { type: 'late_error', failure });
  }

  interrupt(id: number, wasBusy: boolean): boolean {
    const cell = this.running;
    if (!cell || cell.id < id) this.early = id;
    if (cell?.id !== id) return false;
    if (cell.ended) {
      // The end of a cell may itself have been ended before it was told.
      if (cell.report) cell.report();
      return false;
    }
    // V8 runs no `finally` of a script that it ends: the library closes what its engine left open.
    (globalThis as unknown as Record<symbol, (() => void) | undefined>)[Symbol.for('convbook.recover')]?.();
    cell.interrupted = true;
    const reason = new Interrupted();
    const waiting = [...cell.waiting];
    for (const reject of waiting) reject(reason);
    // A body that was ended in its own code, or that waits where nothing can reach it, will never report.
    if (waiting.length === 0 && wasBusy) this.done(cell, toFailure(reason));
    else setTimeoutNow(() => this.done(cell, toFailure(reason)), 100);
    return true;
  }

  /** Whether an interrupt of the cell has nothing left to do. */
  isOver(id: number): boolean {
    const cell = this.running;
    return cell?.id !== id || (cell.ended && !cell.report);
  }

  /** V8 ended the script of a cell, maybe before its first call. */
  terminated(id: number): void {
    if (!this.running || this.running.id < id)
      this.begin(id, { silent: true, allowStdin: false, settle: false });
    this.interrupt(id, true);
  }

  allowsInput(): boolean {
    return this.running?.flags.allowStdin ?? false;
  }

  private done(cell: Cell, failure?: Failure, value?: Bundle): void {
    if (cell.ended) return;
    cell.report = () => {
      cell.waiting.clear();
      this.options.busy(0);
      afterCell();
      flush();
      send(cell.id, { type: 'done', failure, [cell.flags.expression ? 'value' : 'result']: value });
      cell.report = undefined;
      if (cell.interrupted) this.options.interrupted(cell.id);
    };
    cell.ended = true;
    cell.report();
  }
}
