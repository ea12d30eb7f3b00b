import type {
  CommMessage,
  ExecuteOutcome,
  ExecuteRequest,
  Interpreter,
  InterpreterEvent,
  InterpreterOptions,
} from '../../kernel/interpreter/types.ts';

type Script = (cell: {
  request: ExecuteRequest;
  emit: (event: InterpreterEvent) => void | Promise<void>;
  fake: FakeInterpreter;
}) => void | Promise<void>;

/**
 * An interpreter for tests of the protocol: a cell's code is the name of a script that the test gives. It holds the promises
 * of the interface: one cell at a time, in order; failures are outcomes; an interrupt ends the running cell.
 */
export class FakeInterpreter implements Interpreter {
  readonly executed: string[] = [];
  readonly comms_ = new Map<string, string>();
  readonly commMessages: CommMessage[] = [];
  readonly debugRequests: unknown[] = [];
  readonly #scripts: Record<string, Script>;
  readonly #emit: (event: InterpreterEvent) => void | Promise<void>;
  #chain: Promise<unknown> = Promise.resolve();
  #interrupt: ((error: Error) => void) | null = null;
  #input: ((value: string) => void) | null = null;
  stopped = false;

  constructor(options: InterpreterOptions, scripts: Record<string, Script> = {}) {
    this.#emit = (event) => options.onEvent(event);
    this.#scripts = scripts;
  }

  get emit() {
    return this.#emit;
  }

  async start(): Promise<void> {}

  execute(request: ExecuteRequest): Promise<ExecuteOutcome> {
    const run = this.#chain.then(() => this.#run(request));
    this.#chain = run;
    return run;
  }

  async #run(request: ExecuteRequest): Promise<ExecuteOutcome> {
    this.executed.push(request.code);
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = reject;
    });
    interrupted.catch(() => {});
    try {
      const script = this.#scripts[request.code];
      await Promise.race([script?.({ request, emit: this.#emit, fake: this }), interrupted]);
      const userExpressions: Record<string, any> = {};
      for (const [name, expression] of Object.entries(request.userExpressions)) {
        userExpressions[name] = { status: 'ok', data: { 'text/plain': expression }, metadata: {} };
      }
      return { status: 'ok', userExpressions };
    } catch (error) {
      const { name, message } = error as Error;
      const traceback = [`Cell [${request.count}], line 1`, `${name}: ${message}`];
      return { status: 'error', error: { ename: name, evalue: message, traceback } };
    } finally {
      this.#interrupt = null;
    }
  }

  /** Never ends, but by an interrupt. */
  forever(): Promise<void> {
    return new Promise(() => {});
  }

  input(cell: number, prompt: string, password = false): Promise<string> {
    return new Promise((resolve) => {
      this.#input = resolve;
      void this.#emit({ type: 'input_request', cell, prompt, password });
    });
  }

  async complete(code: string, cursor: number) {
    const start = code.slice(0, cursor).search(/\w*$/);
    return {
      matches: [{ text: 'log', kind: 'method', signature: '(…data: any[]) => void' }],
      start,
      end: cursor,
    };
  }

  async inspect(code: string, cursor: number) {
    const word = /\w*$/.exec(code.slice(0, cursor))![0];
    return { found: word !== '', data: { 'text/plain': word } };
  }

  async isComplete(code: string) {
    if (code.endsWith('{')) return { status: 'incomplete' as const, indent: '  ' };
    return { status: code.includes('}}') ? ('invalid' as const) : ('complete' as const), indent: '' };
  }

  interrupt(): void {
    this.#interrupt?.(Object.assign(new Error('The cell was interrupted.'), { name: 'Interrupted' }));
  }

  inputReply(value: string): void {
    this.#input?.(value);
    this.#input = null;
  }

  comm(message: CommMessage): void {
    this.commMessages.push(message);
    if (message.event === 'open') this.comms_.set(message.commId, message.target ?? '');
    if (message.event === 'close') this.comms_.delete(message.commId);
  }

  comms(): Record<string, { target_name: string }> {
    return Object.fromEntries([...this.comms_].map(([id, target_name]) => [id, { target_name }]));
  }

  async debug(request: unknown): Promise<unknown> {
    this.debugRequests.push(request);
    const { seq, command } = request as { seq: number; command: string };
    return { type: 'response', request_seq: seq, seq: 1, success: true, command, body: {} };
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
  }
}
