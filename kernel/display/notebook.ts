import type { TypeCheckMode } from '../interpreter/host.ts';
import { shortBytes } from './rendered.ts';
import { host } from './show.ts';
import { tableHtml, tableText } from './table.ts';

/** True inside a notebook, false in a script or a test. */
export function inNotebook(): boolean {
  return host() !== undefined;
}

/**
 * How the cells are checked from the next one on: `'strict'` (a type error stops the cell), `'warn'` (it is shown and the
 * cell runs) or `'off'`. Outside a notebook nothing happens.
 */
export function typecheck(mode: TypeCheckMode): void {
  if (mode !== 'strict' && mode !== 'warn' && mode !== 'off') {
    throw new TypeError(`typecheck(${JSON.stringify(mode)}): the modes are 'strict', 'warn' and 'off'.`);
  }
  host()?.typecheck(mode);
}

/** What lives in memory now; shows itself as a table. */
export class MemoryReport {
  /** Tensors that live, and the bytes of their values. */
  readonly tensors: number;
  readonly tensorBytes: number;
  /** Bytes of JavaScript objects, of array buffers, and of the whole process. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
  readonly processBytes: number;

  constructor() {
    const engine = (globalThis as { _tfengine?: { memory(): { numTensors: number; numBytes: number } } })
      ._tfengine;
    const held = engine?.memory();
    const memory = process.memoryUsage();
    this.tensors = held?.numTensors ?? 0;
    this.tensorBytes = held?.numBytes ?? 0;
    this.heapBytes = memory.heapUsed;
    this.bufferBytes = memory.arrayBuffers;
    this.processBytes = memory.rss;
  }

  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    return { 'text/plain': this.toString(), 'text/html': tableHtml(this.rows()) };
  }

  toString(): string {
    return tableText(this.rows());
  }

  private rows(): { what: string; count?: number; memory: string }[] {
    return [
      { what: 'tensors', count: this.tensors, memory: shortBytes(this.tensorBytes) },
      { what: 'JavaScript objects', memory: shortBytes(this.heapBytes) },
      { what: 'array buffers', memory: shortBytes(this.bufferBytes) },
      { what: 'whole process', memory: shortBytes(this.processBytes) },
    ];
  }
}

/**
 * What lives in memory now.
 *
 * @example
 * import { memory, tf } from 'convbook';
 * const before = memory().tensors;
 * const kept = tf.zeros([3]);
 * console.log(memory().tensors - before); // 1
 */
export function memory(): MemoryReport {
  return new MemoryReport();
}
