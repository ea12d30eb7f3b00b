// The interpreter: a compiler thread, a runner process, and the order of things between them.
import { Compiler } from './compiler/client.ts';
import { DebugAdapter } from './debugger/adapter.ts';
import { InspectorChannel } from './debugger/inspector-channel.ts';
import type { TypeCheckMode } from './host.ts';
import { Language } from './language.ts';
import { LiveValues } from './live.ts';
import type { Failure } from './runner/failures.ts';
import { RunnerProcess } from './runner-process.ts';
import { type CellSource, diagnosticsToError, failureToError, plainError, typeNote } from './traceback.ts';
import type {
  CellError,
  CommMessage,
  Completeness,
  Completion,
  ExecuteOutcome,
  ExecuteRequest,
  Inspection,
  Interpreter,
  InterpreterEvent,
  InterpreterOptions,
  UserExpressionResult,
} from './types.ts';

export function createInterpreter(options: InterpreterOptions): Interpreter {
  return new CellInterpreter(options);
}

interface RunningCell {
  number: number;
  request: ExecuteRequest;
  interrupted: boolean;
  /** Set once the runner has it. */
  resolve?: (outcome: { failure?: CellError; value?: any }) => void;
}

class CellInterpreter implements Interpreter {
  private readonly options: InterpreterOptions;
  private compiler: Compiler;
  private readonly language: Language;
  private runner: RunnerProcess;
  private readonly channel = new InspectorChannel((message) => this.runner.tellInspector(message));
  private readonly debugger: DebugAdapter;
  private readonly live = new LiveValues(this.channel);
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private lastNumber = 0;
  private readonly sources = new Map<number, CellSource & { id: number }>();
  private running: RunningCell | undefined;
  private readonly openComms = new Map<string, string>();
  private mode: TypeCheckMode = 'warn';
  private ended = false;
  private crashes = 0;

  constructor(options: InterpreterOptions) {
    this.options = options;
    this.compiler = new Compiler(options.cwd);
    this.language = new Language(options.cwd);
    this.runner = this.startRunner();
    this.debugger = new DebugAdapter({
      inspector: this.channel,
      compiler: {
        expression: (code) => this.compiler.call('expression', code),
        fileScript: (path) => this.compiler.call('fileScript', path),
        catchRegions: (code) => this.compiler.call('catchRegions', code),
      },
      emit: (content) => void this.emit({ type: 'debug_event', content }),
      declared: (name) => this.language.commit(++this.lastNumber, `let ${name}: any;`),
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.compiler.ready, this.runner.ready]);
  }

  execute(request: ExecuteRequest): Promise<ExecuteOutcome> {
    const run = () =>
      this.run(request).catch((error: Error): ExecuteOutcome => {
        // The compiler's stack is the only one that a cell can fill here.
        const told =
          error?.name === 'RangeError'
            ? plainError(
                'RangeError',
                'The cell is nested too deeply to be compiled. Split its longest expression.',
              )
            : plainError('KernelError', `The kernel itself failed: ${error?.message ?? error}`);
        return { status: 'error', error: told };
      });
    // At once where nothing runs: the compiler has the cell when this returns.
    const outcome = this.waiting++ === 0 ? run() : this.queue.then(run);
    this.queue = outcome.then(() => {
      this.waiting--;
    });
    return outcome;
  }

  private async run(request: ExecuteRequest): Promise<ExecuteOutcome> {
    const number = ++this.lastNumber;
    const cell: RunningCell = { number, request, interrupted: false };
    this.running = cell;
    this.language.setBusy(true);
    this.sources.set(number, { count: request.count, code: request.code, id: request.id });
    try {
      const error = await this.runCell(cell);
      if (error) return { status: 'error', error };
      return { status: 'ok', userExpressions: await this.evaluateAll(cell) };
    } finally {
      this.running = undefined;
      this.language.setBusy(false);
    }
  }

