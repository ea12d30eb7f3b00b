import type { CreateInterpreter, Interpreter, InterpreterEvent } from '../interpreter/types.ts';
import type { Incoming } from '../transport/message.ts';
import { Cells } from './cells.ts';
import { commInfo, commMessage } from './comms.ts';
import { flag, InvalidContent } from './content.ts';
import { Execution } from './execution.ts';
import { History } from './history.ts';
import { complete, inspect, isComplete } from './introspection.ts';
import { kernelInfo, type Versions } from './kernel-info.ts';
import type { Outbox } from './outbox.ts';
import { Outputs } from './outputs.ts';
import { Status } from './status.ts';
import { Stdin } from './stdin.ts';
import { usage } from './usage.ts';

export interface KernelOptions {
  outbox: Outbox;
  createInterpreter: CreateInterpreter;
  cwd: string;
  versions: Versions;
  /** The file of the history; null keeps it in memory. */
  historyPath: string | null;
  /** For `connect_request`. */
  ports?: Record<string, number>;
  /** Called when a client asked for the end and was answered. */
  onShutdown(restart: boolean): void;
}

type Content = Record<string, unknown>;
/** Makes the content of a reply. */
type Handler = (content: Content, request: Incoming) => object | Promise<object>;

/** Ends a wait for the interpreter's processes that does not end. */
const SHUTDOWN_MS = 50;

const NO_SUBSHELLS =
  'This kernel has no subshells: JavaScript runs on one thread, so a second shell could not run beside a cell that ' +
  'computes. Completion, inspection, history, comm messages and interrupts are answered while a cell runs without one.';

/** The Jupyter protocol over an interpreter: each kind of request has one handler. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #outbox: Outbox;
  readonly #interpreter: Interpreter;
  readonly #cells = new Cells();
  readonly #outputs: Outputs;
  readonly #status: Status;
  readonly #stdin: Stdin;
  readonly #execution: Execution;
  readonly #history: History;
  readonly #anywhere: Record<string, Handler>;
  readonly #control: Record<string, Handler>;
  #ending: Promise<void> | null = null;

  constructor(options: KernelOptions) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#outputs = new Outputs(this.#outbox, this.#cells);
    this.#status = new Status(this.#outbox);
    this.#history = new History(options.historyPath);
    this.#interpreter = options.createInterpreter({
      cwd: options.cwd,
      onEvent: (event) => this.#onEvent(event),
    });
    this.#stdin = new Stdin(this.#outbox, this.#interpreter);
    this.#execution = new Execution({
      interpreter: this.#interpreter,
      outbox: this.#outbox,
      outputs: this.#outputs,
      cells: this.#cells,
      history: this.#history,
      status: this.#status,
    });
    const interpreter = this.#interpreter;
    this.#anywhere = {
      kernel_info_request: () => kernelInfo(options.versions),
      connect_request: () => ({ status: 'ok', ...options.ports }),
      complete_request: (content) => complete(interpreter, content),
      inspect_request: (content) => inspect(interpreter, content),
      is_complete_request: (content) => isComplete(interpreter, content),
      history_request: async (content) => ({ status: 'ok', history: await this.#history.query(content) }),
      comm_info_request: (content) => commInfo(interpreter, content),
      shutdown_request: (content) => ({ status: 'ok', restart: flag(content, 'restart', false) }),
      interrupt_request: () => {
        this.interrupt();
        return { status: 'ok' };
      },
    };
    this.#control = {
      ...this.#anywhere,
      debug_request: async (content) => (await interpreter.debug(content)) as object,
      usage_request: () => ({ ...usage(), dropped_messages: this.#outbox.dropped }),
      create_subshell_request: () => refuse(NO_SUBSHELLS),
      delete_subshell_request: () => refuse(NO_SUBSHELLS),
      list_subshell_request: () => ({ status: 'ok', subshell_id: [] }),
    };
  }

  /** Starts the interpreter. Requests may come before it is ready. */
  async start(): Promise<void> {
    this.#status.starting();
    await this.#interpreter.start();
  }

  /** Takes one message from a socket. Never throws, never waits. */
  handle(channel: 'shell' | 'control' | 'stdin', request: Incoming): void {
    if (this.#ending) return;
    const type = request.header.msg_type;
    if (channel === 'stdin') {
      this.#stdin.handle(request);
    } else if (channel === 'shell' && type === 'execute_request') {
      this.#execution.submit(request);
    } else if (channel === 'shell' && /^comm_(open|msg|close)$/.test(type)) {
      this.#execution.afterQueued(() => this.#comm(request));
    } else {
      const handlers = channel === 'control' ? this.#control : this.#anywhere;
      const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
      if (handler) void this.#answer(channel, request, handler);
      else this.#outbox.drop('unknown-type');
    }
  }

  async #answer(channel: 'shell' | 'control', request: Incoming, handler: Handler): Promise<void> {
    const parent = request.headerBytes;
    this.#status.busy(parent);
    let content: object;
    try {
      content = await handler(request.content, request);
    } catch (error) {
      if (error instanceof InvalidContent) this.#outbox.drop('invalid-content');
      const { name, message } = error as Error;
      content = { status: 'error', ename: name, evalue: message, traceback: [`${name}: ${message}`] };
    }
    const type = request.header.msg_type.replace(/_request$/, '_reply');
    this.#outbox.send(channel, request.identities, { type, parent, content });
    const { status, restart } = content as { status?: string; restart?: boolean };
    const ends = type === 'shutdown_reply' && status === 'ok';
    if (ends) this.#outbox.publish({ type, parent, content });
    this.#status.idle(parent);
    if (ends) await this.shutdown(restart === true);
  }

  #comm(request: Incoming): void {
    this.#status.busy(request.headerBytes);
    try {
      const message = commMessage(request);
      this.#outputs.trackComm(message.event, message.commId);
      this.#interpreter.comm(message);
    } catch {
      this.#outbox.drop('invalid-content');
    }
    this.#status.idle(request.headerBytes);
  }

  #onEvent(event: InterpreterEvent): void | Promise<void> {
    if (event.type === 'input_request') {
      const cell = this.#cells.find(event.cell);
      if (cell) this.#stdin.request(cell, event.prompt, event.password);
      return;
    }
    if (event.type === 'restarted') {
      this.#restarted(event.reason);
      return;
    }
    this.#outputs.handle(event);
    return this.#outbox.pressure();
  }

  #restarted(reason: string): void {
    this.#stdin.cancel();
    this.#outputs.closeComms();
    // The cell that runs ends with an error that says it; otherwise the newest cell's output does.
    const last = this.#cells.find(undefined);
    if (!this.#execution.current && last) {
      this.#outputs.stream(last, 'stderr', `${reason}\n`);
      this.#outputs.flush();
    }
  }

  /** Ends the running cell, and aborts the cells that wait. */
  interrupt(): void {
    this.#stdin.cancel();
    this.#execution.abortQueued();
    this.#interpreter.interrupt();
  }

  /** Ends the interpreter, within 100 ms whatever a cell does. */
  shutdown(restart: boolean): Promise<void> {
    this.#ending ??= (async () => {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_MS));
      await Promise.race([Promise.all([this.#interpreter.shutdown(), this.#history.written()]), limit]).catch(
        () => {},
      );
      this.#options.onShutdown(restart);
    })();
    return this.#ending;
  }
}

function refuse(message: string): never {
  throw Object.assign(new Error(message), { name: 'NotSupported' });
}
