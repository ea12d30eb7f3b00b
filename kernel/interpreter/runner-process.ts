// The front's side of one runner process: starts it, reads its pipes in order, and says why it ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { bundle } from '../loader/bundle.mjs';
import { decodeJson, encodeJson, type Frame, FrameReader, kinds } from './frames.ts';
import { MemoryGuard, readMemory } from './memory-guard.ts';
import { Merge } from './merge.ts';
import { NativeOutput } from './native-output.ts';

export interface RunnerListener {
  /** Text of a cell; `cell` is 0 for what native code or a child process wrote. A promise holds the reading back. */
  text(name: 'stdout' | 'stderr', cell: number, text: string): void | Promise<void>;
  message(cell: number, message: any, buffers: Uint8Array[]): void | Promise<void>;
  /** The cell is done, and everything that it printed was delivered. */
  done(cell: number, message: any): void;
  exit(reason: string): void;
  /** An answer or event of the inspector thread, out of the order of the outputs. */
  inspector(message: any): void;
}

const flags = [
  '--no-force-async-hooks-checks', // without it Node 20 aborts when an interrupt ends an async callback
  '--disable-warning=ExperimentalWarning', // graders count every line on stderr as a failure
  '--disable-warning=DeprecationWarning',
];
const major = Number(process.versions.node.split('.')[0]);
if (major === 22) flags.push('--experimental-async-context-frame');

export class RunnerProcess {
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;
  private readonly listener: RunnerListener;
  private readonly native: { stdout: NativeOutput; stderr: NativeOutput };
  private readonly merge: Merge;
  private exitMessage: string | undefined;
  private readonly guard = new MemoryGuard(
    () => (this.pid === undefined ? undefined : readMemory(this.pid)),
    (sentence) => this.endFor(sentence),
  );
  private pending: Promise<void> = Promise.resolve();
  private held = 0;
  private lastSequence = 0;
  private ended = false;

