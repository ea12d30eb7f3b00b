// What the process that runs cells offers to the code in them, at globalThis[Symbol.for('convbook.host')]. Types only:
// kernel/display builds the functions that people import on it, and works without it (plain scripts) where it is absent.
import type { CommMessage, MimeBundle } from './types.ts';

export const hostKey = Symbol.for('convbook.host');

export interface DisplayOptions {
  /** Names the display, so that a later one with `update` replaces it. */
  displayId?: string;
  update?: boolean;
  buffers?: Uint8Array[];
}

export type TypeCheckMode = 'strict' | 'warn' | 'off';

/** What memory holds of one tensor. */
export interface LiveTensor {
  shape: readonly number[];
  dtype: string;
  bytes: number;
  /** The execution count of the cell that made it; undefined where it came with an import. */
  cell: number | undefined;
}

export interface ConvbookHost {
  /** Shows a MIME bundle under the cell that the call belongs to. */
  display(data: MimeBundle, metadata?: Record<string, unknown>, options?: DisplayOptions): void;
  clearOutput(wait?: boolean): void;
  /** Rejects where the front end gives no input. */
  input(prompt?: string, password?: boolean): Promise<string>;
  /** Sends one comm message to the front end. */
  comm(message: CommMessage): void;
  /**
   * Every comm message from the front end, opens included. A listener that takes an `open` returns true: one that nobody
   * takes is closed. Returns a function that ends the listening.
   */
  onComm(listener: (message: CommMessage) => unknown): () => void;
  /** How the cells of this notebook are type-checked from the next cell on. */
  typecheck(mode: TypeCheckMode): void;
  /** The id of the cell that the caller belongs to: its execute request's. */
  cellId(): number;
  /** What lives now, the oldest first. Empty where the engine frees tensors itself. */
  liveTensors(): LiveTensor[];
  /** The notebook's folder. */
  readonly cwd: string;
}
