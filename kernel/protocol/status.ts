import type { Outbox } from './outbox.ts';

/** The kernel's state on iopub, as each request sees it. */
export class Status {
  readonly #outbox: Outbox;
  /** Parent of the cell that runs. */
  running: Uint8Array | null = null;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  starting(): void {
    this.#publish(null, 'starting');
  }

  busy(parent: Uint8Array): void {
    this.#publish(parent, 'busy');
  }

  idle(parent: Uint8Array): void {
    this.#publish(parent, 'idle');
    // Completion and its like are answered while a cell runs. A front end shows the last state it heard of, so it hears
    // again that the cell is still busy.
    if (this.running && this.running !== parent) this.#publish(this.running, 'busy');
  }

  #publish(parent: Uint8Array | null, state: 'starting' | 'busy' | 'idle'): void {
    this.#outbox.publish({ type: 'status', parent, content: { execution_state: state } });
  }
}