  constructor(folder: string, listener: RunnerListener) {
    this.listener = listener;
    const fence = `\u0000convbook ${randomBytes(9).toString('hex')} `;
    const settings = { folder, fence, inspector: bundle('kernel/interpreter/runner/inspector.ts') };
    const script = bundle('kernel/interpreter/runner/main.ts');
    this.child = spawn(process.execPath, [...flags, script, JSON.stringify(settings)], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { NO_COLOR: '1', ...process.env, FORCE_COLOR: undefined, CONVBOOK_RUNNER: '1' },
    });
    this.merge = new Merge({
      text: (name, text) => this.deliver(() => listener.text(name, 0, text)),
      held: () => this.held > 0,
    });
    const native = (name: 'stdout' | 'stderr') =>
      new NativeOutput(
        this.child[name]!,
        fence,
        (text) => this.merge.text(name, text),
        (sequence) => this.merge.mark(name, sequence),
      );
    this.native = { stdout: native('stdout'), stderr: native('stderr') };
    for (const fd of [4, 5]) this.pipe(fd).on('error', () => {}); // a write to a process that just died
    this.ready = new Promise((resolve, reject) => {
      const reader = new FrameReader((frame) => {
        try {
          this.receive(frame, resolve);
        } catch {
          // The runner's own code was changed by a cell: nothing that it says can be trusted.
          this.endFor('A message came that can not be read');
        }
      });
      const messages = this.child.stdio[3] as Readable;
      messages.on('data', (chunk: Buffer) => reader.push(chunk));
      messages.on('error', () => {});
      const answers = new FrameReader((frame) => listener.inspector(decodeJson(frame.body).message));
      (this.pipe(5) as unknown as Readable).on('data', (chunk: Buffer) => answers.push(chunk));
      this.child.on('error', (error) =>
        this.end(`The process that runs cells could not be started: ${error.message}.`, reject),
      );
      this.child.on('close', (code, signal) => this.end(this.describeExit(code, signal), reject));
    });
    this.ready.catch(() => {});
  }

  /** It died, and nobody has started another. */
  get isOver(): boolean {
    return this.ended;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Not silent: an error in it may stop the debugger. */
  run(cell: number, code: string, silent = true): void {
    this.guard.start();
    this.pipe(5).write(encodeJson(cell, { type: 'run', code, silent }));
  }

  interrupt(cell: number): void {
    this.pipe(5).write(encodeJson(cell, { type: 'interrupt' }));
  }

  /** A message for the inspector thread: answered while a cell computes. */
  tellInspector(message: unknown): void {
    this.pipe(5).write(encodeJson(0, message));
  }

  /** A message for the main thread. */
  tell(message: unknown, buffers?: readonly Uint8Array[]): void {
    this.pipe(4).write(encodeJson(0, message, buffers));
  }

  private endFor(reason: string): void {
    this.exitMessage = reason;
    this.child.kill('SIGKILL');
  }

  kill(): void {
    this.ended = true;
    this.guard.stop();
    this.child.kill('SIGKILL');
    for (const stream of this.child.stdio) stream?.destroy();
  }

  private pipe(fd: 4 | 5 | number): Writable {
    return this.child.stdio[fd] as Writable;
  }

  private receive(frame: Frame, ready: () => void): void {
    if (frame.sequence <= this.lastSequence) return;
    this.lastSequence = frame.sequence;
    if (frame.kind !== kinds.json) {
      const name = frame.kind === kinds.stdout ? 'stdout' : 'stderr';
      const text = frame.body.toString('utf8');
      this.merge.frame(frame.sequence, () => {
        this.deliver(() => this.listener.text(name, frame.cell, text));
      });
      return;
    }
    const { message, buffers } = decodeJson(frame.body);
    if (message.type === 'ready') ready();
    else if (message.type === 'exit') this.exitMessage = `process.exit(${message.code}) was called`;
    else {
      this.merge.frame(frame.sequence, () => {
        if (message.type !== 'done') {
          this.deliver(() => this.listener.message(frame.cell, message, buffers));
          return;
        }
        this.guard.stop();
        const { result } = message;
        if (result) this.deliver(() => this.listener.message(frame.cell, { type: 'result', ...result }, []));
        this.deliver(() => this.listener.done(frame.cell, message));
      });
    }
  }

  /** Everything is delivered in order; while a reader is behind, the pipes are not read. */
  private deliver(give: () => void | Promise<void>): void {
    if (this.held === 0) {
      const wait = give();
      if (!wait) return;
      this.hold(wait);
    } else this.hold(this.pending.then(give));
  }

  private hold(wait: Promise<void>): void {
    if (this.held++ === 0) this.readers((stream) => stream.pause());
    this.pending = wait
      .catch(() => {})
      .then(() => {
        if (--this.held === 0) this.readers((stream) => stream.resume());
      });
  }

  private readers(each: (stream: Readable) => void): void {
    for (const fd of [1, 2, 3]) each(this.child.stdio[fd] as Readable);
  }

  private end(reason: string, reject: (error: Error) => void): void {
    if (this.ended) return;
    this.ended = true;
    this.guard.stop();
    reject(new Error(reason));
    this.merge.end();
    void this.pending.then(() => this.listener.exit(reason));
  }

  private describeExit(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.exitMessage) return `${this.exitMessage}, which ends the process that runs cells.`;
    const words = this.native.stderr.tail;
    if (/heap out of memory|Reached heap limit|allocation failed/i.test(words)) {
      return 'The process that runs cells ran out of memory (the JavaScript heap is full).';
    }
    if (signal === 'SIGKILL') {
      return 'The process that runs cells was killed (SIGKILL): often the system does that when memory runs out.';
    }
    if (signal && /^SIG(?:SEGV|ABRT|BUS|ILL|FPE|TRAP|SYS)$/.test(signal))
      return `The process that runs cells crashed in native code (${signal}).`;
    if (signal) return `The process that runs cells was ended by the signal ${signal}.`;
    return `The process that runs cells ended with exit code ${code}.`;
  }
}
