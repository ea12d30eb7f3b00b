// What native code and child processes write to the runner's file descriptors 1 and 2. The runner writes a mark
// before each frame; marks are taken out here, and tell what was written before the frame (merge.ts).
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Node says this at the end of a process that an inspector session is connected to. */
const inspectorFarewell = 'Waiting for the debugger to disconnect...\n';

export class NativeOutput {
  /** The last words, for the reason of a crash. */
  tail = '';
  private readonly decoder = new StringDecoder('utf8');
  private readonly fence: string;
  private readonly give: (text: string) => void;
  private readonly mark: (sequence: number) => void;
  private rest = '';

  constructor(
    stream: Readable,
    fence: string,
    give: (text: string) => void,
    mark: (sequence: number) => void,
  ) {
    this.fence = fence;
    this.give = give;
    this.mark = mark;
    stream.on('data', (chunk: Buffer) => this.push(this.decoder.write(chunk)));
    stream.on('end', () => this.flush());
    stream.on('error', () => {});
  }

  private push(more: string): void {
    let text = this.rest + more;
    this.rest = '';
    for (;;) {
      const at = text.indexOf(this.fence);
      const end = at < 0 ? -1 : text.indexOf('\n', at);
      if (at < 0 || end < 0) break;
      this.emit(text.slice(0, at));
      this.mark(Number(text.slice(at + this.fence.length, end)));
      text = text.slice(end + 1);
    }
    const partial = this.partialFence(text);
    this.emit(text.slice(0, partial));
    this.rest = text.slice(partial);
  }

  /** Where a mark may have begun whose rest has not come yet. */
  private partialFence(text: string): number {
    const whole = text.indexOf(this.fence);
    if (whole >= 0) return whole;
    const zero = text.lastIndexOf(this.fence[0]!);
    return zero >= 0 && this.fence.startsWith(text.slice(zero, zero + this.fence.length))
      ? zero
      : text.length;
  }

  private flush(): void {
    this.emit(this.rest + this.decoder.end());
    this.rest = '';
  }

  private emit(raw: string): void {
    const text = raw.replace(inspectorFarewell, '');
    if (text === '') return;
    this.tail = (this.tail + text).slice(-4_000);
    this.give(text);
  }
}
