import { csvAsGiven, csvText } from './csv.ts';
import { round } from './table.ts';

/** A student's final score, under the name that the submissions had. */
export interface Final {
  student: string;
  score: number;
  /** For the student: late days, and the like. */
  note?: string;
}

export interface Filled {
  csv: string;
  /** Of the grades, whom the roster does not have. */
  unknown: string[];
  /** Of the roster, who has no grade. */
  missing: string[];
}

export interface FillOptions {
  /** The column of the roster that holds the submissions' names; default: the one that fits most of them. */
  match?: string;
  /** The column that takes the scores; default: Moodle's `Grade`. */
  column?: string;
}

const CANVAS_IDENTITY = ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section'];

/**
 * Canvas' import: its own export with one assignment's column filled in. Canvas knows students by the identity columns, and the
 * assignment by the column's name with its number, `A1 (4711)`. The row "Points Possible" is kept.
 *
 * @throws a sentence where the roster is no Canvas export
 */
export function forCanvas(roster: string[][], finals: readonly Final[], options: FillOptions = {}): Filled {
  const [header = []] = roster;
  if (!header.includes('Student') || !header.includes('ID'))
    throw new Error(
      `The roster is no export of Canvas' gradebook: it has the columns ${shown(header)}, and Student and ID are due.`,
    );
  const column = columnNamed(header, options.column);
  const people = (row: string[]) => !/^\s*points possible/i.test(row[0] ?? '');
  const filled = fill(roster, finals, { ...options, people });
  const kept = [...CANVAS_IDENTITY.filter((name) => header.includes(name)), header[column]!];
  const rows = roster.map((row, r) =>
    kept.map((name) => {
      const at = header.indexOf(name);
      return at === column && r > 0 && people(row) ? filled.scores[r] : row[at];
    }),
  );
  return { csv: csvAsGiven(rows), unknown: filled.unknown, missing: filled.missing };
}

/**
 * Moodle's import: the grading worksheet (or any export with a column for the scores) with scores and, where the worksheet has a column for
 * it, the note as feedback. Rows without a score are left as they are.
 */
export function forMoodle(roster: string[][], finals: readonly Final[], options: FillOptions = {}): Filled {
  const [header = []] = roster;
  const column = columnNamed(header, options.column ?? 'Grade');
  const feedback = header.indexOf('Feedback comments');
  const filled = fill(roster, finals, { ...options, people: () => true });
  const notes = new Map(finals.map(({ student, note }) => [student, note]));
  const rows = roster.map((row, r) =>
    row.map((value, at) => {
      if (r === 0 || filled.scores[r] === undefined) return value;
      if (at === column) return filled.scores[r];
      return at === feedback ? (notes.get(filled.names[r]!) ?? value) : value;
    }),
  );
  return { csv: csvAsGiven(rows), unknown: filled.unknown, missing: filled.missing };
}

/** A table for everything else: name, score, note. */
export const plain = (finals: readonly Final[]): string =>
  csvText([
    ['student', 'score', 'note'],
    ...finals.map(({ student, score, note }) => [student, score, note ?? '']),
  ]);

function columnNamed(header: readonly string[], name: string | undefined): number {
  const at =
    name === undefined
      ? -1
      : header.findIndex((one) => one === name || one.replace(/ \(\d+\)$/, '') === name);
  if (at < 0)
    throw new Error(
      name === undefined
        ? `Name the column for the scores; the roster has ${shown(header)}.`
        : `The roster has no column "${name}"; it has ${shown(header)}.`,
    );
  return at;
}

interface Matched {
  /** By the roster's row. */
  scores: (number | undefined)[];
  names: (string | undefined)[];
  unknown: string[];
  missing: string[];
}

/** Finds each student in the roster; names are compared without case, and an address also by what stands before its @. */
function fill(
  roster: string[][],
  finals: readonly Final[],
  { match, people }: FillOptions & { people: (row: string[]) => boolean },
): Matched {
  const [header = [], ...rows] = roster;
  const forms = (value: string) => {
    const whole = value.trim().toLowerCase();
    return [whole, whole.replace(/@.*/, '')].filter((form) => form !== '');
  };
  const byName = new Map(finals.map((final) => [final.student.trim().toLowerCase(), final]));
  const hits = (at: number) =>
    rows.filter((row) => people(row) && forms(row[at] ?? '').some((form) => byName.has(form))).length;
  let at = match === undefined ? -1 : header.indexOf(match);
  if (match !== undefined && at < 0)
    throw new Error(`The roster has no column "${match}"; it has ${shown(header)}.`);
  if (match === undefined) {
    const counts = header.map((_, i) => hits(i));
    at = counts.indexOf(Math.max(...counts));
    if (!(Math.max(...counts) > 0))
      throw new Error(
        `None of the roster's columns (${shown(header)}) holds the names of the submissions, such as "${finals[0]?.student}".`,
      );
  }
  const found = new Set<string>();
  const matched: Matched = { scores: [undefined], names: [undefined], unknown: [], missing: [] };
  for (const row of rows) {
    const final = people(row) ? forms(row[at] ?? '').flatMap((form) => byName.get(form) ?? [])[0] : undefined;
    if (final) found.add(final.student);
    else if (people(row)) matched.missing.push(row[at] ?? '');
    matched.scores.push(final && round(final.score));
    matched.names.push(final?.student);
  }
  matched.unknown = finals.filter(({ student }) => !found.has(student)).map(({ student }) => student);
  return matched;
}

const shown = (header: readonly string[]) => header.slice(0, 12).join(', ') || 'none';
