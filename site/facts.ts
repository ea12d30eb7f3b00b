import { execFileSync } from 'node:child_process';
import { convbookMetadata, joined, type Notebook } from '../guard/notebook.ts';
import type { Source } from './sources.ts';

/** How a page's numbers came to be: what its badge says. */
export interface Facts {
  /** ISO date of the run, or of the commit that holds its outputs. */
  date?: string;
  engine?: string;
  device?: string;
  data: string[];
  commit?: string;
  /** The file differs from the commit. */
  isChanged: boolean;
  seconds?: number;
  /** Code cells whose outputs a test compares, and all that have outputs. */
  guarded: number;
  withOutputs: number;
}

export function factsOf(project: string, source: Source): Facts {
  const { notebook } = source;
  const ran = (convbookMetadata(notebook.metadata)['ran'] ?? {}) as Record<string, unknown>;
  const { commit, date, isChanged } = commitOf(project, source.file);
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const facts: Facts = {
    data: Array.isArray(ran['data']) ? ran['data'].map(String) : [],
    isChanged,
    ...guardOf(notebook),
  };
  const all = {
    date: text(ran['date']) ?? date,
    engine: text(ran['engine']),
    device: text(ran['device']),
    commit,
    seconds: secondsOf(notebook),
  };
  return { ...facts, ...Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) };
}

function secondsOf(notebook: Notebook): number | undefined {
  const times = notebook.cells.flatMap((cell) => {
    const measured = convbookMetadata(cell.metadata)['measured'] as { seconds?: number } | undefined;
    return typeof measured?.seconds === 'number' ? [measured.seconds] : [];
  });
  return times.length === 0 ? undefined : times.reduce((sum, one) => sum + one, 0);
}

/** A cell is guarded unless a rule says that everything in it varies from run to run. */
function guardOf(notebook: Notebook): { guarded: number; withOutputs: number } {
  const cells = notebook.cells.filter((cell) => cell.cell_type === 'code' && (cell.outputs ?? []).length > 0);
  const free = cells.filter((cell) => {
    const guard = convbookMetadata(cell.metadata)['guard'] as
      | { rules?: { kind: string; outputs?: number[] }[] }
      | undefined;
    const varies = (guard?.rules ?? []).filter(({ kind }) => kind === 'varies');
    if (varies.some(({ outputs }) => outputs === undefined)) return true;
    const covered = new Set(varies.flatMap(({ outputs }) => outputs ?? []));
    return cell.outputs!.every((_, i) => covered.has(i));
  });
  return { guarded: cells.length - free.length, withOutputs: cells.length };
}

function commitOf(project: string, file: string): { commit?: string; date?: string; isChanged: boolean } {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const [commit, date] = git('log', '-1', '--format=%h %cs', '--', file).split(' ');
    if (!commit || !date) return { isChanged: true };
    return { commit, date, isChanged: git('status', '--porcelain', '--', file) !== '' };
  } catch {
    return { isChanged: false }; // a copy without its history
  }
}

/** The labs that a lab builds on, as its "You need" says. */
export function needsOf(notebook: Notebook): string[] {
  const first = notebook.cells.find((cell) => cell.cell_type === 'markdown');
  const paragraph = joined(first?.source)
    .split(/\n\s*\n/)
    .find((one) => one.startsWith('**You need**'));
  const sentence = paragraph?.replace(/\.\s[\s\S]*$/, '.') ?? '';
  return [...new Set([...sentence.matchAll(/\b\d\d\b/g)].map(([number]) => number))];
}
