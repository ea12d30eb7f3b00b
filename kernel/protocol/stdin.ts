import type { Interpreter } from '../interpreter/types.ts';
import type { Incoming } from '../transport/message.ts';
import type { Cell } from './cells.ts';
import type { Outbox } from './outbox.ts';

/** Asks the client that runs a cell for a line of text, and passes its answer on. */
export class Stdin {
  readonly #outbox: Outbox;
  readonly #interpreter: Interpreter;
  #pending: string | null = null;

  constructor(outbox: Outbox, interpreter: Interpreter) {
    this.#outbox = outbox;
    this.#interpreter = interpreter;
  }

  request(cell: Cell, prompt: string, password: boolean): void {
    this.#pending = this.#outbox.send('stdin', cell.identities, {
      type: 'input_request',
      parent: cell.parent,
      content: { prompt, password },
    });
  }

  /** Nobody waits for an answer any more: a late one is dropped. */
  cancel(): void {
    this.#pending = null;
  }

  handle(message: Incoming): void {
    if (message.header.msg_type !== 'input_reply') {
      this.#outbox.drop('unknown-type');
      return;
    }
    const { value } = message.content;
    const about = message.parentHeader['msg_id'];
    // Some clients send no parent; one that names another question answers one that was given up.
    if (
      this.#pending === null ||
      (about !== undefined && about !== this.#pending) ||
      typeof value !== 'string'
    ) {
      this.#outbox.drop('invalid-content');
      return;
    }
    this.#pending = null;
    this.#interpreter.inputReply(value);
  }
}
