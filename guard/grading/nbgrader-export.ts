import { numberIn, parseCsv, unquoted } from './csv.ts';
import { type Row, round } from './table.ts';

const COLUMNS = ['assignment', 'timestamp', 'student_id', 'raw_score', 'score'];

/** Whether a table is what `nbgrader export` writes. */
export function isNbgraderExport(text: string): boolean {
  const [header = []] = parseCsv(text);
  return COLUMNS.every((name) => header.includes(name));
}

/**
 * The rows of one assignment of nbgrader's export, with totals alone. nbgrader writes 0 for who handed in nothing, and so they have 0.
 *
 * @param penalised with nbgrader's own penalty for late days taken off; without it where another policy follows
 * @throws a sentence where the export does not have the assignment, or a line can't be read
 */
export function fromNbgraderExport(text: string, assignment: string, penalised: boolean): Row[] {
  const [header = [], ...lines] = parseCsv(text);
  const rows = lines.map((line) => {
    // nbgrader quotes nothing: a comma in a name moves everything behind it.
    if (line.length !== header.length)
      throw new Error(
        `A line of nbgrader's export has ${line.length} columns of ${header.length}: ${line.join(',')}. Is there a comma in a name?`,
      );
    return (name: string) => line[header.indexOf(name)]!.trim();
  });
  const own = rows.filter((at) => at('assignment') === assignment);
  if (own.length === 0) {
    const names = [...new Set(rows.map((at) => at('assignment')))].join(', ') || 'none';
    throw new Error(
      `nbgrader's export has no assignment "${assignment}"; it has ${names}. Name one: --assignment NAME.`,
    );
  }
  return own.map((at) => {
    const column = penalised ? 'score' : 'raw_score';
    const total = numberIn(at(column));
    if (total === undefined)
      throw new Error(`nbgrader's export has "${at(column)}" as ${column} of ${at('student_id')}.`);
    return {
      student: unquoted(at('student_id')),
      total: round(total),
      cells: {},
      adjust: 0,
      // nbgrader keeps times in UTC and does not say so.
      submitted: at('timestamp') === '' ? '' : `${at('timestamp').replace(' ', 'T').slice(0, 23)}Z`,
      seconds: 0,
      problem: '',
    };
  });
}
