// Runs a notebook as the guard does, through the real kernel with Jupyter's own client, for tests that ask what it gave.
import { type Cell, cellName, type Notebook, type Output } from '../../guard/notebook.ts';
import { type RunOptions, runNotebook as run } from '../../guard/run.ts';

export { fromRoot } from '../../cli/setup/paths.mjs';
export { joined, type Notebook } from '../../guard/notebook.ts';
export { python } from '../../guard/run.ts';

/**
 * Runs a notebook in its own folder, so that its relative imports work, and leaves the file as it was.
 *
 * @throws where a cell fails, the time is over or the kernel dies
 */
export async function runNotebook(file: string, options: RunOptions = {}): Promise<Notebook> {
  const { notebook, failure } = await run(file, options);
  if (failure) throw new Error(`${file}: ${failure.message}`);
  return notebook;
}

/** The text of a notebook of code cells, not run yet. */
export function notebookText(sources: readonly string[]): string {
  const cells = sources.map((source, i) => ({
    cell_type: 'code',
    id: `cell-${i}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const kernelspec = { name: 'convbook', display_name: 'TypeScript (convbook)', language: 'typescript' };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

export const codeCells = (notebook: Notebook): Cell[] =>
  notebook.cells.filter((cell) => cell.cell_type === 'code');
export const outputsOf = (notebook: Notebook): Output[] =>
  codeCells(notebook).flatMap((cell) => cell.outputs ?? []);

/** The outputs of the code cell whose metadata carries this name: `{"convbook": {"name": "test-accuracy"}}`. */
export function outputsNamed(notebook: Notebook, name: string): Output[] {
  const cell = codeCells(notebook).find((each) => cellName(each) === name);
  if (!cell) throw new Error(`No code cell is named "${name}" in its metadata.`);
  return cell.outputs ?? [];
}
