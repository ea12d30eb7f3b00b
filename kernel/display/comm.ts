import { randomUUID } from 'node:crypto';
import type { ConvbookHost } from '../interpreter/host.ts';
import type { CommMessage } from '../interpreter/types.ts';
import { host } from './show.ts';

/** A channel to a piece of the front end. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: unknown, options?: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] }): void;
  /** Called with each message of the front end. Returns a function that ends that. */
  onMessage(listener: (data: unknown, buffers: Uint8Array[]) => void): () => void;
  /** Called once, when either side has closed the channel. */
  onClose(listener: () => void): void;
  close(): void;
}

/**
 * Opens a comm: a channel with the front end's handler of that name (`target`), for instance `jupyter.widget`.
 *
 * @throws outside a notebook: there is nobody at the other end.
 */
export function openComm(target: string, data: unknown = {}, metadata: Record<string, unknown> = {}): Comm {
  const notebook = host();
  if (!notebook) {
    throw new Error(`openComm('${target}') needs a notebook: outside of one there is nobody to talk to.`);
  }
  const comm = new OpenComm(notebook, target);
  notebook.comm({ event: 'open', commId: comm.id, target, data, metadata });
  return comm;
}

class OpenComm implements Comm {
  readonly id = randomUUID().replaceAll('-', '');
  readonly target: string;
  private readonly notebook: ConvbookHost;
  private readonly listeners = new Set<(data: unknown, buffers: Uint8Array[]) => void>();
  private readonly closers: (() => void)[] = [];
  private readonly stop: () => void;
  private closed = false;

  constructor(notebook: ConvbookHost, target: string) {
    this.notebook = notebook;
    this.target = target;
    this.stop = notebook.onComm((message) => this.receive(message));
  }

  send(data: unknown, options: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] } = {}): void {
    if (this.closed)
      throw new Error(`The comm '${this.target}' is closed, so that nothing can be sent on it.`);
    this.notebook.comm({ event: 'msg', commId: this.id, data, ...options });
  }

  onMessage(listener: (data: unknown, buffers: Uint8Array[]) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  onClose(listener: () => void): void {
    this.closers.push(listener);
  }

  close(): void {
    if (this.closed) return;
    this.notebook.comm({ event: 'close', commId: this.id, data: {} });
    this.end();
  }

  private receive(message: CommMessage): void {
    if (message.commId !== this.id || this.closed) return;
    if (message.event === 'close') this.end();
    else if (message.event === 'msg') {
      for (const listener of [...this.listeners]) listener(message.data, message.buffers ?? []);
    }
  }

  private end(): void {
    this.closed = true;
    this.stop();
    for (const closer of this.closers.splice(0)) closer();
  }
}