  private async runCell(cell: RunningCell): Promise<CellError | undefined> {
    const { number, request } = cell;
    const source = this.sources.get(number)!;
    if (this.compiler.dead) this.compiler = new Compiler(this.options.cwd);
    const compiled = await this.compiler.call('compile', number, request.code, !request.silent);
    if (compiled.diagnostics.length > 0)
      return diagnosticsToError('SyntaxError', compiled.diagnostics, source);
    if (this.modeOf(request.code) === 'strict') {
      const problems = await this.language.check(request.code);
      if (problems.length > 0) return diagnosticsToError('TypeError', problems, source);
    }
    this.language.commit(number, request.code);
    const settle = request.settle ?? process.env['CONVBOOK_WAIT'] === '1';
    // A client that only executes drops what comes after a cell; it gets none of these notes.
    if (this.modeOf(request.code) === 'warn' && !compiled.plain && !request.silent && !settle)
      this.warnLater(number);
    if (cell.interrupted) return plainError('Interrupted', 'The cell was interrupted before it ran.');
    const { failure } = await this.evaluate(cell, number, compiled, {
      silent: request.silent,
      allowStdin: request.allowStdin,
      settle,
    });
    return failure;
  }

  private async evaluate(
    cell: RunningCell,
    number: number,
    compiled: { code: string; mappings: string },
    flags: object,
  ): Promise<{ failure?: CellError; value?: any }> {
    if (this.runner.isOver) this.runner = this.startRunner();
    await this.runner.ready.catch(() => {});
    const start = [number, cell.request.count, flags, compiled.mappings]
      .map((each) => JSON.stringify(each))
      .join();
    const script = `"use strict";await __convbook.start(${start});\n${compiled.code}\n//# sourceURL=cell-${number}.ts`;
    const { code } = this.sources.get(number)!;
    await this.debugger.cellCompiled(number, cell.request.count, code, compiled.mappings).catch(() => {});
    if (cell.interrupted) {
      return { failure: plainError('Interrupted', 'The cell was interrupted before it ran.') };
    }
    return new Promise((resolve) => {
      cell.number = number;
      cell.resolve = resolve;
      this.runner.run(number, script, !this.debugger.stopsOnErrors);
    });
  }

  private async evaluateAll(cell: RunningCell): Promise<Record<string, UserExpressionResult>> {
    const results: Record<string, UserExpressionResult> = {};
    const owner = cell.number;
    for (const [name, expression] of Object.entries(cell.request.userExpressions)) {
      const number = ++this.lastNumber;
      const source = { count: cell.request.count, code: expression, id: cell.request.id };
      this.sources.set(number, source);
      const compiled = await this.compiler.call('compile', number, expression, true);
      if (compiled.diagnostics.length > 0) {
        results[name] = {
          status: 'error',
          ...diagnosticsToError('SyntaxError', compiled.diagnostics, source),
        };
        continue;
      }
      const flags = { silent: false, allowStdin: false, expression: true, owner, settle: false };
      const { failure, value } = await this.evaluate(cell, number, compiled, flags);
      results[name] = failure ? { status: 'error', ...failure } : { status: 'ok', ...value };
    }
    return results;
  }

  /** A cell may choose by its first line; the notebook chooses by `typecheck()`. */
  private modeOf(code: string): TypeCheckMode {
    const own = /^\s*\/\/\s*@typecheck\s+(strict|warn|off)\b/.exec(code);
    return (own?.[1] as TypeCheckMode | undefined) ?? this.mode;
  }

  /** In `warn` mode a cell runs at once, and its type errors are shown when they are known. */
  private warnLater(number: number): void {
    const source = this.sources.get(number)!;
    this.language.checkLater(number, (problems) => {
      const data = typeNote(diagnosticsToError('TypeError', problems, source));
      void this.emit({ type: 'display', cell: source.id, data, metadata: {}, update: false });
    });
  }

  private startRunner(): RunnerProcess {
    const runner: RunnerProcess = new RunnerProcess(this.options.cwd, {
      text: (name, cell, text) =>
        this.emit({
          type: 'stream',
          cell: this.requestId(cell || this.running?.number || this.lastNumber),
          name,
          text,
        }),
      message: (cell, message, buffers) => this.receive(cell, message, buffers),
      done: (cell, message) => {
        if (this.running?.number !== cell) return;
        const failure = message.failure as Failure | undefined;
        this.running.resolve?.({
          failure: failure && failureToError(failure, (each) => this.sources.get(each), cell),
          value: message.value,
        });
      },
      exit: (reason) => {
        if (runner === this.runner) this.restart(reason);
      },
      inspector: (message) => {
        if (runner !== this.runner) return;
        if (message.method) this.debugger.onInspectorEvent(message.method, message.params);
        else this.channel.answer(message);
      },
    });
    return runner;
  }

