// The boundary between Jupyter and TypeScript. The protocol layer knows only this interface; the interpreter layer
// implements it and never sees a socket or a Jupyter message. Everything a cell produces arrives through `onEvent`,
// in order, and before the promise of `execute` resolves.

export type MimeBundle = Record<string, unknown>;

/** One failure, the same for the iopub `error` and the `execute_reply`. */
export interface CellError {
  ename: string;
  evalue: string;
  /** Lines for people: `Cell [12], line 3`, the source line, a caret; kernel frames are left out. No ANSI colours. */
  traceback: string[];
}

/** Which cell an output belongs to: the caller's id of the execute request that caused it. */
export type CellId = number;

export interface ExecuteRequest {
  id: CellId;
  code: string;
  /** The execution count shown in tracebacks as `Cell [12]`. */
  count: number;
  /** No result is computed for display. */
  silent: boolean;
  allowStdin: boolean;
  /** The client drops what comes after the end of the cell: it has not ended while what it started is pending. */
  settle?: boolean;
  /** Name -> expression, evaluated after the cell in its scope. */
  userExpressions: Record<string, string>;
  /** The front end's own id of the cell, where it gives one: an edited cell that runs again replaces its old types. */
  cellId?: string;
}

export type UserExpressionResult =
  | { status: 'ok'; data: MimeBundle; metadata: Record<string, unknown> }
  | ({ status: 'error' } & CellError);

export type ExecuteOutcome =
  | { status: 'ok'; userExpressions: Record<string, UserExpressionResult> }
  | { status: 'error'; error: CellError };

export type InterpreterEvent =
  | { type: 'stream'; cell: CellId; name: 'stdout' | 'stderr'; text: string }
  | {
      type: 'display';
      cell: CellId;
      data: MimeBundle;
      metadata: Record<string, unknown>;
      displayId?: string;
      update: boolean;
      buffers?: Uint8Array[];
    }
  | { type: 'clear_output'; cell: CellId; wait: boolean }
  | { type: 'result'; cell: CellId; data: MimeBundle; metadata: Record<string, unknown> }
  /** A failure after its cell had already ended (an unhandled rejection, a throw in a timer). */
  | { type: 'late_error'; cell: CellId; error: CellError }
  | { type: 'input_request'; cell: CellId; prompt: string; password: boolean }
  | {
      type: 'comm';
      event: 'open' | 'msg' | 'close';
      cell?: CellId;
      commId: string;
      target?: string;
      data: unknown;
      metadata?: Record<string, unknown>;
      buffers?: Uint8Array[];
    }
  /** A DAP event for `debug_event`. */
  | { type: 'debug_event'; content: unknown }
  /** The process that runs cells died and a new one took its place: variables are gone. `reason` is a sentence. */
  | { type: 'restarted'; reason: string };

export interface Completion {
  matches: { text: string; kind: string; signature?: string }[];
  /** UTF-16 indices of the part of the code that a match replaces. */
  start: number;
  end: number;
}

export interface Inspection {
  found: boolean;
  data: MimeBundle;
}

export interface Completeness {
  status: 'complete' | 'incomplete' | 'invalid' | 'unknown';
  indent: string;
}

export interface CommMessage {
  event: 'open' | 'msg' | 'close';
  commId: string;
  target?: string;
  data: unknown;
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
}

export interface InterpreterOptions {
  /** The folder that relative imports and `process.cwd()` start from: the notebook's. */
  cwd: string;
  /**
   * A returned promise is back-pressure: while it is pending the reader of the outputs falls behind, and the interpreter
   * stops reading the runner's pipes, so that a loop that prints waits instead of filling memory.
   */
  onEvent(event: InterpreterEvent): void | Promise<void>;
}

/** What `kernel/interpreter/index.ts` exports as `createInterpreter`. */
export type CreateInterpreter = (options: InterpreterOptions) => Interpreter;

export interface Interpreter {
  /** Resolves when the first cell can run. Everything else may be called earlier and waits. */
  start(): Promise<void>;
  /**
   * Cells run one at a time, in the order of the calls. Never rejects: every failure is an outcome. Emits nothing before
   * it returns.
   */
  execute(request: ExecuteRequest): Promise<ExecuteOutcome>;
  /** `cursor` is a UTF-16 index. Answered while a cell computes. */
  complete(code: string, cursor: number): Promise<Completion>;
  inspect(code: string, cursor: number, detail: 0 | 1): Promise<Inspection>;
  isComplete(code: string): Promise<Completeness>;
  /** Ends the running cell with KeyboardInterrupt-like `Interrupted`, state kept. No running cell: nothing happens. */
  interrupt(): void;
  inputReply(value: string): void;
  comm(message: CommMessage): void;
  /** Open comms by id, for `comm_info_request`. */
  comms(): Record<string, { target_name: string }>;
  /** One DAP request (the content of `debug_request`), answered with the content of `debug_reply`. */
  debug(request: unknown): Promise<unknown>;
  /** Ends the processes. Resolves within 100 ms even when a cell computes. */
  shutdown(): Promise<void>;
}
