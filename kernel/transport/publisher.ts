import { XPublisher } from 'zeromq';
import { address, type Connection } from './connection.ts';
import { type Loss, type QueueLimits, SubscriberQueue } from './subscriber-queue.ts';

export const defaultQueueLimits: QueueLimits = {
  highBytes: 4 * 2 ** 20,
  maxBytes: 64 * 2 ** 20,
  stallMs: 8000,
};

/** ZMQ_SUBSCRIBE, which zeromq.js does not name for this kind of socket. */
const ZMQ_SUBSCRIBE = 6;
/** Messages in ZeroMQ's own queue for one client. */
const SEND_HIGH_WATER_MARK = 256;
const RETRY_MS = 1;

/** The frames that tell a client what it lost. */
export type LossNotice = (loss: Loss) => Uint8Array[];

/**
 * The iopub socket. A plain PUB socket drops messages silently for a client that is slower than the kernel. Here the
 * XPUB socket is in manual mode and gives each subscriber a topic of its own, so that each has its own queue: a client that
 * reads gets everything (the producer waits for it), and one that doesn't read costs bounded memory, disturbs no
 * other client, and is told in the stream what it lost.
 */
export class Publisher {
  readonly #socket: XPublisher;
  readonly #limits: QueueLimits;
  readonly #onSubscribe: (subscription: string) => Uint8Array[];
  readonly #lossNotice: LossNotice;
  readonly #clients: { subscription: string; queue: SubscriberQueue }[] = [];
  /** Subscription -> how many clients hold it now. */
  readonly #live = new Map<string, number>();
  #made = 0;
  #pumping = false;
  #subscribed: (() => void)[] = [];
  #waiters: (() => void)[] = [];

  constructor(
    onSubscribe: (subscription: string) => Uint8Array[],
    lossNotice: LossNotice,
    limits = defaultQueueLimits,
  ) {
    this.#onSubscribe = onSubscribe;
    this.#lossNotice = lossNotice;
    this.#limits = limits;
    this.#socket = new XPublisher({
      manual: true,
      noDrop: true,
      sendTimeout: 0,
      sendHighWaterMark: SEND_HIGH_WATER_MARK,
      linger: 200,
      verbosity: 'allSubsUnsubs',
    });
  }

  async bind(connection: Connection): Promise<void> {
    await this.#socket.bind(address(connection, 'iopub'));
  }

  /** Follows subscriptions until the socket closes. */
  async receive(): Promise<void> {
    for await (const [frame] of this.#socket as AsyncIterable<Buffer[]>) {
      if (!frame || frame.length === 0) continue;
      if (frame[0] === 1) this.#add(frame.subarray(1));
      else if (frame[0] === 0) this.#remove(frame.subarray(1));
    }
  }

  #add(bytes: Buffer): void {
    if (bytes.length > 255) return;
    // The subscriber filters by prefix too: its own topic begins with what it asked for.
    const topic = Buffer.concat([bytes, Buffer.from(`#${++this.#made}.`)]);
    (this.#socket as unknown as { setStringOption(option: number, value: Buffer): void }).setStringOption(
      ZMQ_SUBSCRIBE,
      topic,
    );
    const subscription = bytes.toString('latin1');
    const queue = new SubscriberQueue(topic, this.#limits);
    this.#clients.push({ subscription, queue });
    this.#live.set(subscription, (this.#live.get(subscription) ?? 0) + 1);
    const frames = this.#onSubscribe(bytes.toString('utf8'));
    queue.push({ frames, bytes: size(frames), output: false, parent: null }, performance.now());
    this.#pump();
    for (const resolve of this.#subscribed.splice(0)) resolve();
  }

  #remove(bytes: Buffer): void {
    const subscription = bytes.toString('latin1');
    const left = Math.max(0, (this.#live.get(subscription) ?? 0) - 1);
    this.#live.set(subscription, left);
    // ZeroMQ doesn't say which of several clients left. Messages to one that is gone cost nothing but a call; when
    // the last one has left, all are forgotten.
    if (left > 0) return;
    this.#live.delete(subscription);
    for (let i = this.#clients.length - 1; i >= 0; i--) {
      if (this.#clients[i]!.subscription === subscription) this.#clients.splice(i, 1);
    }
  }

  get hasSubscribers(): boolean {
    return this.#live.size > 0;
  }

  /** Resolves when a client has subscribed, or after `ms`. */
  async subscriber(ms: number): Promise<void> {
    if (this.hasSubscribers) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#subscribed.push(resolve);
      }),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
    ]);
    clearTimeout(timer);
  }

  /** Queues a message for every client whose subscription matches the topic. */
  send(topic: string, message: { frames: Uint8Array[]; output: boolean; parent: Uint8Array | null }): void {
    const queued = { ...message, bytes: size(message.frames) };
    const now = performance.now();
    for (const { subscription, queue } of this.#clients) {
      if (subscription === '' || topic.startsWith(subscription)) queue.push(queued, now);
    }
    this.#pump();
  }

  /** Pending while a client that reads is far behind; undefined when none is. */
  pressure(): Promise<void> | undefined {
    return this.#pressing() ? this.#until(() => !this.#pressing()) : undefined;
  }

  /** Resolves when every client that reads was sent everything. */
  drained(): Promise<void> | undefined {
    const done = () => {
      const now = performance.now();
      return this.#clients.every(({ queue }) => queue.empty || queue.stalled(now));
    };
    return done() ? undefined : this.#until(done);
  }

  #pressing(): boolean {
    const now = performance.now();
    return this.#clients.some(({ queue }) => queue.pressing(now));
  }

  async #until(done: () => boolean): Promise<void> {
    while (!this.#socket.closed && !done()) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
      });
    }
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#drain();
  }

  async #drain(): Promise<void> {
    let wait = RETRY_MS;
    while (!this.#socket.closed) {
      let sent = 0;
      // Turn by turn, so that one client's backlog holds no other client up.
      for (const { queue } of [...this.#clients]) {
        for (let i = 0; i < 32 && !queue.empty; i++) {
          if (!(await this.#sendTo(queue))) break;
          sent++;
        }
      }
      // A message may have come for one client while another's were sent, so this is asked last. And it is set before
      // anybody is woken: who is woken may send, and then needs a new pump.
      const left = this.#clients.some(({ queue }) => !queue.empty);
      if (!left) this.#pumping = false;
      this.#wake();
      if (!left) return;
      if (sent > 0) {
        wait = RETRY_MS;
        continue;
      }
      // The socket can't tell when a single client has room again, so ask again, less often the longer it takes.
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 1.5, 20);
    }
  }

  async #sendTo(queue: SubscriberQueue): Promise<boolean> {
    const frames = queue.peek(this.#lossNotice)!;
    try {
      await this.#socket.send([queue.topic, ...frames]);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN' || code === 'EBUSY' || this.#socket.closed) return false;
      // Any other error is about this message: the next ones must not wait behind it.
    }
    queue.shift(performance.now());
    return true;
  }

  close(): void {
    if (!this.#socket.closed) this.#socket.close();
    this.#wake();
  }
}

function size(frames: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.byteLength;
  return bytes;
}
