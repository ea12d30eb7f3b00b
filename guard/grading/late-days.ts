import { csvText, numberIn, parseCsv, unquoted } from './csv.ts';

/** The late days that students have spent, over all assignments of a course: student -> assignment -> days. */
export type LateDays = Map<string, Map<string, number>>;

/** Days that the student has spent on every assignment but this one. */
export function spentElsewhere(days: LateDays, student: string, assignment: string): number {
  let sum = 0;
  for (const [name, count] of days.get(student) ?? []) if (name !== assignment) sum += count;
  return sum;
}

/** Notes what the student spends on this assignment, in the place of what was noted for it before: so a second run changes nothing. */
export function spend(days: LateDays, student: string, assignment: string, count: number): void {
  const own = days.get(student) ?? new Map<string, number>();
  own.set(assignment, count);
  if (count === 0) own.delete(assignment);
  if (own.size > 0) days.set(student, own);
  else days.delete(student);
}

/** A table with a column for each assignment, which a person may read and change. */
export function lateDaysText(days: LateDays): string {
  const assignments = [...new Set([...days.values()].flatMap((own) => [...own.keys()]))].sort();
  const students = [...days.keys()].sort();
  return csvText([
    ['student', ...assignments],
    ...students.map((student) => [
      student,
      ...assignments.map((name) => days.get(student)!.get(name) ?? undefined),
    ]),
  ]);
}

/** @throws a sentence where the text is no such table */
export function readLateDays(text: string): LateDays {
  const [header = [], ...rows] = parseCsv(text);
  if (header.length > 0 && header[0] !== 'student')
    throw new Error(
      `This is no table of late days: its first column is "${header[0]}", and "student" is due.`,
    );
  const days: LateDays = new Map();
  for (const [student = '', ...counts] of rows) {
    for (const [i, value] of counts.entries()) {
      if (value.trim() === '') continue;
      const assignment = unquoted(header[i + 1] ?? '');
      const count = numberIn(value);
      if (count === undefined || count < 0)
        throw new Error(
          `The table of late days has "${value}" for ${student} and ${assignment}; a number of days is due.`,
        );
      spend(days, unquoted(student), assignment, count);
    }
  }
  return days;
}
