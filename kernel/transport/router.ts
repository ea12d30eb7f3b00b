import { Router } from 'zeromq';
import { address, type Connection } from './connection.ts';

/** A ROUTER socket (shell, control, stdin, heartbeat): whole multipart messages in, whole multipart messages out. */
export class RouterSocket {
  readonly #socket: Router;
  readonly #queue: Uint8Array[][] = [];
  #sending = false;
  readonly #waiters: (() => void)[] = [];

  constructor(maxFrameBytes: number) {
    // No send limit: a ROUTER drops replies silently when it reaches one, and every reply answers a request.
    this.#socket = new Router({ linger: 200, sendHighWaterMark: 0, maxMessageSize: maxFrameBytes });
  }

  async bind(connection: Connection, channel: 'shell' | 'control' | 'stdin' | 'heartbeat'): Promise<void> {
    await this.#socket.bind(address(connection, channel));
  }

  /** Hands over messages until the socket closes. What `onMessage` throws must be its own business. */
  async receive(onMessage: (frames: Buffer[]) => void): Promise<void> {
    for await (const frames of this.#socket as AsyncIterable<Buffer[]>) onMessage(frames);
  }

  send(frames: Uint8Array[]): void {
    this.#queue.push(frames);
    // The socket takes one send at a time.
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    for (let frames = this.#queue.shift(); frames; frames = this.#queue.shift()) {
      try {
        await this.#socket.send(frames as [Uint8Array, Uint8Array]);
      } catch {
        // The peer is gone or the socket is closing: there is nobody to tell.
      }
    }
    this.#sending = false;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Resolves when everything was handed to ZeroMQ. */
  async flushed(): Promise<void> {
    if (this.#sending) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  close(): void {
    if (!this.#socket.closed) this.#socket.close();
  }
}
