import type { Cell, Notebook } from '../../../guard/notebook.ts';

/** A notebook of cells given as `id: text`; text that begins with `# ` or is in capitals is markdown. */
export function notebookOf(cells: Record<string, string>, more: Record<string, object> = {}): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: Object.entries(cells).map(([id, source]): Cell => {
      const markdown = source.startsWith('# ');
      return {
        id,
        cell_type: markdown ? 'markdown' : 'code',
        source,
        metadata: more[id] ? { nbgrader: more[id] } : {},
        ...(markdown ? {} : { execution_count: null, outputs: [] }),
      };
    }),
  };
}
