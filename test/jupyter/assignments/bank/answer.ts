import { type Cell, joined, type Notebook } from '../../../../guard/notebook.ts';

/**
 * A wrong or hostile answer and what it deserves. `code` takes the place of one exercise's answer in a submission that is
 * otherwise right; `points` is what that exercise's test cell must then give.
 */
export interface Answer {
  name: string;
  exercise: string;
  code: string;
  points: number;
  /** Spoils the process for the cells behind it: runs in a notebook of its own. */
  alone?: boolean;
  /** One of those that every run of the tests tries. */
  sample?: boolean;
}

export const gradeId = (cell: Cell): string | undefined =>
  (cell.metadata['nbgrader'] as { grade_id?: string } | undefined)?.grade_id;

export const pointsOf = (cell: Cell): number => (cell.metadata['nbgrader'] as { points: number }).points;

export function cellOf(notebook: Notebook, id: string): Cell {
  const cell = notebook.cells.find((one) => gradeId(one) === id);
  if (!cell) throw new Error(`The assignment has no cell "${id}".`);
  return cell;
}

/** A right submission with these answers in the place of its own. */
export function submission(reference: Notebook, answers: readonly Answer[]): Notebook {
  const notebook = structuredClone(reference);
  for (const { exercise, code } of answers) cellOf(notebook, exercise).source = code;
  return notebook;
}

/** One notebook in which each answer, its test cell and the right answer again follow one another. */
export function inOneNotebook(reference: Notebook, answers: readonly Answer[]): Notebook {
  const notebook = structuredClone(reference);
  const cell = (source: string): Cell => ({
    cell_type: 'code',
    id: `try-${notebook.cells.length}`,
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  });
  for (const { exercise, code } of answers) {
    notebook.cells.push(cell(code));
    notebook.cells.push(cell(joined(cellOf(reference, `test-${exercise}`).source)));
    notebook.cells.push(cell(joined(cellOf(reference, exercise).source)));
  }
  // One that fails stops no other, as in grading.
  for (const one of notebook.cells) one.metadata = { ...one.metadata, tags: ['raises-exception'] };
  return notebook;
}

/** A half-right answer in one line. */
export const half = (exercise: string, name: string, points: number, code: string): Answer => ({
  exercise,
  name,
  points,
  code,
});
