import { checksumOf, isTest, nbgraderOf } from '../grading/assignment.ts';
import { type Cell, convbookMetadata, joined, type Notebook } from '../notebook.ts';
import { problemWithHints } from './hints.ts';
import { withoutHiddenTests, withoutMarkers, withoutSolution } from './regions.ts';

/** An exercise of an assignment: the text before it, what students write, and its check (none where a person reads it). */
export interface GradedExercise {
  name: string;
  points: number;
  task: Cell;
  work: Cell;
  check?: Cell;
}

export const isAssignment = (notebook: Notebook): boolean =>
  notebook.cells.some((cell) => nbgraderOf(cell)?.grade === true);

/**
 * The exercises of an assignment's source notebook, in their order: each answer cell with the last markdown before it and the test
 * cell `test-NAME` behind it.
 *
 * @throws a sentence where an exercise lacks its task or its check, or where its hints are not three
 */
export function gradedExercisesOf(source: Notebook): GradedExercise[] {
  const exercises: GradedExercise[] = [];
  let task: Cell | undefined;
  for (const cell of source.cells) {
    const nbgrader = nbgraderOf(cell);
    if (!nbgrader?.solution) {
      if (cell.cell_type === 'markdown') task = cell;
      continue;
    }
    const name = nbgrader.grade_id;
    if (!task) throw new Error(`The exercise "${name}" has no task: a markdown cell before it.`);
    if (nbgrader.grade) {
      exercises.push({ name, points: nbgrader.points ?? 0, task, work: cell });
      continue;
    }
    const check = source.cells.find((one) => nbgraderOf(one)?.grade_id === `test-${name}`);
    if (!check || !isTest(check)) throw new Error(`The exercise "${name}" has no test cell "test-${name}".`);
    const problem = problemWithHints(task.source);
    if (problem) throw new Error(`The exercise "${name}": ${problem}.`);
    exercises.push({ name, points: nbgraderOf(check)!.points ?? 0, task, work: cell, check });
  }
  return exercises;
}

/** As nbgrader's `generate_assignment` hands it out: stubs for solutions, no hidden tests, no outputs, checksums. */
export function assignmentForStudents(source: Notebook): Notebook {
  gradedExercisesOf(source);
  return mapped(source, (cell) => {
    const nbgrader = nbgraderOf(cell);
    if (nbgrader?.solution) cell.source = withoutSolution(cell.source, cell.cell_type);
    if (isTest(cell)) cell.source = withoutHiddenTests(cell.source);
    if (nbgrader && (nbgrader.grade || nbgrader.solution || nbgrader.locked))
      Object.assign(nbgrader, { cell_type: cell.cell_type, checksum: checksumOf(cell) });
    // nbgrader's LockCells: front ends that know these keep a test from being edited or deleted by mistake.
    if (nbgrader && (nbgrader.locked || nbgrader.grade || nbgrader.solution))
      cell.metadata['deletable'] = false;
    if (nbgrader?.locked) cell.metadata['editable'] = false;
  });
}

/** Solutions and hidden tests in plain sight: what a teacher reads, and what becomes public after the last day. */
export function assignmentForTeachers(source: Notebook): Notebook {
  gradedExercisesOf(source);
  return mapped(source, (cell) => {
    cell.source = withoutMarkers(cell.source);
  });
}

/** What the site shows: the students' text; each cell says in its metadata which exercise it belongs to and what that is worth. */
export function assignmentForSite(source: Notebook): Notebook {
  const edition = assignmentForStudents(source);
  const roles = new Map<string, object>();
  for (const { name, points, task, work, check } of gradedExercisesOf(source)) {
    const describe = (cell: Cell, role: string) =>
      roles.set(String(source.cells.indexOf(cell)), { exercise: name, role, points });
    describe(task, 'task');
    describe(work, check ? 'work' : 'words');
    if (check) describe(check, 'check');
  }
  edition.cells.forEach((cell, i) => {
    cell.metadata = { convbook: roles.get(String(i)) ?? {} };
  });
  return edition;
}

function mapped(source: Notebook, change: (cell: Cell) => void): Notebook {
  const edition = structuredClone(source);
  const { kernelspec, language_info } = edition.metadata;
  const { ran } = convbookMetadata(edition.metadata);
  edition.metadata = { kernelspec, language_info, ...(ran ? { convbook: { ran } } : {}) };
  for (const cell of edition.cells) {
    // What the solution took stays: it is what `check-my-work` says before it starts.
    const { seconds } = (convbookMetadata(cell.metadata)['measured'] ?? {}) as { seconds?: number };
    delete cell.metadata['convbook'];
    if (seconds !== undefined) cell.metadata['convbook'] = { measured: { seconds } };
    if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
    cell.source = joined(cell.source);
    change(cell);
  }
  return edition;
}
