export interface Loss {
  messages: number;
  bytes: number;
  /** Header of the request whose output was lost last; none when no request caused it. */
  parent: Uint8Array | null;
}

/** What one client of iopub still has to get. */
export interface QueuedMessage {
  frames: Uint8Array[];
  bytes: number;
  /** Output that may be dropped, with a notice, for a client that does not read. */
  output: boolean;
  parent: Uint8Array | null;
}

/** A gap in the queue, told to the client where it is. */
interface Gap {
  loss: Loss;
  bytes: number;
}

export interface QueueLimits {
  /** Above this many waiting bytes the cell that prints is held back. */
  highBytes: number;
  /** Above this many waiting bytes a client loses output, whether it reads or not. */
  maxBytes: number;
  /** A client that takes nothing for so long does not read. */
  stallMs: number;
}

const GAP_BYTES = 512;

/** The messages that wait for one client, and what it lost. */
export class SubscriberQueue {
  readonly topic: Buffer;
  readonly #limits: QueueLimits;
  readonly #messages: (QueuedMessage | Gap | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #lastProgress = 0;

  constructor(topic: Buffer, limits: QueueLimits) {
    this.topic = topic;
    this.#limits = limits;
  }

  get empty(): boolean {
    return this.#head === this.#messages.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when the client has taken nothing for long although something waits. */
  stalled(now: number): boolean {
    return !this.empty && now - this.#lastProgress > this.#limits.stallMs;
  }

  /** True when the producer should wait for this client. */
  pressing(now: number): boolean {
    return this.#bytes > this.#limits.highBytes && !this.stalled(now);
  }

  push(message: QueuedMessage, now: number): void {
    if (this.empty) this.#lastProgress = now;
    const { highBytes, maxBytes } = this.#limits;
    // What is no output (status, errors) gets more room, so that the ends of the cells still arrive.
    const room = !message.output ? 2 * maxBytes : this.stalled(now) ? highBytes : maxBytes;
    // A message that alone is larger than the room passes an empty queue.
    if (this.empty || this.#bytes + message.bytes <= room) {
      this.#messages.push(message);
      this.#bytes += message.bytes;
      return;
    }
    let last = this.#messages.at(-1);
    if (!last || !('loss' in last)) {
      last = { loss: { messages: 0, bytes: 0, parent: null }, bytes: GAP_BYTES };
      this.#messages.push(last);
      this.#bytes += GAP_BYTES;
    }
    last.loss.messages++;
    last.loss.bytes += message.bytes;
    last.loss.parent = message.parent;
  }

  /** The next frames to send; they stay until `shift`. A gap is sealed when it is looked at, so that it is told once. */
  peek(notice: (loss: Loss) => Uint8Array[]): Uint8Array[] | undefined {
    const next = this.#messages[this.#head];
    if (!next) return undefined;
    if (!('loss' in next)) return next.frames;
    const frames = notice(next.loss);
    this.#messages[this.#head] = { frames, bytes: next.bytes, output: false, parent: next.loss.parent };
    return frames;
  }

  shift(now: number): void {
    const message = this.#messages[this.#head];
    if (!message) return;
    this.#bytes -= message.bytes;
    this.#messages[this.#head++] = undefined;
    if (this.empty || (this.#head > 1024 && this.#head * 2 > this.#messages.length)) {
      this.#messages.splice(0, this.#head);
      this.#head = 0;
    }
    this.#lastProgress = now;
  }
}
