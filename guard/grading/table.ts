import type { Grades } from './grade.ts';

/** One line of a table of grades. */
export interface Row {
  student: string;
  total: number;
  cells: Record<string, number>;
  seconds: number;
  problem: string;
}

export function rowOf(student: string, grades: Grades): Row {
  const cells = Object.fromEntries(grades.cells.map(({ id, score }) => [id, score]));
  const total = round(Object.values(cells).reduce((sum, score) => sum + score, 0));
  return { student, total, cells, seconds: round(grades.seconds), problem: grades.problem ?? '' };
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Comma-separated values with a header; a spreadsheet must not take a name for a formula. */
export function toCsv(rows: readonly Row[], ids: readonly string[]): string {
  const header = ['student', 'total', ...ids, 'seconds', 'problem'];
  const lines = rows.map((row) => [
    row.student,
    row.total,
    ...ids.map((id) => row.cells[id] ?? 0),
    row.seconds,
    row.problem,
  ]);
  return `${[header, ...lines].map((line) => line.map(field).join(',')).join('\n')}\n`;
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads what `toCsv` wrote, so that grading goes on where it was stopped. */
export function fromCsv(text: string): Row[] {
  const [header = [], ...lines] = parse(text);
  return lines
    .filter((line) => line.length === header.length)
    .map((line) => {
      const values = Object.fromEntries(header.map((name, i) => [name, line[i]!]));
      const { student, total, seconds, problem, ...cells } = values;
      return {
        student: (student ?? '').replace(/^'(?=[=+\-@\t\r])/, ''),
        total: Number(total),
        seconds: Number(seconds),
        problem: problem ?? '',
        cells: Object.fromEntries(Object.entries(cells).map(([id, score]) => [id, Number(score)])),
      };
    });
}

function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    const value = quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"');
    if (end === '' && value === '' && rows.at(-1)!.length === 0) break;
    rows.at(-1)!.push(value);
    if (end === '\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 0);
}

/** Mean, median and a histogram of the totals as text. */
export function summary(rows: readonly Row[], points: number): string {
  if (rows.length === 0) return 'No submission was graded.';
  const totals = rows.map(({ total }) => total).sort((a, b) => a - b);
  const mean = totals.reduce((sum, total) => sum + total, 0) / totals.length;
  const middle = Math.floor(totals.length / 2);
  const median = totals.length % 2 === 1 ? totals[middle]! : (totals[middle - 1]! + totals[middle]!) / 2;
  const bins = 10;
  const counts = new Array<number>(bins).fill(0);
  for (const total of totals) counts[Math.min(bins - 1, Math.floor((total / points) * bins))]! += 1;
  const most = Math.max(...counts);
  const lines = counts.map((count, i) => {
    const range = `${((i * points) / bins).toFixed(1).padStart(5)} to ${(((i + 1) * points) / bins).toFixed(1).padStart(5)}`;
    return `${range}  ${'#'.repeat(Math.round((count / most) * 40))} ${count}`;
  });
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0) / rows.length;
  return [
    `${rows.length} submissions, mean ${mean.toFixed(2)}, median ${median.toFixed(2)} of ${points} points, ${seconds.toFixed(1)} s each`,
    ...lines,
  ].join('\n');
}

/** Gradescope's results.json of one submission. */
export function gradescope(grades: Grades): object {
  return {
    output: grades.problem ?? '',
    output_format: 'text',
    execution_time: Math.round(grades.seconds),
    tests: grades.cells.map(({ id, score, points, said }) => ({
      name: id,
      score,
      max_score: points,
      output: said,
      visibility: 'after_published',
    })),
  };
}
