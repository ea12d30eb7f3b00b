import type { CellError, InterpreterEvent } from '../interpreter/types.ts';
import type { Cell, Cells } from './cells.ts';
import type { Outbox } from './outbox.ts';

/**
 * Text of a stream waits so long for more of it: a short cell's text is one message, and so one output of the notebook.
 * With what the interpreter may wait, a line shows within 50 ms.
 */
const COALESCE_MS = 12;
/** A stream message is sent when it holds so many characters. */
const COALESCE_LENGTH = 64 * 1024;

/**
 * Turns what cells produce into iopub messages, in order and under the cell that each comes from. Pieces of a stream are
 * joined, because a message costs the front end far more than a line does.
 */
export class Outputs {
  readonly #outbox: Outbox;
  readonly #cells: Cells;
  readonly #comms = new Set<string>();
  #pending: { cell: Cell; name: string; parts: string[]; length: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(outbox: Outbox, cells: Cells) {
    this.#outbox = outbox;
    this.#cells = cells;
  }

  /** Takes every event but `input_request` and `restarted`. */
  handle(event: Exclude<InterpreterEvent, { type: 'input_request' | 'restarted' }>): void {
    if (event.type === 'debug_event') {
      this.flush();
      this.#outbox.publish({
        type: 'debug_event',
        parent: this.#cells.find(undefined)?.parent ?? null,
        content: asObject(event.content),
      });
      return;
    }
    const cell = this.#cells.find(event.cell);
    if (event.type === 'comm') {
      this.#comm(event, cell);
      return;
    }
    // Output without a cell (before the first one ran) has nowhere to go, and a silent cell shows nothing.
    if (!cell || cell.silent) return;
    if (event.type === 'stream') {
      this.stream(cell, event.name, event.text);
      return;
    }
    this.flush();
    const parent = cell.parent;
    const outbox = this.#outbox;
    switch (event.type) {
      case 'display':
        outbox.publish(
          {
            type: event.update ? 'update_display_data' : 'display_data',
            parent,
            content: {
              data: event.data,
              metadata: event.metadata,
              transient: event.displayId === undefined ? {} : { display_id: event.displayId },
            },
            buffers: event.buffers,
          },
          true,
        );
        break;
      case 'clear_output':
        outbox.publish({ type: 'clear_output', parent, content: { wait: event.wait } });
        break;
      case 'result': {
        const plain = event.data['text/plain'];
        if (typeof plain === 'string') cell.resultText = plain;
        outbox.publish(
          {
            type: 'execute_result',
            parent,
            content: { execution_count: cell.count, data: event.data, metadata: event.metadata },
          },
          true,
        );
        break;
      }
      case 'late_error':
        this.error(cell, event.error);
        break;
    }
  }

  #comm(event: Extract<InterpreterEvent, { type: 'comm' }>, cell: Cell | undefined): void {
    this.flush();
    this.trackComm(event.event, event.commId);
    this.#outbox.publish({
      type: `comm_${event.event}`,
      parent: cell?.parent ?? null,
      metadata: event.metadata,
      content: {
        comm_id: event.commId,
        ...(event.event === 'open' ? { target_name: event.target ?? '', target_module: null } : {}),
        data: event.data ?? {},
      },
      buffers: event.buffers,
    });
  }

  /** Follows which comms are open, on whichever side they were opened. */
  trackComm(event: 'open' | 'msg' | 'close', commId: string): void {
    if (event === 'open') this.#comms.add(commId);
    else if (event === 'close') this.#comms.delete(commId);
  }

  /** The kernel's ends of all comms are gone: the front end is told, so that no widget waits for an answer. */
  closeComms(): void {
    this.flush();
    const parent = this.#cells.find(undefined)?.parent ?? null;
    for (const id of this.#comms) {
      this.#outbox.publish({ type: 'comm_close', parent, content: { comm_id: id, data: {} } });
    }
    this.#comms.clear();
  }

  error(cell: Cell, { ename, evalue, traceback }: CellError): void {
    this.flush();
    if (cell.silent) return;
    this.#outbox.publish({ type: 'error', parent: cell.parent, content: { ename, evalue, traceback } });
  }

  stream(cell: Cell, name: 'stdout' | 'stderr', text: string): void {
    if (text === '') return;
    const pending = this.#pending;
    if (pending && (pending.cell !== cell || pending.name !== name)) this.flush();
    this.#pending ??= { cell, name, parts: [], length: 0 };
    this.#pending.parts.push(text);
    this.#pending.length += text.length;
    if (this.#pending.length >= COALESCE_LENGTH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** Sends the text that waits for more. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = null;
    this.#outbox.publish(
      {
        type: 'stream',
        parent: pending.cell.parent,
        content: { name: pending.name, text: pending.parts.join('') },
      },
      true,
    );
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
