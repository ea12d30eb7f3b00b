import type { Find, Finding } from '../finding.ts';
import type { TableRule } from '../rules.ts';
import { compareText } from './numbers.ts';

interface Table {
  columns: string[];
  rows: string[][];
}

/** Compares the tables in two pieces of HTML, column by column. */
export function compareTables(expected: string, got: string, rule: TableRule, find: Find): Finding[] {
  const [a, b] = [readTables(expected), readTables(got)];
  if (a.length !== b.length) return [find(`${a.length} tables`, `${b.length} tables`, 'as many tables')];
  const findings: Finding[] = [];
  const unknown = Object.keys(rule.columns).filter(
    (name) => !a.some((table) => table.columns.includes(name)),
  );
  for (const name of unknown) {
    const there = a.flatMap((table) => table.columns).join(', ');
    findings.push(
      find(`a column "${name}"`, `the columns ${there}`, 'a rule for a column that is not there'),
    );
  }
  a.forEach((table, i) => {
    findings.push(...compareOne(table, b[i]!, rule, find));
  });
  return findings;
}

function compareOne(a: Table, b: Table, rule: TableRule, find: Find): Finding[] {
  if (a.columns.join('|') !== b.columns.join('|'))
    return [find(`columns ${a.columns.join(', ')}`, `columns ${b.columns.join(', ')}`, 'the same columns')];
  if (a.rows.length !== b.rows.length)
    return [find(`${a.rows.length} rows`, `${b.rows.length} rows`, 'as many rows')];
  const findings: Finding[] = [];
  a.rows.forEach((row, i) => {
    const other = b.rows[i]!;
    if (row.length !== other.length) {
      findings.push(find(`row ${i + 1}: ${row.length} cells`, `${other.length} cells`, 'as many cells'));
      return;
    }
    row.forEach((cell, j) => {
      const name = a.columns[j] ?? '';
      const allowance = Object.hasOwn(rule.columns, name) ? rule.columns[name]! : {};
      if (allowance.varies !== undefined) return;
      const place = (text: string) => `${name}, row ${i + 1}: ${text}`;
      findings.push(
        ...compareText(cell, other[j]!, allowance, (x, y, broken) => find(place(x), place(y), broken)),
      );
    });
  });
  return findings;
}

/** The tables of a piece of HTML, as text. The first row with `<th>` cells alone gives the columns' names. */
export function readTables(html: string): Table[] {
  return [...html.matchAll(/<table\b[\s\S]*?<\/table\s*>/gi)].map(([table]) => {
    const rows = [...table.matchAll(/<tr\b[^>]*>([\s\S]*?)(?=<tr\b|<\/tr\s*>|<\/table)/gi)].map(
      ([, row]) => ({
        header: !/<td\b/i.test(row!),
        cells: [...row!.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)(?=<t[hd]\b|<\/t[hd]\s*>|$)/gi)].map(([, cell]) =>
          text(cell!),
        ),
      }),
    );
    const head = rows[0]?.header ? rows.shift()!.cells : [];
    return { columns: head, rows: rows.map((row) => row.cells) };
  });
}

function text(html: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", nbsp: ' ' };
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (_, name: string) => named[name]!)
    .replace(/\s+/g, ' ')
    .trim();
}
