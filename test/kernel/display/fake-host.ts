import { afterEach } from 'vitest';
import {
  type ConvbookHost,
  hostKey,
  type LiveTensor,
  type TypeCheckMode,
} from '../../../kernel/interpreter/host.ts';
import type { CommMessage, MimeBundle } from '../../../kernel/interpreter/types.ts';

export interface Shown {
  data: MimeBundle;
  metadata: Record<string, unknown> | undefined;
  displayId: string | undefined;
  update: boolean;
}

/** A notebook that keeps what it is given. It goes away after each test. */
export class FakeHost implements ConvbookHost {
  readonly cwd = '.';
  shown: Shown[] = [];
  cleared: boolean[] = [];
  asked: [string, boolean][] = [];
  modes: TypeCheckMode[] = [];
  messages: CommMessage[] = [];
  tensors: LiveTensor[] = [];
  answer: () => Promise<string> = async () => 'answer';
  private listeners = new Set<(message: CommMessage) => void>();

  constructor() {
    (globalThis as Record<symbol, unknown>)[hostKey] = this;
  }

  display(
    data: MimeBundle,
    metadata?: Record<string, unknown>,
    options: { displayId?: string; update?: boolean } = {},
  ) {
    // As the pipe to the front end does: what can't be JSON must fail here.
    this.shown.push({
      data: JSON.parse(JSON.stringify(data)) as MimeBundle,
      metadata,
      displayId: options.displayId,
      update: options.update ?? false,
    });
  }
  clearOutput(wait = false) {
    this.cleared.push(wait);
  }
  input(prompt = '', password = false) {
    this.asked.push([prompt, password]);
    return this.answer();
  }
  comm(message: CommMessage) {
    this.messages.push(message);
  }
  onComm(listener: (message: CommMessage) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  /** A message from the front end. */
  receive(message: CommMessage) {
    for (const listener of [...this.listeners]) listener(message);
  }
  get listening(): number {
    return this.listeners.size;
  }
  typecheck(mode: TypeCheckMode) {
    this.modes.push(mode);
  }
  liveTensors() {
    return this.tensors;
  }
  cellId() {
    return 1;
  }
  /** The texts in the order in which they were shown. */
  get texts(): string[] {
    return this.shown.map(({ data }) => String(data['text/plain']));
  }
}

afterEach(() => {
  delete (globalThis as Record<symbol, unknown>)[hostKey];
});
