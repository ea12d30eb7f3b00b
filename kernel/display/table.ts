import { escapeHtml, shortNumber } from './rendered.ts';
import { toText } from './text.ts';

export type Row = Readonly<Record<string, unknown>>;

const MOST_ROWS = 60;
const MOST_COLUMNS = 30;

/** True for arrays that read as a table: plain objects, most with the same keys. */
export function isRecords(value: unknown): value is Row[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 1_000_000) return false;
  const looked = value.length > 50 ? [...value.slice(0, 25), ...value.slice(-25)] : value;
  if (!looked.every(isPlain)) return false;
  const first = Object.keys(looked[0] as Row);
  return first.length > 0 && looked.every((row) => first.some((key) => key in (row as Row)));
}

function isPlain(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  // A cell's objects may come from another realm, whose Object.prototype is another object.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export interface TableOptions {
  caption?: string;
  /** The columns in this order; default all keys in the order in which they come up. */
  columns?: readonly string[];
}

interface Cells {
  columns: string[];
  rows: { number: number; cells: string[]; numeric: boolean[] }[];
  left: number;
}

/** Rows as an HTML table with headers. Long tables are cut in the middle, and say so. */
export function tableHtml(rows: readonly Row[], options: TableOptions = {}): string {
  const { columns, rows: lines, left } = cellsOf(rows, options);
  // Said for every cell: JupyterLab sets all of them to the right where nothing is said.
  const align = (right: boolean | undefined) => ` style="text-align: ${right ? 'right' : 'left'}"`;
  const numeric = numericColumns(columns, lines);
  const head = columns
    .map((name, c) => `<th scope="col"${align(numeric[c])}>${escapeHtml(name)}</th>`)
    .join('');
  const body = lines.map(({ number, cells, numeric: own }, k) => {
    const gap =
      k > 0 && lines[k - 1]!.number + 1 !== number
        ? `<tr><th scope="row">…</th><td colspan="${columns.length}">${left} more rows</td></tr>`
        : '';
    const tds = cells.map((text, c) => `<td${align(own[c])}>${escapeHtml(text)}</td>`);
    return `${gap}<tr><th scope="row">${number}</th>${tds.join('')}</tr>`;
  });
  const caption = options.caption ? `<caption>${escapeHtml(options.caption)}</caption>` : '';
  return `<table>${caption}<thead><tr><th scope="col">#</th>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** The same table as text, its columns aligned. */
export function tableText(rows: readonly Row[], options: TableOptions = {}): string {
  const { columns, rows: lines, left } = cellsOf(rows, options);
  const all = [columns, ...lines.map(({ cells }) => cells)];
  const widths = columns.map((_, c) => Math.max(...all.map((cells) => cells[c]!.length)));
  const numeric = numericColumns(columns, lines);
  const print = (cells: readonly string[]) =>
    cells
      .map((text, c) => (numeric[c] ? text.padStart(widths[c]!) : text.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  const out = [print(columns), widths.map((w) => '-'.repeat(w)).join('  ')];
  lines.forEach(({ number, cells }, k) => {
    if (k > 0 && lines[k - 1]!.number + 1 !== number) out.push(`… ${left} more rows`);
    out.push(print(cells));
  });
  return options.caption ? [options.caption, ...out].join('\n') : out.join('\n');
}

function numericColumns(columns: readonly string[], lines: Cells['rows']): boolean[] {
  return columns.map(
    (_, c) => lines.length > 0 && lines.every((row) => row.numeric[c] || row.cells[c] === ''),
  );
}

function cellsOf(rows: readonly Row[], options: TableOptions): Cells {
  const keys = new Set<string>();
  for (const row of rows.slice(0, 1000)) for (const key of Object.keys(row)) keys.add(key);
  const columns = [...(options.columns ?? keys)].slice(0, MOST_COLUMNS);
  const cut = rows.length > MOST_ROWS;
  const numbers = cut
    ? [...Array(MOST_ROWS - 10).keys(), ...Array.from({ length: 10 }, (_, i) => rows.length - 10 + i)]
    : [...rows.keys()];
  return {
    columns,
    left: cut ? rows.length - MOST_ROWS : 0,
    rows: numbers.map((number) => {
      const values = columns.map((name) => rows[number]![name]);
      return {
        number,
        cells: values.map(cellText),
        numeric: values.map((value) => typeof value === 'number' || typeof value === 'bigint'),
      };
    }),
  };
}

function cellText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return shortNumber(value, 6);
  const text = typeof value === 'string' ? value : toText(value).replace(/\s+/g, ' ');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
