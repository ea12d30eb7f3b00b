/** Where a name is in a cell's code, and which of the texts says what it is: `[start, length, text]`. */
export type Place = [number, number, number];

/** What the names in a notebook's code cells are. Texts are kept once: a page shows the same names again and again. */
export interface NotebookTypes {
  texts: string[];
  /** One list a cell. */
  places: Place[][];
}
