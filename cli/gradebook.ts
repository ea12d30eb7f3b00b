import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readKey, studentOf } from '../guard/grading/anonymous.ts';
import { parseCsv } from '../guard/grading/csv.ts';
import { save } from '../guard/grading/folder.ts';
import { type Filled, type Final, forCanvas, forMoodle, plain } from '../guard/grading/gradebooks.ts';
import { afterPolicy, type LatePolicy, readPolicy } from '../guard/grading/late.ts';
import {
  type LateDays,
  lateDaysText,
  readLateDays,
  spend,
  spentElsewhere,
} from '../guard/grading/late-days.ts';
import { fromNbgraderExport, isNbgraderExport } from '../guard/grading/nbgrader-export.ts';
import { fromCsv, type Row, withoutPoints } from '../guard/grading/table.ts';
import { asProblem, parseArguments } from './arguments.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook gradebook GRADES.csv --out FILE.csv [OPTIONS]

Turns a table of grades, or what nbgrader export wrote, into what a learning platform imports.
  --format canvas|moodle   with --roster, the platform's own export: Canvas' gradebook, Moodle's grading worksheet
  --column NAME            the roster's column for the scores (Canvas: the assignment; Moodle: Grade)
  --match NAME             the roster's column with the submissions' names (default: the one that fits most)
  --late POLICY.json       {"due": "2026-03-01T23:59:00+01:00", "graceMinutes": 10, "freeDays": 2, "percentPerDay": 10,
                           "courseDays": 5, "mostPercent": 50, "lastDay": 7, "extensions": {"ada": 3}}; all but "due" may be left out
  --late-days DAYS.csv     with "courseDays", the free late days of the whole course: what each student has spent, by
                           assignment. It is made where there is none, and written again
  --assignment NAME        the assignment in nbgrader's export, and in DAYS.csv (default: the name of GRADES.csv, A1 of grades/A1.csv)
  --key KEY.csv            who is who, where pseudonyms were graded (npx convbook anonymise)`;

const OPTIONS = {
  out: 'text',
  format: 'text',
  roster: 'text',
  column: 'text',
  match: 'text',
  late: 'text',
  'late-days': 'text',
  assignment: 'text',
  key: 'text',
} as const;

export async function main(args: string[]): Promise<number> {
  const options = parseArguments(args, OPTIONS, USAGE);
  const [grades] = options.rest;
  if (!grades || !options.out) throw new Problem(USAGE, 2);
  const { format = 'plain' } = options;
  if (!['canvas', 'moodle', 'plain'].includes(format))
    throw new Problem(`There is no format "${format}".\n\n${USAGE}`, 2);
  if (format !== 'plain' && !options.roster)
    throw new Problem(`--format ${format} needs the platform's export: --roster FILE.csv\n\n${USAGE}`, 2);
  const show = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const policy = options.late === undefined ? undefined : readPolicy(text(options.late));
    const key = options.key === undefined ? undefined : readKey(text(options.key));
    const days = courseDays(policy, options['late-days']);
    const assignment = options.assignment ?? basename(grades).replace(/\.csv$/i, '');
    const table = text(grades);
    const exported = isNbgraderExport(table);
    for (const { id, students } of exported ? [] : withoutPoints(table))
      show(`${id}: no points yet for ${named(students)}; they count as 0.`);
    const rows = exported ? fromNbgraderExport(table, assignment, policy === undefined) : fromCsv(table);
    const finals = rows.map((row): Final => {
      const student = key ? studentOf(key, row.student) : row.student;
      if (!policy) return { student, score: row.total };
      const final = latePart(policy, { ...row, student }, days, assignment);
      if (final.note) show(`${student}: ${final.note}`);
      return final;
    });
    const given = {
      ...(options.match === undefined ? {} : { match: options.match }),
      ...(options.column === undefined ? {} : { column: options.column }),
    };
    const filled: Filled =
      format === 'plain'
        ? { csv: plain(finals), unknown: [], missing: [] }
        : (format === 'canvas' ? forCanvas : forMoodle)(parseCsv(text(options.roster!)), finals, given);
    await save(options.out, filled.csv);
    if (days) await save(options['late-days']!, lateDaysText(days));
    if (filled.unknown.length > 0) show(`Not in the roster: ${filled.unknown.join(', ')}.`);
    if (filled.missing.length > 0)
      show(`Without a grade, and left as they were: ${filled.missing.join(', ')}.`);
    const written = finals.length - filled.unknown.length;
    show(`${written} score${written === 1 ? '' : 's'} written to ${options.out}.`);
    return filled.unknown.length === 0 ? 0 : 1;
  } catch (error) {
    return asProblem(error);
  }
}

/** What was spent of the course's free days until now. */
function courseDays(policy: LatePolicy | undefined, file: string | undefined): LateDays | undefined {
  if (policy?.courseDays === undefined) {
    if (file === undefined) return undefined;
    throw new Error(
      '--late-days keeps the days that a late policy gives for the whole course, and there is no "courseDays" in it.',
    );
  }
  if (file === undefined)
    throw new Error(
      `The late policy gives ${policy.courseDays} free days for the whole course: --late-days FILE.csv keeps what students have spent of them.`,
    );
  return existsSync(file) ? readLateDays(text(file)) : new Map();
}

/** The score after the policy, with a note for the student, and the free days noted as spent. */
function latePart(policy: LatePolicy, row: Row, spent: LateDays | undefined, assignment: string): Final {
  const { student, total } = row;
  const elsewhere = spent ? spentElsewhere(spent, student, assignment) : 0;
  const { days, free, percentOff, score } = afterPolicy(policy, student, row.submitted, total, elsewhere);
  if (spent) spend(spent, student, assignment, free);
  if (days === 0) return { student, score };
  const left = spent
    ? `, ${plural(Math.max(0, policy.courseDays! - elsewhere - free))} left for the course`
    : '';
  const freely = free > 0 || spent ? ` (${free} free${left})` : '';
  return {
    student,
    score,
    note: `${plural(days)} late${freely}, ${percentOff} % off: ${total} became ${score}.`,
  };
}

const named = (students: readonly string[]) =>
  students.length > 5
    ? `${students.slice(0, 3).join(', ')} and ${students.length - 3} more`
    : students.join(', ');

const plural = (days: number) => `${days} day${days === 1 ? '' : 's'}`;

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} can't be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
