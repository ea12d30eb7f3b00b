import { createHash } from 'node:crypto';
import { type Cell, joined, type Notebook } from '../notebook.ts';

/** What nbgrader keeps in a cell's metadata. */
export interface NbgraderCell {
  grade_id: string;
  grade: boolean;
  solution: boolean;
  locked: boolean;
  points?: number;
  checksum?: string;
}

export const nbgraderOf = (cell: Cell): NbgraderCell | undefined =>
  cell.metadata['nbgrader'] as NbgraderCell | undefined;

/** Test cells: graded by what they show, not by a person. */
export const isTest = (cell: Cell): boolean => {
  const nbgrader = nbgraderOf(cell);
  return cell.cell_type === 'code' && nbgrader?.grade === true && nbgrader.solution === false;
};

/**
 * A submission made ready for grading, as nbgrader's autograde does: locked and test cells are the source's, those that were deleted
 * come back behind the one that was before them, and what the student wrote, extra cells too, stays where it is.
 */
export function readyForGrading(source: Notebook, submitted: Notebook): Notebook {
  const notebook = structuredClone(submitted);
  let before = -1;
  for (const original of source.cells) {
    const id = nbgraderOf(original)?.grade_id;
    if (id === undefined) continue;
    const at = notebook.cells.findIndex((cell) => nbgraderOf(cell)?.grade_id === id);
    const answer = nbgraderOf(original)!.solution;
    if (at >= 0) {
      const own = notebook.cells[at]!;
      notebook.cells[at] = answer && own.cell_type === original.cell_type ? own : structuredClone(original);
      before = at;
    } else if (!answer) {
      notebook.cells.splice(++before, 0, structuredClone(original));
    }
  }
  for (const cell of notebook.cells) if (cell.cell_type === 'code') cell.outputs = [];
  notebook.metadata = source.metadata;
  return notebook;
}

/** nbgrader's `compute_checksum`: of a cell's text, kind, name and points. */
export function checksumOf(cell: Cell): string {
  const nbgrader = nbgraderOf(cell)!;
  const python = (value: boolean) => (value ? 'True' : 'False');
  const locked = !nbgrader.solution && (nbgrader.grade || nbgrader.locked);
  const points = nbgrader.grade ? pythonFloat(nbgrader.points ?? 0) : '';
  const parts = [
    ...[
      joined(cell.source),
      cell.cell_type,
      python(nbgrader.grade),
      python(nbgrader.solution),
      python(locked),
    ],
    ...[nbgrader.grade_id, points],
  ];
  return createHash('md5').update(parts.join('')).digest('hex');
}

/** Whether a cell of a release is as it was handed out. */
export function isUnchanged(cell: Cell): boolean {
  const checksum = nbgraderOf(cell)?.checksum;
  return !checksum || checksumOf(cell) === checksum;
}

/** `2` is written `2.0` in Python. */
const pythonFloat = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
