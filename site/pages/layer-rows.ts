import type { SummaryRow } from '../../lib/analysis/summary.ts';

/** One row of an architecture's table: a layer, or a block of layers added up. */
export interface TableRow {
  path: string;
  kind: string;
  output: string;
  parameters: number;
  operations: number;
  values: number;
  field: string;
  /** How many equal blocks in a row it stands for. */
  times: number;
}

/** Above this many layers a table shows blocks. */
const MOST = 90;

const size = (shape: readonly number[]) => shape.join(' × ');
const fieldOf = ([down, across]: readonly [number, number]) =>
  down === across ? String(down) : `${down} × ${across}`;

/** A model's rows; of a deep one, its blocks, equal ones that follow each other as one. */
export function tableRows(rows: readonly SummaryRow[]): { rows: TableRow[]; grouped: boolean } {
  const plain = rows.map(
    (row): TableRow => ({
      path: row.path,
      kind: row.description || row.kind,
      output: size(row.outputShape),
      parameters: row.parameters,
      operations: row.multiplyAdds,
      values: row.activations,
      field: fieldOf(row.receptiveField),
      times: 1,
    }),
  );
  if (plain.length <= MOST) return { rows: plain, grouped: false };
  const blocks = [2, 1].map((depth) => merged(added(plain, rows, depth)));
  const fitting = blocks.find((one) => one.length <= MOST) ?? blocks.at(-1)!;
  return { rows: fitting, grouped: true };
}

function added(plain: readonly TableRow[], rows: readonly SummaryRow[], depth: number): TableRow[] {
  const groups: { key: string; rows: TableRow[]; kinds: string[] }[] = [];
  plain.forEach((row, i) => {
    const key = row.path.split('.').slice(0, depth).join('.');
    if (groups.at(-1)?.key !== key) groups.push({ key, rows: [], kinds: [] });
    groups.at(-1)!.rows.push(row);
    groups.at(-1)!.kinds.push(rows[i]!.kind);
  });
  return groups.map(({ key, rows: inside, kinds }) => {
    const sum = (pick: (row: TableRow) => number) => inside.reduce((total, row) => total + pick(row), 0);
    const last = inside.at(-1)!;
    if (inside.length === 1) return { ...last, path: key };
    const counts = new Map<string, number>();
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const kind = [...counts].map(([name, n]) => (n > 1 ? `${n} ${name}` : name)).join(', ');
    return {
      path: key,
      kind,
      output: last.output,
      parameters: sum((row) => row.parameters),
      operations: sum((row) => row.operations),
      values: sum((row) => row.values),
      field: last.field,
      times: 1,
    };
  });
}

function merged(rows: readonly TableRow[]): TableRow[] {
  const out: (TableRow & { first: string })[] = [];
  for (const row of rows) {
    const before = out.at(-1);
    const same =
      before &&
      before.kind === row.kind &&
      before.output === row.output &&
      before.parameters / before.times === row.parameters &&
      before.operations / before.times === row.operations &&
      /\d$/.test(row.path);
    if (!same) out.push({ ...row, first: row.path });
    else {
      before.times++;
      before.parameters += row.parameters;
      before.operations += row.operations;
      before.values += row.values;
      before.field = row.field;
      before.path = `${before.first} … ${row.path.split('.').at(-1)}`;
    }
  }
  return out.map(({ first: _, ...row }) => row);
}
