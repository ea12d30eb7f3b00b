// The language thread as the front sees it: started at the first question about types, told of the cells before, and
// asked for type errors only while nothing runs.
import { Compiler } from './compiler/client.ts';
import type { CellDiagnostic } from './compiler/transpile.ts';
import type { Completion, Inspection } from './types.ts';

/** After this much quiet the cells that ran are checked. */
const quiet = 300;

export class Language {
  private readonly folder: string;
  private thread: Compiler | undefined;
  private readonly committed: { cell: number; code: string }[] = [];
  private readonly unchecked: { cell: number; report: (problems: CellDiagnostic[]) => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private checking = false;
  private busy = false;
  /** When somebody last asked about types. */
  private asked = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  commit(cell: number, code: string): void {
    this.committed.push({ cell, code });
    void this.thread?.call('commit', cell, code).catch(() => {});
  }

  forgetAll(): void {
    this.committed.length = 0;
    this.unchecked.length = 0;
    void this.thread?.call('forgetAll').catch(() => {});
  }

  check(code: string): Promise<CellDiagnostic[]> {
    return this.start().call('check', code);
  }

  complete(code: string, cursor: number): Promise<Completion> {
    this.postpone();
    return this.start().call('complete', code, cursor);
  }

  inspect(code: string, cursor: number): Promise<Inspection> {
    this.postpone();
    return this.start().call('inspect', code, cursor);
  }

  /** Reports the type errors of a committed cell as soon as there is time. */
  checkLater(cell: number, report: (problems: CellDiagnostic[]) => void): void {
    this.unchecked.push({ cell, report });
    this.schedule();
  }

  /** While a cell runs, the processors are its. */
  setBusy(busy: boolean): void {
    this.busy = busy;
    if (!busy) this.schedule();
  }

  async end(): Promise<void> {
    clearTimeout(this.timer);
    this.unchecked.length = 0;
    await this.thread?.end();
  }

  private start(): Compiler {
    if (!this.thread || this.thread.dead) {
      this.thread = new Compiler(this.folder);
      for (const { cell, code } of this.committed)
        void this.thread.call('commit', cell, code).catch(() => {});
    }
    return this.thread;
  }

  /** Checks between two key presses would make each wait for a new program: they give way to who is typing. */
  private postpone(): void {
    this.asked = performance.now();
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.unchecked.length === 0) return;
    this.timer = setTimeout(() => void this.checkNext(), quiet);
    this.timer.unref();
  }

  private async checkNext(): Promise<void> {
    if (this.busy || this.checking) return;
    this.checking = true;
    try {
      while (!this.busy && performance.now() - this.asked >= quiet) {
        const next = this.unchecked.shift();
        if (!next) break;
        const problems = await this.start()
          .call('checkCell', next.cell)
          .catch(() => []);
        if (problems.length > 0) next.report(problems);
      }
    } finally {
      this.checking = false;
      if (!this.busy) this.schedule();
    }
  }
}