  /** The runner died: its cell ends with an error that says why, and a new runner takes its place. */
  private restart(reason: string): void {
    if (this.ended) return;
    const { running } = this;
    this.openComms.clear();
    this.channel.fail();
    this.debugger.runnerRestarted();
    void this.compiler.call('forgetAll').catch(() => {});
    this.language.forgetAll();
    if (++this.crashes > 3 && !running) return; // it dies at its start: no endless loop
    this.runner = this.startRunner();
    this.runner.ready.then(
      () => {
        this.crashes = 0;
      },
      () => {},
    );
    void this.emit({ type: 'restarted', reason });
    running?.resolve?.({
      failure: plainError('RunnerExited', `${reason} A new one was started: variables and imports are gone.`),
    });
  }

  private receive(cell: number, message: any, buffers: Uint8Array[]): void | Promise<void> {
    const id = this.requestId(cell);
    const { type, ...rest } = message;
    switch (type) {
      case 'late_error':
        return this.emit({
          type,
          cell: id,
          error: failureToError(rest.failure, (each) => this.sources.get(each), cell),
        });
      case 'typecheck':
        this.mode = rest.mode;
        return;
      case 'comm':
        if (rest.event === 'open') this.openComms.set(rest.commId, rest.target ?? '');
        if (rest.event === 'close') this.openComms.delete(rest.commId);
        return this.emit({ type, cell: id, ...rest, ...withBuffers(buffers) });
      default:
        return this.emit({ type, cell: id, ...rest, ...withBuffers(buffers) });
    }
  }

  private emit(event: InterpreterEvent): void | Promise<void> {
    return this.options.onEvent(event);
  }

  private requestId(number: number): number {
    return this.sources.get(number)?.id ?? 0;
  }

  async complete(code: string, cursor: number): Promise<Completion> {
    const nothing: Completion = { matches: [], start: cursor, end: cursor };
    const typed = await this.language.complete(code, cursor).catch(() => nothing);
    if (typed.matches.length > 0) return typed;
    return (await this.live.complete(code, cursor)) ?? typed;
  }

  async inspect(code: string, cursor: number, detail: 0 | 1): Promise<Inspection> {
    const nothing: Inspection = { found: false, data: {} };
    const known = await this.language.inspect(code, cursor).catch(() => nothing);
    return detail === 1 || !known.found ? this.live.inspect(code, cursor, known) : known;
  }

  isComplete(code: string): Promise<Completeness> {
    return this.compiler.call('isComplete', code);
  }

  interrupt(): void {
    if (!this.running) return;
    this.running.interrupted = true;
    if (this.running.resolve) this.runner.interrupt(this.running.number);
  }

  inputReply(value: string): void {
    this.runner.tell({ type: 'input_reply', value });
  }

  comm({ buffers, ...comm }: CommMessage): void {
    if (comm.event === 'open') this.openComms.set(comm.commId, comm.target ?? '');
    if (comm.event === 'close') this.openComms.delete(comm.commId);
    this.runner.tell({ type: 'comm', comm }, buffers);
  }

  comms(): Record<string, { target_name: string }> {
    return Object.fromEntries(Array.from(this.openComms, ([id, target_name]) => [id, { target_name }]));
  }

  debug(request: unknown): Promise<unknown> {
    return this.debugger.handle(request);
  }

  async shutdown(): Promise<void> {
    this.ended = true;
    this.runner.kill();
    this.running?.resolve?.({ failure: plainError('Interrupted', 'The kernel was shut down.') });
    await Promise.all([this.compiler.end(), this.language.end()]);
  }
}

const withBuffers = (buffers: Uint8Array[]) => (buffers.length > 0 ? { buffers } : {});
