import { exercisesOf, solutionEdition, studentEdition } from '../exercises.ts';
import { cellName, joined, type Notebook } from '../notebook.ts';
import {
  assignmentForSite,
  assignmentForStudents,
  assignmentForTeachers,
  isAssignment,
} from './assignment.ts';
import { recordBase } from './base.ts';
import { problemWithHints } from './hints.ts';

/** The three forms in which one source notebook reaches people. Cells keep their ids, so that editions can be compared and updated. */
export interface Editions {
  kind: 'lab' | 'assignment';
  /** To hand out: no solutions, no hidden tests, no outputs. Holds what `update-lab` needs. */
  student: Notebook;
  /** For teachers: solutions in their places. */
  solution: Notebook;
  /** To publish: a lab as committed, with its outputs and folded solutions; an assignment as students get it. */
  site: Notebook;
}

export const EDITIONS = ['student', 'solution', 'site'] as const;

/**
 * Makes every edition of a lab or an assignment from its one source notebook; the source is left as it is. An assignment is known by
 * nbgrader's metadata.
 *
 * @throws a sentence where an exercise is not whole: a cell, a solution or one of its three hints is missing
 */
export function editionsOf(source: Notebook): Editions {
  if (isAssignment(source)) {
    return {
      kind: 'assignment',
      student: recordBase(assignmentForStudents(source)),
      solution: assignmentForTeachers(source),
      site: assignmentForSite(source),
    };
  }
  for (const { name, task } of exercisesOf(source)) {
    const problem = problemWithHints(task.source);
    if (problem) throw new Error(`The exercise "${name}": ${problem}.`);
  }
  const solution = solutionEdition(source);
  // Outputs of starters say nothing about solutions.
  const works = new Set(exercisesOf(solution).flatMap(({ work, check }) => [work, check]));
  for (const cell of solution.cells) {
    if (works.has(cell)) Object.assign(cell, { outputs: [], execution_count: null });
  }
  return {
    kind: 'lab',
    student: recordBase(studentEdition(source)),
    solution,
    site: structuredClone(source),
  };
}

/** A notebook's title: its first heading. */
export function titleOf(notebook: Notebook): string | undefined {
  for (const cell of notebook.cells) {
    const heading = cell.cell_type === 'markdown' && /^#\s+(.+)$/m.exec(joined(cell.source));
    if (heading) return heading[1]!.trim();
  }
  return notebook.cells.map(cellName).find((name) => name !== undefined);
}
