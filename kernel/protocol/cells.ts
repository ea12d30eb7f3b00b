import type { CellId } from '../interpreter/types.ts';

/** What the protocol keeps of a cell that ran, so that its outputs find their way, however late they come. */
export interface Cell {
  id: CellId;
  /** Header of the execute request: the parent of everything the cell produces. */
  parent: Uint8Array;
  identities: readonly Uint8Array[];
  count: number;
  silent: boolean;
  /** `text/plain` of its result, for the history. */
  resultText?: string;
}

const REMEMBERED = 5_000;

/** The cells that ran lately. A late output of an older one goes to the newest cell. */
export class Cells {
  readonly #cells = new Map<CellId, Cell>();
  #last: Cell | undefined;
  #next: CellId = 1;

  add(cell: Omit<Cell, 'id'>): Cell {
    const added: Cell = { ...cell, id: this.#next++ };
    this.#cells.set(added.id, added);
    this.#last = added;
    if (this.#cells.size > REMEMBERED) this.#cells.delete(this.#cells.keys().next().value!);
    return added;
  }

  find(id: CellId | undefined): Cell | undefined {
    return (id === undefined ? undefined : this.#cells.get(id)) ?? this.#last;
  }
}
