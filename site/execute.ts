import { join } from 'node:path';
import { root } from '../cli/setup/paths.mjs';
import { convbookMetadata, joined, type Notebook } from '../guard/notebook.ts';
import { type Ran, runNotebook } from '../guard/run.ts';
import { type Cache, hashOf, hashOfFiles } from './cache.ts';
import type { Progress } from './progress.ts';
import type { Source } from './sources.ts';

/** What an execution leaves: the notebook with its outputs, and what the page says about it. */
interface Executed {
  notebook: Notebook;
}

/**
 * Gives labs the outputs of a run on this machine: a lab runs when its code, the library or the engine has changed since it ran here
 * last. Its texts may change without a run.
 *
 * @returns what kept labs from running to their end, each a sentence
 */
export async function execute(
  project: string,
  sources: readonly Source[],
  cache: Cache,
  progress: Progress,
): Promise<string[]> {
  const library = hashOfFiles(root, ['index.ts', 'lib', 'datasets', 'kernel'], /\.(ts|mjs|json)$/);
  const problems: string[] = [];
  for (const source of sources) {
    if (source.kind !== 'lab') continue;
    const key = hashOf(library, process.env['CONVBOOK_ENGINE'] ?? '', codeOf(source.notebook));
    const kept = cache.read<Executed>('executed', key);
    if (kept) {
      source.notebook = withOutputs(source.notebook, kept.notebook);
      continue;
    }
    const started = performance.now();
    let ran: Ran;
    try {
      ran = await runNotebook(join(project, source.file), {
        onCell: ({ cell, of }) => progress.now(`running ${source.file}: cell ${cell + 1} of ${of}`),
      });
    } catch (error) {
      problems.push(`${source.file} can't be run: ${(error as Error).message}`);
      break; // The client itself does not start, for no other lab either.
    }
    if (ran.failure) {
      const last = Math.max(-1, ...Object.keys(ran.cells).map(Number));
      const cell = source.notebook.cells[last];
      problems.push(
        `${source.file}, cell ${last + 1}${cell?.id ? ` (${cell.id})` : ''} failed when it was run: ${ran.failure.message}`,
      );
      continue;
    }
    for (const [index, { seconds }] of Object.entries(ran.cells)) {
      const cell = ran.notebook.cells[Number(index)]!;
      cell.metadata = {
        ...cell.metadata,
        convbook: { ...convbookMetadata(cell.metadata), measured: { seconds } },
      };
    }
    const { engine, device, data } = ran.facts;
    ran.notebook.metadata = {
      ...ran.notebook.metadata,
      convbook: {
        ...convbookMetadata(ran.notebook.metadata),
        ran: { engine, device, data, date: new Date().toISOString().slice(0, 10) },
      },
    };
    cache.write<Executed>('executed', key, { notebook: ran.notebook });
    progress.done(`ran ${source.file} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    source.notebook = withOutputs(source.notebook, ran.notebook);
  }
  return problems;
}

const codeOf = (notebook: Notebook): string[] =>
  notebook.cells.filter((cell) => cell.cell_type === 'code').map((cell) => joined(cell.source));

/** The texts of the one, the outputs and measurements of the other: a text may change without a run. */
function withOutputs(notebook: Notebook, executed: Notebook): Notebook {
  const ran = executed.cells.filter((cell) => cell.cell_type === 'code');
  let next = 0;
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== 'code') return cell;
    const { outputs, execution_count, metadata } = ran[next++]!;
    const convbook = { ...convbookMetadata(cell.metadata), measured: convbookMetadata(metadata)['measured'] };
    return { ...cell, outputs, execution_count, metadata: { ...cell.metadata, convbook } };
  });
  const convbook = {
    ...convbookMetadata(notebook.metadata),
    ran: convbookMetadata(executed.metadata)['ran'],
  };
  return { ...notebook, cells, metadata: { ...notebook.metadata, convbook } };
}
