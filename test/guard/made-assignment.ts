import type { Cell, Notebook } from '../../guard/notebook.ts';

/** A code cell as nbgrader knows it; `more` holds what it is: a solution, a locked one, one with points. */
export const nbgraderCell = (id: string, source: string, more: object = {}): Cell => ({
  cell_type: 'code',
  id,
  source,
  metadata: {
    nbgrader: {
      grade_id: id,
      grade: false,
      solution: false,
      locked: false,
      schema_version: 3,
      task: false,
      ...more,
    },
  },
  execution_count: null,
  outputs: [],
});

export const solutionCell = (id: string, source: string): Cell =>
  nbgraderCell(id, source, { solution: true });

export const testCell = (id: string, source: string, points = 2): Cell =>
  nbgraderCell(id, source, { grade: true, locked: true, points });

export const assignmentOf = (cells: Cell[]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'convbook', language: 'typescript', display_name: 'TypeScript' } },
  cells,
});
