// What cells print comes over a pipe of frames; what native code and child processes print comes over the runner's own
// file descriptors 1 and 2. Pipes have no common order, so the runner writes a mark with the number of a frame to
// both descriptors before it writes the frame, and here the three are put back together.

type Stream = 'stdout' | 'stderr';

/** Without the marks of a frame (the cell closed a descriptor) the frame waits so long. */
const patience = 1_000;

interface Descriptor {
  name: Stream;
  /** Text, and the marks between it. */
  items: (string | number)[];
  /** The newest mark that came. */
  reached: number;
  /** No marks come any more. */
  silent: boolean;
}

export interface MergeOptions {
  text(name: Stream, text: string): void;
  /** True while the pipes are not read: waiting is nobody's fault then. */
  held(): boolean;
}

export class Merge {
  private readonly options: MergeOptions;
  private readonly descriptors: Descriptor[] = (['stdout', 'stderr'] as const).map((name) => ({
    name,
    items: [],
    reached: 0,
    silent: false,
  }));
  private readonly frames: { sequence: number; give: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(options: MergeOptions) {
    this.options = options;
  }

  text(name: Stream, text: string): void {
    this.of(name).items.push(text);
    this.run();
  }

  mark(name: Stream, sequence: number): void {
    const descriptor = this.of(name);
    descriptor.silent = false;
    // After an interrupt a frame may be announced twice.
    if (sequence <= descriptor.reached) return;
    descriptor.reached = sequence;
    descriptor.items.push(sequence);
    this.run();
  }

  frame(sequence: number, give: () => void): void {
    this.frames.push({ sequence, give });
    this.run();
  }

  /** The pipes have ended: what is left is delivered. */
  end(): void {
    for (const descriptor of this.descriptors) descriptor.silent = true;
    this.run();
    for (const descriptor of this.descriptors) this.deliverUpTo(descriptor, Number.POSITIVE_INFINITY);
  }

  private of(name: Stream): Descriptor {
    return this.descriptors[name === 'stdout' ? 0 : 1]!;
  }

  private run(): void {
    for (;;) {
      const frame = this.frames[0];
      if (!frame) break;
      if (!this.descriptors.every(({ reached, silent }) => silent || reached >= frame.sequence)) {
        this.timer ??= setTimeout(() => this.giveUp(frame.sequence), patience);
        break;
      }
      clearTimeout(this.timer);
      this.timer = undefined;
      for (const descriptor of this.descriptors) this.deliverUpTo(descriptor, frame.sequence);
      this.frames.shift();
      frame.give();
    }
    // What stands before the next mark is older than the frame that the mark announces.
    for (const descriptor of this.descriptors) this.deliverUpTo(descriptor, 0);
  }

  private deliverUpTo(descriptor: Descriptor, sequence: number): void {
    const { items, name } = descriptor;
    while (items.length > 0) {
      const item = items[0]!;
      if (typeof item === 'number' && item > sequence) return;
      items.shift();
      if (typeof item === 'string') this.options.text(name, item);
      else if (item === sequence) return;
    }
  }

  private giveUp(sequence: number): void {
    this.timer = undefined;
    if (!this.options.held()) {
      for (const descriptor of this.descriptors) {
        if (descriptor.reached < sequence) descriptor.silent = true;
      }
    }
    this.run();
  }
}
