import { csvText, numberIn, parseCsv, unquoted } from './csv.ts';
import type { Grades } from './grade.ts';

/** One line of a table of grades. */
export interface Row {
  student: string;
  /** Of all cells, and what a person adds. */
  total: number;
  /** Points of each graded cell; those that a person reads have none until somebody enters them in the table. */
  cells: Record<string, number>;
  /** What a person adds or takes off, entered in the table. */
  adjust: number;
  /** When it was handed in, ISO 8601; empty where nobody knows. */
  submitted: string;
  seconds: number;
  problem: string;
}

export function rowOf(student: string, grades: Grades, submitted = ''): Row {
  const cells = Object.fromEntries(grades.cells.map(({ id, score }) => [id, score]));
  return withTotal({
    student,
    total: 0,
    cells,
    adjust: 0,
    submitted,
    seconds: round(grades.seconds),
    problem: grades.problem ?? '',
  });
}

/** The row with the total of what is in it; never below 0. */
export const withTotal = (row: Row): Row => ({
  ...row,
  total: round(
    Math.max(
      0,
      Object.values(row.cells).reduce((sum, score) => sum + score, row.adjust),
    ),
  ),
});

export const round = (value: number) => Math.round(value * 100) / 100;

const FIXED = ['student', 'total', 'adjust', 'submitted', 'seconds', 'problem'];

/** Comma-separated values with a header. A cell without points is left empty for a person to fill in. */
export function toCsv(rows: readonly Row[], ids: readonly string[]): string {
  const header = ['student', 'total', ...ids, 'adjust', 'submitted', 'seconds', 'problem'];
  return csvText([
    header,
    ...rows.map((row) => [
      row.student,
      row.total,
      ...ids.map((id) => row.cells[id]),
      row.adjust,
      row.submitted,
      row.seconds,
      row.problem,
    ]),
  ]);
}

/**
 * Reads what `toCsv` wrote, and what a person changed in it, so that grading goes on where it was stopped. Totals are added up again.
 *
 * @throws a sentence where it is no such table, or where points are no number: nothing that was entered is left out in silence
 */
export function fromCsv(text: string): Row[] {
  const [header = [], ...lines] = parseCsv(text);
  if (header.length > 0 && !header.includes('student'))
    throw new Error(
      `This is no table of grades: it has the columns ${header.slice(0, 8).join(', ')}, and "student" is due.`,
    );
  return lines.filter((line) => line.some((value) => value.trim() !== '')).map((line) => rowIn(header, line));
}

function rowIn(header: readonly string[], line: readonly string[]): Row {
  const at = (name: string) => (line[header.indexOf(name)] ?? '').trim();
  const student = unquoted(line[header.indexOf('student')] ?? '');
  if (line.length < header.length)
    throw new Error(
      `The line of "${student}" ends after ${line.length} of ${header.length} columns: was the file cut off? Without that line, ${student} is graded anew.`,
    );
  const points = (name: string) => {
    if (at(name) === '') return undefined;
    const value = numberIn(at(name));
    if (value === undefined)
      throw new Error(`The line of ${student} has "${at(name)}" in the column "${name}"; a number is due.`);
    return value;
  };
  const cells = header.flatMap((name) => {
    const value = FIXED.includes(name) || name === '' ? undefined : points(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return withTotal({
    student,
    total: 0,
    cells: Object.fromEntries(cells),
    adjust: points('adjust') ?? 0,
    submitted: at('submitted'),
    seconds: numberIn(at('seconds')) ?? 0,
    problem: unquoted(line[header.indexOf('problem')] ?? ''),
  });
}

/**
 * `fromCsv` for the assignment with these cells.
 *
 * @throws a sentence also where the table has other columns: writing it again would lose them
 */
export function tableOf(text: string, ids: readonly string[]): Row[] {
  const other = (parseCsv(text)[0] ?? []).find((name) => name !== '' && ![...FIXED, ...ids].includes(name));
  if (other !== undefined)
    throw new Error(
      `It has a column "${other}", and the assignment has no such cell: is it the table of another assignment? (Its cells: ${ids.join(', ')}.)`,
    );
  return fromCsv(text);
}

/** Columns in which students have no points yet, such as answers that nobody has read, with those students. */
export function withoutPoints(text: string): { id: string; students: string[] }[] {
  const [header = []] = parseCsv(text);
  const rows = fromCsv(text);
  return header
    .filter((id) => id !== '' && !FIXED.includes(id))
    .map((id) => ({
      id,
      students: rows.filter(({ cells }) => !(id in cells)).map(({ student }) => student),
    }))
    .filter(({ students }) => students.length > 0);
}

/** Points that a person entered and that are more than their cell is worth, or less than none: likely a slip. */
export function oddPoints(rows: readonly Row[], points: Record<string, number>): string[] {
  return rows.flatMap(({ student, cells }) =>
    Object.entries(cells)
      .filter(([id, score]) => id in points && (score < 0 || score > points[id]!))
      .map(([id, score]) => `${student} has ${score} of ${points[id]} points for ${id}.`),
  );
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

/** The mean share of each cell's points, the hardest first: what to go over again in class. */
export function byCell(rows: readonly Row[], points: Record<string, number>): string[] {
  const shares = Object.entries(points).map(([id, most]) => {
    const scores = rows.flatMap(({ cells }) => cells[id] ?? []);
    return { id, share: scores.reduce((sum, score) => sum + score, 0) / (scores.length * most || 1) };
  });
  shares.sort((a, b) => a.share - b.share);
  return shares.map(({ id, share }) => `${(100 * share).toFixed(0).padStart(4)} %  ${id}`);
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
