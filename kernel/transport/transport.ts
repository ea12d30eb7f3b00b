import type { Connection } from './connection.ts';
import type { Outgoing } from './message.ts';
import {
  Dropped,
  type DropReason,
  decode,
  defaultLimits,
  Encoder,
  type Incoming,
  type Limits,
} from './message.ts';
import { defaultQueueLimits, Publisher } from './publisher.ts';
import { RouterSocket } from './router.ts';
import { Signer } from './signer.ts';
import type { Loss, QueueLimits } from './subscriber-queue.ts';

export type RequestChannel = 'shell' | 'control' | 'stdin';

export interface TransportOptions {
  onMessage(channel: RequestChannel, message: Incoming): void;
  /** The message a client gets when it has subscribed to iopub. */
  welcome(subscription: string): Outgoing;
  /** The message a client gets in place of output that was dropped because it did not read. */
  lossNotice(loss: Loss): Outgoing;
  limits?: Limits;
  queueLimits?: QueueLimits;
}

/** The five sockets of a kernel: signed messages in and out, heartbeat answered, everything else dropped and counted. */
export class Transport {
  /** Messages that were dropped, by reason. */
  readonly dropped: Partial<Record<DropReason, number>> = {};
  readonly #options: TransportOptions;
  readonly #signer: Signer;
  readonly #encoder: Encoder;
  readonly #limits: Limits;
  readonly #routers: Record<RequestChannel | 'heartbeat', RouterSocket>;
  readonly #iopub: Publisher;

  private constructor(connection: Connection, options: TransportOptions) {
    this.#options = options;
    this.#limits = options.limits ?? defaultLimits;
    this.#signer = new Signer(connection.key);
    this.#encoder = new Encoder(this.#signer);
    // ZeroMQ disconnects a peer that sends a larger frame, before the frame takes memory.
    const router = () => new RouterSocket(2 * this.#limits.messageBytes);
    this.#routers = { shell: router(), control: router(), stdin: router(), heartbeat: router() };
    this.#iopub = new Publisher(
      (subscription) => this.#encoder.encode(options.welcome(subscription)).frames,
      (loss) => this.#encoder.encode(options.lossNotice(loss)).frames,
      options.queueLimits ?? defaultQueueLimits,
    );
  }

  /** Binds to what the connection file says. Rejects when an address is taken; nothing stays bound then. */
  static async open(connection: Connection, options: TransportOptions): Promise<Transport> {
    const transport = new Transport(connection, options);
    const { shell, control, stdin, heartbeat } = transport.#routers;
    // All are waited for: a socket can't be closed while it binds.
    const bound = await Promise.allSettled([
      heartbeat.bind(connection, 'heartbeat'),
      transport.#iopub.bind(connection),
      shell.bind(connection, 'shell'),
      control.bind(connection, 'control'),
      stdin.bind(connection, 'stdin'),
    ]);
    const failed = bound.find((result) => result.status === 'rejected');
    if (failed) {
      transport.close();
      const { message } = failed.reason as Error;
      throw new Error(`The kernel can't bind to ${connection.ip}, as its connection file asks: ${message}.`);
    }
    void heartbeat.receive((frames) => heartbeat.send(frames));
    void transport.#iopub.receive();
    for (const channel of ['shell', 'control', 'stdin'] as const) {
      void transport.#routers[channel].receive((frames) => transport.#accept(channel, frames));
    }
    return transport;
  }

  get session(): string {
    return this.#encoder.session;
  }

  #accept(channel: RequestChannel, frames: Buffer[]): void {
    let message: Incoming;
    try {
      message = decode(frames, this.#signer, this.#limits);
    } catch (error) {
      this.drop(error instanceof Dropped ? error.reason : 'malformed');
      return;
    }
    this.#options.onMessage(channel, message);
  }

  drop(reason: DropReason): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
  }

  /** Sends to one client; returns the id of the message. */
  send(channel: RequestChannel, identities: readonly Uint8Array[], message: Outgoing): string {
    const { id, frames } = this.#encoder.encode(message);
    this.#routers[channel].send([...identities, ...frames]);
    return id;
  }

  /** Sends to every client of iopub. `output` may be dropped, with a notice, for clients that do not read. */
  publish(message: Outgoing, output = false): void {
    const { frames } = this.#encoder.encode(message);
    this.#iopub.send(`kernel.${this.session}.${message.type}`, { frames, output, parent: message.parent });
  }

  /** Pending while a client that reads is far behind. */
  pressure(): Promise<void> | undefined {
    return this.#iopub.pressure();
  }

  /** Resolves when every client that reads was sent all of iopub. */
  drained(): Promise<void> | undefined {
    return this.#iopub.drained();
  }

  /** Resolves when a client has subscribed to iopub, or after `ms`. */
  subscriber(ms: number): Promise<void> {
    return this.#iopub.subscriber(ms);
  }

  async flushed(): Promise<void> {
    const { shell, control, stdin } = this.#routers;
    await Promise.all([shell.flushed(), control.flushed(), stdin.flushed(), this.#iopub.drained()]);
  }

  close(): void {
    for (const router of Object.values(this.#routers)) router.close();
    this.#iopub.close();
  }
}
