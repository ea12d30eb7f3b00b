import { nbgraderOf } from '../grading/assignment.ts';
import { type Cell, convbookMetadata, joined, type Notebook } from '../notebook.ts';
import { type Base, baseFrom, hashOf, keyOf } from './base.ts';

/** What became of one cell, for the report. */
export interface Change {
  key: string;
  /** The cell's first line, so that people find it. */
  line: string;
  what: 'updated' | 'added' | 'removed' | 'restored' | 'kept' | 'conflict';
}

export interface Merged {
  notebook: Notebook;
  changes: Change[];
}

interface Sides {
  base: ReadonlyMap<string, string>;
  mine: ReadonlyMap<string, Cell>;
  next: ReadonlyMap<string, Cell>;
}

/**
 * A student's copy with a new release worked into it: a three-way merge by cell. What only the release changed is taken from it; what the
 * student changed or added is kept; where both changed a cell, both versions stand one after the other. A cell that the student wrote
 * in is never removed, and a checked (locked) cell is always the release's, with the student's version kept as text behind it.
 *
 * @param base what the copy was made from: `recordedBase(mine)`, or `baseFrom(old)` of the old release
 */
export function mergeUpdate(base: Base, mine: Notebook, next: Notebook): Merged {
  const sides: Sides = { base: new Map(base), mine: byKey(mine), next: byKey(next) };
  const changes: Change[] = [];
  const out: Cell[] = [];
  for (const key of order(base, mine, next)) {
    const own = typeof key === 'string' ? undefined : key;
    if (own) out.push(own);
    else {
      const cell = sides.mine.get(key as string) ?? sides.next.get(key as string);
      const line = joined(cell?.source).split('\n')[0]!.slice(0, 60);
      const say = (what: Change['what']) => changes.push({ key: key as string, line, what });
      out.push(...decide(key as string, sides, say));
    }
  }
  const notebook: Notebook = {
    ...mine,
    nbformat_minor: Math.max(mine.nbformat_minor, next.nbformat_minor),
    cells: withIds(out, Math.max(mine.nbformat_minor, next.nbformat_minor)),
    metadata: { ...mine.metadata, convbook: mergedMetadata(mine, next) },
  };
  return { notebook, changes };
}

/** The release's own metadata is the base of the next update. */
function mergedMetadata(mine: Notebook, next: Notebook): Record<string, unknown> {
  const theirs = convbookMetadata(next.metadata);
  return {
    ...convbookMetadata(mine.metadata),
    ...theirs,
    release: theirs['release'] ?? { version: 'unknown', cells: baseFrom(next) },
  };
}

/** The cells of one key that the merged notebook gets. */
function decide(key: string, { base, mine, next }: Sides, say: (what: Change['what']) => void): Cell[] {
  const [was, own, theirs] = [base.get(key), mine.get(key), next.get(key)];
  const changed = own !== undefined && hashOf(own) !== was;
  const released = theirs !== undefined && hashOf(theirs) !== was;
  if (!own) {
    if (!theirs) return [];
    if (was === undefined) say('added');
    // A deleted cell stays deleted, unless it is checked, or has become another one.
    else if (released || isLocked(theirs)) say('restored');
    else return [];
    return [structuredClone(theirs)];
  }
  if (!theirs) {
    if (was !== undefined && !changed) {
      say('removed');
      return [];
    }
    if (was === undefined) return [own];
    say('kept');
    return [asOwn(own)];
  }
  if (hashOf(own) === hashOf(theirs)) return [{ ...own, metadata: theirs.metadata }];
  if (!changed) {
    say('updated');
    return [structuredClone(theirs)];
  }
  if (!released) {
    // A locked cell that the student changed and the release did not: grading undoes it, so the text is kept beside it.
    if (!isLocked(theirs)) return [{ ...own, metadata: theirs.metadata }];
    say('conflict');
    return [
      structuredClone(theirs),
      note(own, 'Your version of the cell above, which has to stay as it was'),
    ];
  }
  say('conflict');
  if (isLocked(theirs))
    return [structuredClone(theirs), note(own, 'Your version of the cell above, before its update')];
  return [
    { ...own, metadata: theirs.metadata },
    note(theirs, 'The update has another version of the cell above; take over what you need'),
  ];
}

const isLocked = (cell: Cell): boolean => {
  const nbgrader = nbgraderOf(cell);
  return nbgrader !== undefined && !nbgrader.solution && (nbgrader.locked || nbgrader.grade);
};

/** A cell that the release no longer knows: nbgrader must not look for its name. */
function asOwn(cell: Cell): Cell {
  const { nbgrader: _, deletable: __, editable: ___, ...metadata } = cell.metadata;
  return { ...cell, metadata };
}

/** The other version of a cell, as text that runs nothing and is graded by nobody. */
function note(cell: Cell, title: string): Cell {
  const text = joined(cell.source);
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const language = cell.cell_type === 'code' ? 'typescript' : 'markdown';
  return {
    cell_type: 'markdown',
    metadata: { convbook: { update: 'conflict' } },
    source: `**${title}:**\n\n${fence}${language}\n${text}\n${fence}`,
  };
}

function byKey(notebook: Notebook): Map<string, Cell> {
  const found = new Map<string, Cell>();
  for (const cell of notebook.cells) {
    const key = keyOf(cell);
    // A copied cell has its original's name: the first is the one, the others are the student's own.
    if (key !== undefined && !found.has(key)) found.set(key, cell);
  }
  return found;
}

/**
 * The merged order: keys of cells that any side knows, and the student's own cells themselves. The release's order counts, unless the
 * student moved cells: then the student's does. What only one side has comes behind what it follows there.
 */
function order(base: Base, mine: Notebook, next: Notebook): (string | Cell)[] {
  const known = new Set([...base.map(([key]) => key), ...byKey(next).keys()]);
  const first = byKey(mine);
  const minesItems = mine.cells.map((cell): string | Cell => {
    const key = keyOf(cell);
    return key !== undefined && known.has(key) && first.get(key) === cell ? key : cell;
  });
  const nextKeys: (string | Cell)[] = [...byKey(next).keys()];
  const shared = (items: readonly (string | Cell)[], other: ReadonlySet<unknown>) =>
    items.filter((item) => typeof item === 'string' && other.has(item));
  const baseKeys = base.map(([key]) => key);
  const inBase = new Set<unknown>(baseKeys);
  const inMine = new Set<unknown>(minesItems);
  const moved = shared(minesItems, inBase).join('\n') !== shared(baseKeys, inMine).join('\n');
  return moved ? weave(minesItems, nextKeys) : weave(nextKeys, minesItems);
}

/** Puts what only the second list has behind the item that it follows there. */
function weave(skeleton: readonly (string | Cell)[], other: readonly (string | Cell)[]): (string | Cell)[] {
  const out = [...skeleton];
  let before = -1;
  for (const item of other) {
    const at = out.indexOf(item);
    if (at >= 0) before = at;
    else out.splice(++before, 0, item);
  }
  return out;
}

/** Every cell with an id of its own, as nbformat 4.5 wants it. */
function withIds(cells: readonly Cell[], minor: number): Cell[] {
  if (minor < 5) return cells.map(({ id: _, ...cell }) => cell);
  const seen = new Set(cells.map(({ id }) => id));
  const used = new Set<string>();
  let count = 0;
  return cells.map((cell) => {
    let id = cell.id;
    while (id === undefined || used.has(id)) {
      id = `update-${++count}`;
      if (seen.has(id)) id = undefined;
    }
    used.add(id);
    return { ...cell, id };
  });
}
