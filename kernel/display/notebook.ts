import type { LiveTensor, TypeCheckMode } from '../interpreter/host.ts';
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

const byCellCaption = 'Tensors that live, by the cell that made them';

function byCell(tensors: readonly LiveTensor[]): MemoryReport['byCell'] {
  const groups = new Map<number | undefined, LiveTensor[]>();
  for (const tensor of tensors) {
    const group = groups.get(tensor.cell);
    if (group) group.push(tensor);
    else groups.set(tensor.cell, [tensor]);
  }
  const bytes = (group: readonly LiveTensor[]) => group.reduce((sum, tensor) => sum + tensor.bytes, 0);
  return [...groups]
    .sort(([, a], [, b]) => bytes(b) - bytes(a))
    .map(([cell, group]) => {
      const largest = group.reduce((a, b) => (b.bytes > a.bytes ? b : a));
      return {
        cell: cell === undefined ? 'imports' : `[${cell}]`,
        tensors: group.length,
        memory: shortBytes(bytes(group)),
        largest: `${largest.dtype} [${largest.shape.join(', ')}]`,
      };
    });
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
  /** In a notebook: which cell made what lives, the largest first. */
  readonly byCell: readonly { cell: string; tensors: number; memory: string; largest: string }[];

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
    this.byCell = byCell(host()?.liveTensors?.() ?? []);
  }

  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    const cells = this.byCell.length > 0 ? tableHtml(this.byCell, { caption: byCellCaption }) : '';
    return { 'text/plain': this.toString(), 'text/html': tableHtml(this.rows()) + cells };
  }

  toString(): string {
    const cells = this.byCell.length > 0 ? `\n\n${tableText(this.byCell, { caption: byCellCaption })}` : '';
    return tableText(this.rows()) + cells;
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
