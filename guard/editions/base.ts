import { createHash } from 'node:crypto';
import { type Cell, convbookMetadata, joined, type Notebook } from '../notebook.ts';

/** What a student's copy was made from: each released cell's key, and its text as a hash, in the release's order. */
export type Base = readonly (readonly [key: string, hash: string])[];

/** What names a cell across editions. Front ends that know no ids keep nbgrader's and the course's own names. */
export function keyOf(cell: Cell): string | undefined {
  const nbgrader = cell.metadata['nbgrader'] as { grade_id?: unknown } | undefined;
  if (typeof nbgrader?.grade_id === 'string') return `nbgrader:${nbgrader.grade_id}`;
  return cell.id;
}

export const hashOf = (cell: Cell): string =>
  createHash('sha256')
    .update(`${cell.cell_type}\n${joined(cell.source).trimEnd()}`)
    .digest('base64url')
    .slice(0, 16);

export const baseFrom = (notebook: Notebook): Base =>
  notebook.cells.flatMap((cell) => {
    const key = keyOf(cell);
    return key === undefined ? [] : [[key, hashOf(cell)] as const];
  });

/** Keeps a release's base in its metadata, where Jupyter leaves it alone: a later update needs no git and no old file. */
export function recordBase(notebook: Notebook): Notebook {
  const base = baseFrom(notebook);
  const version = createHash('sha256').update(JSON.stringify(base)).digest('hex').slice(0, 12);
  const convbook = { ...convbookMetadata(notebook.metadata), release: { version, cells: base } };
  notebook.metadata = { ...notebook.metadata, convbook };
  return notebook;
}

/** @returns undefined where the notebook holds none, or one that nobody can read */
export function recordedBase(notebook: Notebook): Base | undefined {
  const release = convbookMetadata(notebook.metadata)['release'] as { cells?: unknown } | undefined;
  if (!Array.isArray(release?.cells)) return undefined;
  const whole = release.cells.every(
    (one) => Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string',
  );
  return whole ? (release.cells as unknown as Base) : undefined;
}
