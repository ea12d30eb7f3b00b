import { createHash } from 'node:crypto';
import { type Cell, joined, type Notebook } from '../../guard/notebook.ts';

/** The translation of one text cell. */
export interface Section {
  cell: string;
  /** Of the English text that it translates; see `sourceHash`. */
  hash: string;
  text: string;
}

/** How far the translation of a cell is. */
export type State = 'done' | 'stale' | 'missing';

const MARK = /^<!-- cell (\S+) of ([0-9a-f]{8})(?: [^>]*)?-->$/;

/** Eight characters that change with a text; spaces at its ends don't count. */
export const sourceHash = (text: string): string =>
  createHash('sha256').update(text.trim()).digest('hex').slice(0, 8);

/**
 * Reads a translation: Markdown, with a line `<!-- cell ID of HASH -->` before the text of each cell.
 *
 * @throws a sentence that names the file and the line
 */
export function parseSidecar(file: string, content: string): Section[] {
  const sections: Section[] = [];
  const seen = new Set<string>();
  content.split(/\r?\n/).forEach((line, i) => {
    const mark = MARK.exec(line.trim());
    if (mark) {
      const [, cell, hash] = mark;
      if (seen.has(cell!)) throw new Error(`${file}, line ${i + 1}: the cell ${cell} is translated twice.`);
      seen.add(cell!);
      sections.push({ cell: cell!, hash: hash!, text: '' });
    } else if (/^<!--\s*cell\b/.test(line)) {
      throw new Error(
        `${file}, line ${i + 1}: "${line}" is not read. A section begins with <!-- cell ID of HASH -->.`,
      );
    } else if (sections.length > 0) sections.at(-1)!.text += `${line}\n`;
    else if (line.trim() !== '' && !line.startsWith('<!--')) {
      throw new Error(`${file}, line ${i + 1}: text before the first <!-- cell ID of HASH -->.`);
    }
  });
  for (const section of sections) section.text = section.text.trim();
  return sections;
}

export function writeSidecar(sections: readonly (Section & { state: State })[]): string {
  const note = (state: State) =>
    state === 'stale' ? ' (the English text has changed)' : state === 'missing' ? ' (to translate)' : '';
  return sections
    .map(({ cell, hash, text, state }) => `<!-- cell ${cell} of ${hash}${note(state)} -->\n${text.trim()}\n`)
    .join('\n');
}

const textCells = (notebook: Notebook): { id: string; english: string }[] =>
  notebook.cells.flatMap((cell: Cell) =>
    cell.cell_type === 'markdown' && cell.id !== undefined
      ? [{ id: cell.id, english: joined(cell.source) }]
      : [],
  );

/** Each text cell of a notebook with its state. A section whose text is the English one is not translated yet. */
export function states(notebook: Notebook, sections: readonly Section[]): Map<string, State> {
  const known = new Map(sections.map((section) => [section.cell, section]));
  return new Map(
    textCells(notebook).map(({ id, english }) => {
      const section = known.get(id);
      if (!section || section.text === '' || section.text === english.trim()) return [id, 'missing'];
      return [id, section.hash === sourceHash(english) ? 'done' : 'stale'];
    }),
  );
}

/** Sections of cells that the notebook no longer has. */
export function orphans(notebook: Notebook, sections: readonly Section[]): string[] {
  const ids = new Set(textCells(notebook).map(({ id }) => id));
  return sections.map(({ cell }) => cell).filter((cell) => !ids.has(cell));
}

/** The file for translators: what is translated stays as it is, the rest is the English text, in the notebook's order. */
export function extract(notebook: Notebook, sections: readonly Section[]): string {
  const known = new Map(sections.map((section) => [section.cell, section]));
  const state = states(notebook, sections);
  return writeSidecar(
    textCells(notebook).map(({ id, english }) => {
      const now = state.get(id)!;
      const section = known.get(id);
      return now === 'missing'
        ? { cell: id, hash: sourceHash(english), text: english, state: now }
        : { cell: id, hash: section!.hash, text: section!.text, state: now };
    }),
  );
}

/** Says of a stale translation that it was read again and fits the English text of today. */
export function accept(notebook: Notebook, sections: readonly Section[], cells: readonly string[]): string {
  const english = new Map(textCells(notebook).map(({ id, english: text }) => [id, text]));
  for (const cell of cells) {
    if (!english.has(cell))
      throw new Error(`There is no text cell "${cell}". There are: ${[...english.keys()].join(', ')}.`);
  }
  const now = sections.map((section) =>
    cells.includes(section.cell) ? { ...section, hash: sourceHash(english.get(section.cell)!) } : section,
  );
  return extract(notebook, now);
}

/** The notebook in the other language; cells without a translation keep the English text. */
export function translated(notebook: Notebook, sections: readonly Section[]): Notebook {
  const state = states(notebook, sections);
  const known = new Map(sections.map((section) => [section.cell, section]));
  const cells = notebook.cells.map((cell) =>
    cell.id !== undefined && cell.cell_type === 'markdown' && state.get(cell.id) !== 'missing'
      ? { ...cell, source: known.get(cell.id)!.text }
      : cell,
  );
  return { ...notebook, cells };
}
