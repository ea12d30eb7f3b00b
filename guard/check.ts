import { type Clock, type Cost, compareCost } from './budgets.ts';
import { compareCell } from './compare/cell.ts';
import { exercisesOf } from './exercises.ts';
import { type Finding, finder } from './finding.ts';
import { type Cell, cellName, convbookMetadata, joined, type Notebook, type Output } from './notebook.ts';
import type { CellMeasured, Facts, Ran } from './rules.ts';
import type { Ran as Run } from './run.ts';
import { validGuard } from './validate.ts';

export type Status = 'passed' | 'failed' | 'not-run' | 'not-comparable';

export interface CellReport {
  index: number;
  /** Its name in the metadata, else its first line. */
  name: string;
  /** An exercise's solution, which the notebook shows folded, run against its check. */
  solution?: true;
  status: Status;
  findings: Finding[];
  cost?: Cost;
  expected: Output[];
  got: Output[];
}

export interface NotebookReport {
  file: string;
  status: Status;
  /** Why, in a sentence, where it is not about single cells. */
  reason?: string;
  seconds: number;
  facts: Facts;
  /** Code cells alone. */
  cells: CellReport[];
}

/**
 * Compares a run with the committed notebook, cell by cell. A run on another engine or on other data is no failure and never
 * a pass: it is not comparable.
 */
export function compareNotebook(
  file: string,
  committed: Notebook,
  run: Run,
  calibration?: number,
): NotebookReport {
  const facts = factsOf(run);
  const ran = convbookMetadata(committed.metadata)['ran'] as Ran | undefined;
  const clock: Clock | undefined =
    calibration === undefined
      ? undefined
      : { now: calibration, ...(ran ? { committed: ran.calibration } : {}) };
  const other = ran && !run.failure ? differentFacts(ran, facts) : undefined;
  const costs = costsOf(run);
  const cells = committed.cells.flatMap((cell, index) =>
    cell.cell_type === 'code' ? [compareOne(cell, index, run, facts, costs[index], clock)] : [],
  );
  if (!run.failure) cells.push(...solutionReports(committed, run));
  if (other) for (const cell of cells) cell.status = 'not-comparable';
  const seconds = Object.values(run.cells).reduce((sum, { seconds }) => sum + seconds, 0);
  const failed = run.failure !== null || cells.some(({ status }) => status === 'failed');
  const reason = other ?? (run.failure && run.failure.kind !== 'cell' ? run.failure.message : undefined);
  return {
    file,
    status: other ? 'not-comparable' : failed ? 'failed' : 'passed',
    ...(reason ? { reason } : {}),
    seconds,
    facts,
    cells,
  };
}

/** The solution of each exercise must pass its own check; a student is told so by "All done", or by the full points. */
function solutionReports(committed: Notebook, run: Run): CellReport[] {
  return exercisesOf(committed).map(({ name, check }, i) => {
    const { outputs = [], ran = false } = run.solutions[i] ?? {};
    const text = outputs
      .map((output) => joined(output.data?.['text/plain'] ?? output.text ?? output.evalue))
      .join('\n');
    const passed = ran && /^All done\b/m.test(text);
    const find = finder('the solution');
    const findings = passed
      ? []
      : [find('All done: every expectation is met.', text || 'it failed', 'the solution passes the check')];
    const index = committed.cells.indexOf(check);
    return {
      index,
      name: `solution of ${name}`,
      solution: true,
      status: passed ? 'passed' : 'failed',
      findings,
      expected: [],
      got: outputs,
    };
  });
}

function compareOne(
  cell: Cell,
  index: number,
  run: Run,
  facts: Facts,
  cost: Cost | undefined,
  clock: Clock | undefined,
): CellReport {
  const expected = cell.outputs ?? [];
  const got = run.notebook.cells[index]?.outputs ?? [];
  const name = cellName(cell) ?? firstLine(cell);
  const base = { index, name, expected, got, ...(cost ? { cost } : {}) };
  const empty = String(cell.source).trim() === '';
  if (!cost && !empty && run.failure) {
    return { ...base, status: 'not-run', findings: [] };
  }
  const metadata = convbookMetadata(cell.metadata);
  const findings: Finding[] = [];
  try {
    const guard = validGuard(metadata['guard'] ?? {});
    findings.push(...compareCell(expected, got, guard, facts));
    if (cost) {
      const measured = metadata['measured'] as CellMeasured | undefined;
      findings.push(...compareCost(cost, measured, guard.budget ?? {}, clock));
    }
  } catch (error) {
    findings.push(finder('metadata.convbook.guard')('a valid guard', (error as Error).message, 'the schema'));
  }
  if (run.cells[index]?.status === 'failed' && findings.length === 0)
    findings.push(finder('cell')('a cell that runs', run.failure?.message ?? 'a failure', 'every cell runs'));
  return { ...base, status: findings.length === 0 ? 'passed' : 'failed', findings };
}

/** What the run computed with. */
export const factsOf = (run: Run): Facts => ({
  engine: run.facts.engine ?? null,
  data: run.facts.data ?? [],
});

/** What each cell cost, by its number: tensors are those that it added. */
export function costsOf(run: Run): Record<number, Cost> {
  const costs: Record<number, Cost> = {};
  let alive = 0;
  for (const index of Object.keys(run.cells)
    .map(Number)
    .sort((a, b) => a - b)) {
    const { seconds, tensors, bytes } = run.cells[index]!;
    const known = tensors === undefined ? {} : { tensors: tensors - alive };
    alive = tensors ?? alive;
    costs[index] = { seconds, ...known, ...(bytes === undefined ? {} : { megabytes: bytes / 1e6 }) };
  }
  return costs;
}

function differentFacts(committed: Facts, now: Facts): string | undefined {
  const parts: string[] = [];
  if (committed.engine !== now.engine) parts.push(`the engine is ${now.engine}, and was ${committed.engine}`);
  const [was, is] = [committed.data.join(', ') || 'none', now.data.join(', ') || 'none'];
  if (was !== is) parts.push(`the data is ${is}, and was ${was}`);
  return parts.length === 0 ? undefined : `Not comparable with the committed outputs: ${parts.join('; ')}.`;
}

function firstLine(cell: Cell): string {
  const lines = (Array.isArray(cell.source) ? cell.source.join('') : cell.source).split('\n');
  const line = lines.find((one) => one.trim() !== '' && !/^\s*(import\b|\/\/)/.test(one)) ?? lines[0] ?? '';
  return line.trim().slice(0, 60);
}
