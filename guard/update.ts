import { costsOf, factsOf, type NotebookReport } from './check.ts';
import { type Cell, convbookMetadata, type Notebook } from './notebook.ts';
import type { CellMeasured, Ran } from './rules.ts';
import type { Ran as Run } from './run.ts';

/** What an update took over, in words, for people to look at. */
export interface Accepted {
  cell: number;
  name: string;
  what: string;
}

/**
 * Takes a run's outputs over into the committed notebook: of the cells whose outputs differ by meaning, so that the file
 * changes no more than its content did. What each cell cost, and what the run computed with, are written down too.
 *
 * @returns the new notebook and what was accepted; the given one is left as it was
 * @throws a sentence where the run failed: half a run is never accepted
 */
export function update(
  committed: Notebook,
  run: Run,
  report: NotebookReport,
  calibration: number,
): { notebook: Notebook; accepted: Accepted[] } {
  if (run.failure)
    throw new Error(`${report.file} is not updated, because the run failed: ${run.failure.message}`);
  const notebook = structuredClone(committed);
  const accepted: Accepted[] = [];
  const costs = costsOf(run);
  const everything = report.status === 'not-comparable';
  for (const { index, name, findings, cost, solution } of report.cells) {
    if (solution) continue;
    const cell = notebook.cells[index]!;
    const outputs = findings.filter(({ where }) => !['time', 'memory', 'tensors'].includes(where));
    if (everything || outputs.length > 0) {
      cell.outputs = run.notebook.cells[index]!.outputs ?? [];
      const what = outputs.map((one) => `${one.where}: ${one.expected} -> ${one.got}`).join('\n');
      accepted.push({ cell: index, name, what: what || 'all outputs, made on another engine or other data' });
    }
    cell.execution_count = run.notebook.cells[index]!.execution_count ?? null;
    if (cost) {
      const note = remember(cell, costs[index]!);
      if (note) accepted.push({ cell: index, name, what: note });
    }
  }
  const { device } = run.facts;
  const ran: Ran = {
    ...factsOf(run),
    ...(device ? { device } : {}),
    calibration: Number(calibration.toPrecision(3)),
  };
  const old = convbookMetadata(committed.metadata)['ran'] as Ran | undefined;
  // The clock and the times belong together: both are renewed, or neither.
  const slower = report.cells.some(({ findings }) => findings.some(({ where }) => where === 'time'));
  if (!old || everything || slower) {
    notebook.metadata = { ...notebook.metadata, convbook: { ...convbookMetadata(notebook.metadata), ran } };
    for (const { index } of report.cells)
      if (costs[index]) write(notebook.cells[index]!, measuredOf(costs[index]!));
  }
  if (slower) accepted.push({ cell: 0, name: 'all cells', what: 'the times, as they were in this run' });
  return { notebook, accepted };
}

function remember(
  cell: Cell,
  cost: { seconds: number; tensors?: number; megabytes?: number },
): string | undefined {
  const old = convbookMetadata(cell.metadata)['measured'] as CellMeasured | undefined;
  const now = measuredOf(cost);
  if (!old) {
    write(cell, now);
    return undefined;
  }
  if (old.tensors === now.tensors) return undefined;
  write(cell, { ...old, tensors: now.tensors });
  return `tensors left alive: ${old.tensors} -> ${now.tensors}`;
}

const measuredOf = (cost: { seconds: number; tensors?: number; megabytes?: number }): CellMeasured => ({
  seconds: Number(cost.seconds.toPrecision(2)),
  tensors: cost.tensors ?? 0,
  megabytes: Math.round(cost.megabytes ?? 0),
});

function write(cell: Cell, measured: CellMeasured): void {
  cell.metadata = { ...cell.metadata, convbook: { ...convbookMetadata(cell.metadata), measured } };
}
