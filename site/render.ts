import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../cli/setup/paths.mjs';
import { Problem } from '../cli/setup/problem.mjs';
import { joined, type Notebook } from '../guard/notebook.ts';
import { pool } from '../guard/pool.ts';
import { python } from '../guard/run.ts';
import { type Cache, hashOf, hashOfFiles } from './cache.ts';
import type { Language } from './i18n/index.ts';
import { LineProcess } from './lines.ts';
import type { Progress } from './progress.ts';
import type { Source } from './sources.ts';
import type { NotebookTypes } from './types/types.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A notebook in one language, as nbconvert renders it. */
export interface Rendered {
  source: Source;
  language: Language;
  /** In the page's language. */
  notebook: Notebook;
  /** The HTML of each cell. */
  cells: string[];
  types: NotebookTypes;
}

/** Renders notebooks: cells by one nbconvert process, types by one process with TypeScript, beside each other. */
export async function render(
  project: string,
  wanted: readonly { source: Source; language: Language; notebook: Notebook }[],
  cache: Cache,
  progress: Progress,
): Promise<Rendered[]> {
  const nbconvert = new LineProcess('nbconvert', [environment(), here('exporter.py')]);
  const register = here('../kernel/loader/register.mjs');
  const typescript = new LineProcess("TypeScript's language service", [
    process.execPath,
    '--import',
    register,
    here('types/process.ts'),
  ]);
  const templates = hashOfFiles(root, ['site/exporter.py', 'site/template'], /\.(py|j2|json)$/);
  const library = hashOfFiles(root, ['index.ts', 'lib', 'datasets', 'kernel/display', 'site/types'], /\.ts$/);
  let done = 0;
  const step = () => progress.now(`rendering: ${++done} of ${2 * wanted.length}`);

  const cellsOf = async (notebook: Notebook, file: string) =>
    cache.get('cells', hashOf(templates, notebook.cells, notebook.metadata), async () => {
      try {
        const { cells } = (await nbconvert.ask({ notebook })) as { cells: string[] };
        if (cells.length === notebook.cells.length) return cells;
        throw new Error(`it gave ${cells.length} cells for ${notebook.cells.length}`);
      } catch (error) {
        throw new Problem(`${file} can't be rendered by nbconvert: ${(error as Error).message}`);
      }
    });
  const typesOf = async ({ notebook, file }: Source) => {
    const cells = notebook.cells.map((cell) => (cell.cell_type === 'code' ? joined(cell.source) : ''));
    return cache.get('types', hashOf(library, cells), async () => {
      const answer = await typescript.ask({ folder: dirname(join(project, file)), cells });
      return answer['types'] as NotebookTypes;
    });
  };
  try {
    const types = new Map<Source, Promise<NotebookTypes>>();
    for (const { source } of wanted) if (!types.has(source)) types.set(source, typesOf(source));
    for (const one of types.values()) one.catch(() => {}); // reported where they are awaited
    return await pool(wanted, Math.max(2, availableParallelism()), async ({ source, language, notebook }) => {
      const cells = await cellsOf(notebook, source.file);
      step();
      const known = await types.get(source)!;
      step();
      return { source, language, notebook, cells, types: known };
    });
  } finally {
    nbconvert.end();
    typescript.end();
  }
}

function environment(): string {
  try {
    return python();
  } catch (error) {
    throw new Problem((error as Error).message);
  }
}
