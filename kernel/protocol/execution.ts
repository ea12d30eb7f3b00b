import type { CellError, ExecuteOutcome, Interpreter } from '../interpreter/types.ts';
import type { Incoming } from '../transport/message.ts';
import type { Cell, Cells } from './cells.ts';
import { flag, InvalidContent, record, text } from './content.ts';
import type { History } from './history.ts';
import type { Outbox } from './outbox.ts';
import type { Outputs } from './outputs.ts';
import type { Status } from './status.ts';

/** How long the first cell waits for a client that subscribes to iopub: what it prints must reach a client that asked early. */
const FIRST_SUBSCRIBER_MS = 500;

/** How long requests that were sent before a failure may still be on their way. */
const IN_FLIGHT_MS = 2;

type Job = { request: Incoming } | { comm: () => void };

/** A cell that the interpreter has. */
interface Begun {
  cell: Cell;
  code: string;
  store: boolean;
  stopOnError: boolean;
  outcome: Promise<ExecuteOutcome>;
}

interface Ended {
  content: object;
  failed: boolean;
}

/** Runs execute requests one after the other, and aborts those that wait when one fails. */
export class Execution {
  readonly #interpreter: Interpreter;
  readonly #outbox: Outbox;
  readonly #outputs: Outputs;
  readonly #cells: Cells;
  readonly #history: History;
  readonly #status: Status;
  #queue: Job[] = [];
  #working = false;
  #count = 0;
  #current: Cell | null = null;

  constructor(parts: {
    interpreter: Interpreter;
    outbox: Outbox;
    outputs: Outputs;
    cells: Cells;
    history: History;
    status: Status;
  }) {
    this.#interpreter = parts.interpreter;
    this.#outbox = parts.outbox;
    this.#outputs = parts.outputs;
    this.#cells = parts.cells;
    this.#history = parts.history;
    this.#status = parts.status;
  }

  /** The cell that runs now. */
  get current(): Cell | null {
    return this.#current;
  }

  submit(request: Incoming): void {
    this.#queue.push({ request });
    void this.#work();
  }

  /** Runs `deliver` after the cells that wait now have begun: a comm message must not overtake the cell it belongs to. */
  afterQueued(deliver: () => void): void {
    if (this.#queue.length === 0) deliver();
    else this.#queue.push({ comm: deliver });
  }

  /** Cells that wait are answered `aborted`; the running one goes on. */
  abortQueued(): void {
    const jobs = this.#queue;
    this.#queue = [];
    this.#abortAll(jobs);
  }

  #abortAll(jobs: Job[]): void {
    for (const job of jobs) {
      if ('comm' in job) job.comm();
      else this.#abort(job.request);
    }
  }

  #abort(request: Incoming): void {
    this.#status.busy(request.headerBytes);
    this.#outbox.send('shell', request.identities, {
      type: 'execute_reply',
      parent: request.headerBytes,
      content: { status: 'aborted' },
    });
    this.#status.idle(request.headerBytes);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
        if ('comm' in job) job.comm();
        else await this.#run(job.request);
      }
    } finally {
      this.#working = false;
    }
  }

  async #run(request: Incoming): Promise<void> {
    await this.#outbox.subscriber(FIRST_SUBSCRIBER_MS);
    const parent = request.headerBytes;
    // The compiler starts before anything is published: the two go on side by side.
    const begun = this.#begin(request);
    this.#status.busy(parent);
    this.#status.running = parent;
    let aborted: Job[] = [];
    try {
      if (begun instanceof Error) throw begun;
      const { content, failed } = await this.#execute(begun);
      if (failed) {
        // What is on its way now was sent before the client could know of the failure: it is aborted too. What the
        // client sends after it has the reply runs.
        await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT_MS));
        aborted = this.#queue;
        this.#queue = [];
      }
      // A client may take the reply for the end of the outputs, so they are on their way before it.
      await this.#outbox.drained();
      this.#reply(request, content);
    } catch (error) {
      const invalid = error instanceof InvalidContent;
      if (invalid) this.#outbox.drop('invalid-content');
      const { name, message } = error as Error;
      this.#reply(request, {
        status: 'error',
        ename: name,
        evalue: message,
        traceback: [`${name}: ${message}`],
      });
    } finally {
      this.#status.running = null;
      this.#status.idle(parent);
    }
    this.#abortAll(aborted);
  }

  /** Gives the cell to the interpreter. */
  #begin(request: Incoming): Begun | Error {
    try {
      return this.#given(request);
    } catch (error) {
      return error as Error;
    }
  }

  #given(request: Incoming): Begun {
    const { content } = request;
    const code = text(content, 'code');
    const silent = flag(content, 'silent', false);
    const store = flag(content, 'store_history', !silent) && !silent;
    const stopOnError = flag(content, 'stop_on_error', true);
    const allowStdin = flag(content, 'allow_stdin', false);
    const userExpressions: Record<string, string> = {};
    for (const [name, expression] of Object.entries(record(content, 'user_expressions'))) {
      if (typeof expression !== 'string') {
        throw new InvalidContent(`The request's user expression ${JSON.stringify(name)} is not text.`);
      }
      userExpressions[name] = expression;
    }
    const count = this.#count + 1;
    if (store) this.#count = count;
    const cell = this.#cells.add({
      parent: request.headerBytes,
      identities: request.identities,
      count,
      silent,
    });
    const cellId = request.metadata['cellId'];
    const outcome = this.#interpreter.execute({
      id: cell.id,
      code,
      count,
      silent,
      allowStdin,
      // Programs that execute notebooks (nbclient, and with it nbconvert and nbgrader) take no input and drop the
      // output of a cell that has ended; front ends for people do neither.
      ...(allowStdin || silent ? {} : { settle: true }),
      userExpressions,
      ...(typeof cellId === 'string' ? { cellId } : {}),
    });
    return { cell, code, store, stopOnError, outcome };
  }

  async #execute({ cell, code, store, stopOnError, outcome: coming }: Begun): Promise<Ended> {
    const { count } = cell;
    this.#current = cell;
    try {
      if (!cell.silent) {
        this.#outbox.publish({
          type: 'execute_input',
          parent: cell.parent,
          content: { code, execution_count: count },
        });
      }
      const outcome = await coming;
      this.#outputs.flush();
      if (store) this.#history.store(count, code, cell.resultText ?? null);
      if (outcome.status === 'ok') {
        return {
          content: {
            status: 'ok',
            execution_count: count,
            payload: [],
            user_expressions: outcome.userExpressions,
          },
          failed: false,
        };
      }
      const { ename, evalue, traceback }: CellError = outcome.error;
      this.#outputs.error(cell, { ename, evalue, traceback });
      return {
        content: {
          status: 'error',
          execution_count: count,
          ename,
          evalue,
          traceback,
          payload: [],
          user_expressions: {},
        },
        failed: stopOnError,
      };
    } finally {
      this.#current = null;
    }
  }

  #reply(request: Incoming, content: object): void {
    this.#outbox.send('shell', request.identities, {
      type: 'execute_reply',
      parent: request.headerBytes,
      content,
    });
  }
}
