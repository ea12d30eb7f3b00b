import { cellName, convbookMetadata, type Notebook } from './notebook.ts';
import type { CellGuard, Rule } from './rules.ts';
import { validGuard } from './validate.ts';

/**
 * Writes a rule into a cell's metadata: `setRule(notebook, 'test-accuracy', 'numbers', ['range=[0.989,1]'])`. A rule of the same
 * kind for the same outputs is replaced; the kind `budget` sets the budget, and `none` takes all rules away.
 *
 * @param cell its name in the metadata, or its number from 0
 * @param settings `name=value`, the value as JSON, or as text where it is none
 * @throws a sentence where there is no such cell, or the schema refuses the rule
 */
export function setRule(
  notebook: Notebook,
  cell: string,
  kind: string,
  settings: readonly string[],
): CellGuard {
  const found =
    notebook.cells.find((one) => one.cell_type === 'code' && cellName(one) === cell) ??
    (/^\d+$/.test(cell) ? notebook.cells[Number(cell)] : undefined);
  if (found?.cell_type !== 'code') {
    const names = notebook.cells.map(cellName).filter((name) => name !== undefined);
    throw new Error(
      `There is no code cell "${cell}". Give a cell's number from 0, or one of the names ${names.join(', ') || '(no cell has one)'}.`,
    );
  }
  const metadata = convbookMetadata(found.metadata);
  const old = (metadata['guard'] ?? {}) as CellGuard;
  const guard = kind === 'none' ? {} : validGuard(changed(old, kind, parse(settings)));
  const { guard: _, ...rest } = metadata;
  const empty = Object.keys(guard).length === 0;
  found.metadata = { ...found.metadata, convbook: empty ? rest : { ...rest, guard } };
  return guard;
}

function changed(old: CellGuard, kind: string, settings: Record<string, unknown>): unknown {
  if (kind === 'budget') return { ...old, budget: { ...old.budget, ...settings } };
  const rule = { kind, ...settings } as unknown as Rule;
  const place = (one: Rule) => JSON.stringify([one.kind, one.outputs, one.mime, one.when]);
  const others = (old.rules ?? []).filter((one) => place(one) !== place(rule));
  return { ...old, rules: [...others, rule] };
}

function parse(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, text] = /^([a-z]+)=(.*)$/su.exec(setting) ?? [];
      if (name === undefined)
        throw new Error(`"${setting}" is no setting. Settings are NAME=VALUE, such as range=[0.98,1].`);
      try {
        return [name, JSON.parse(text!)];
      } catch {
        return [name, text];
      }
    }),
  );
}
