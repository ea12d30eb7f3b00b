import { type Cell, convbookMetadata, joined, type Notebook } from './notebook.ts';

/** An ungraded exercise of a lab: its cells are known by `metadata.convbook`: `{"exercise": NAME, "role": ROLE}`. */
export interface Exercise {
  name: string;
  /** Code from the task's `<details><summary>Solution</summary>`. */
  solution: string;
  /** The task's text, with its folded hints and solution. */
  task: Cell;
  /** The starter that the solution takes the place of. */
  work: Cell;
  check: Cell;
}

type Role = 'task' | 'work' | 'check';

/**
 * The exercises of a lab, each with its solution.
 *
 * @throws a sentence where an exercise lacks one of its cells, or its solution
 */
export function exercisesOf(notebook: Notebook): Exercise[] {
  const found = new Map<string, Partial<Record<Role, Cell>>>();
  for (const cell of notebook.cells) {
    const { exercise, role } = convbookMetadata(cell.metadata);
    if (typeof exercise !== 'string') continue;
    const cells = found.get(exercise) ?? {};
    cells[role === 'work' || role === 'check' ? role : 'task'] = cell;
    found.set(exercise, cells);
  }
  return [...found].map(([name, { task, work, check }]) => {
    if (!task || !work || !check) {
      const missing = [task ? '' : 'task', work ? '' : 'work', check ? '' : 'check']
        .filter(Boolean)
        .join(' and ');
      throw new Error(`The exercise "${name}" has no cell with the role ${missing} in its metadata.`);
    }
    return { name, solution: solutionIn(joined(task.source), name), task, work, check };
  });
}

function solutionIn(markdown: string, name: string): string {
  const details = [...markdown.matchAll(/<details>\s*<summary>([^<]*)<\/summary>([\s\S]*?)<\/details>/gi)];
  const part = details.find(([, title]) => /solution/i.test(title!))?.[2];
  const code = part && /```(?:typescript|ts)\n([\s\S]*?)\n```/.exec(part)?.[1];
  if (!code) {
    throw new Error(
      `The task of the exercise "${name}" has no solution: <details><summary>Solution</summary> with a \`\`\`typescript block.`,
    );
  }
  return code;
}

/** The notebook with every solution and its check behind the last cell: they find what the lab has made, and change nothing of it. */
export function withSolutions(notebook: Notebook): Notebook {
  const code = (source: string): Cell => ({
    cell_type: 'code',
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
    ...(notebook.nbformat_minor >= 5 ? { id: Math.random().toString(36).slice(2, 10) } : {}),
  });
  const extra = exercisesOf(notebook).flatMap((one) => [code(one.solution), code(joined(one.check.source))]);
  return { ...notebook, cells: [...notebook.cells, ...extra] };
}

/** The lab with the solutions in their places: the edition for teachers. */
export function solutionEdition(notebook: Notebook): Notebook {
  const edition = structuredClone(notebook);
  for (const { work, solution } of exercisesOf(edition)) work.source = solution;
  return edition;
}

/** The lab with neither solutions nor outputs: the edition to hand out in class. Hints stay. */
export function studentEdition(notebook: Notebook): Notebook {
  const edition = structuredClone(notebook);
  exercisesOf(edition);
  for (const cell of edition.cells) {
    if (cell.cell_type === 'code') {
      cell.outputs = [];
      cell.execution_count = null;
    } else if (typeof convbookMetadata(cell.metadata)['exercise'] === 'string') {
      cell.source = joined(cell.source)
        .replace(/<details>\s*<summary>[^<]*solution[^<]*<\/summary>[\s\S]*?<\/details>\s*/gi, '')
        .trimEnd();
    }
  }
  return edition;
}
