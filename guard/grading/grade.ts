import { determineGrade } from '../grade.ts';
import { joined, type Notebook } from '../notebook.ts';
import { runCells } from '../run.ts';
import { isTest, nbgraderOf } from './assignment.ts';

export interface CellGrade {
  id: string;
  score: number;
  points: number;
  /** What the check printed. */
  said: string;
}

export interface Grades {
  cells: CellGrade[];
  seconds: number;
  /** Why the notebook did not run to its end. */
  problem?: string;
}

export interface GradeOptions {
  /** Where the notebook's relative files are. */
  cwd: string;
  /** For a cell; default 120, as in nbgrader_config.py. */
  cellSeconds?: number;
  /** For the whole notebook; default 900. */
  notebookSeconds?: number;
  wrap?: readonly string[];
  env?: Record<string, string>;
  /** Where the client keeps its own files; default the system's temporary folder. */
  scratch?: string;
  onCell?: (progress: { cell: number; of: number; seconds: number }) => void;
}

/** Runs a notebook and gives each of its test cells what nbgrader would give. A cell that did not run gets 0. */
export async function gradeNotebook(notebook: Notebook, options: GradeOptions): Promise<Grades> {
  const { cwd, cellSeconds = 120, notebookSeconds = 900, wrap, env, scratch, onCell } = options;
  const ran = await runCells(notebook, cwd, {
    timeoutSeconds: notebookSeconds,
    cellSeconds,
    ...(wrap ? { wrap } : {}),
    ...(env ? { env } : {}),
    ...(scratch ? { scratch } : {}),
    ...(onCell ? { onCell } : {}),
  });
  const cells = ran.notebook.cells.flatMap((cell, i) => {
    if (!isTest(cell)) return [];
    const { grade_id: id, points = 0 } = nbgraderOf(cell)!;
    const outputs = cell.outputs ?? [];
    const said = outputs.map((output) => joined(output.text ?? output.evalue ?? '')).join('');
    return [{ id, points, said, score: ran.cells[i] ? scoreOf(outputs, points) : 0 }];
  });
  const seconds = Object.values(ran.cells).reduce((sum, cell) => sum + cell.seconds, 0);
  return { cells, seconds, ...(ran.failure ? { problem: ran.failure.message } : {}) };
}

/** What nbgrader fails on is no credit here. */
function scoreOf(outputs: Parameters<typeof determineGrade>[0], points: number): number {
  try {
    return determineGrade(outputs, points);
  } catch {
    return 0;
  }
}
