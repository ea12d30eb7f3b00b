import type { Grades } from './grade.ts';
import { type Row, round, withTotal } from './table.ts';

/** What a new run would change for one student. */
export interface Difference {
  student: string;
  /** Before and after, by cell; undefined where there were no points. */
  cells: { id: string; before: number | undefined; after: number }[];
  total: { before: number; after: number };
}

/**
 * The row with the points of a new run in the chosen cells (all that were run, by default). What a person entered stays: the points of answers
 * that a person reads, and the adjustment.
 */
export function regraded(
  row: Row,
  grades: Grades,
  only?: readonly string[],
): { row: Row; difference: Difference } {
  const fresh = grades.cells.filter(({ id }) => only === undefined || only.includes(id));
  const after = withTotal({
    ...row,
    cells: { ...row.cells, ...Object.fromEntries(fresh.map(({ id, score }) => [id, score])) },
    seconds: round(grades.seconds),
    problem: grades.problem ?? '',
  });
  const cells = fresh
    .map(({ id, score }) => ({ id, before: row.cells[id], after: score }))
    .filter(({ before, after }) => before !== after);
  const difference = { student: row.student, cells, total: { before: row.total, after: after.total } };
  return { row: after, difference };
}

/** One line a student whose points change: `ada: 12 -> 14  (test-a 0 -> 2)`. */
export function differenceText({ student, cells, total }: Difference): string {
  const parts = cells.map(({ id, before, after }) => `${id} ${before ?? 'none'} -> ${after}`);
  return `${student}: ${total.before} -> ${total.after}${parts.length ? `  (${parts.join(', ')})` : ''}`;
}
