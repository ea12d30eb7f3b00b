import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface Submission {
  student: string;
  file: string;
  /** When it was handed in, ISO 8601: what nbgrader noted beside it (timestamp.txt), else the file's own time. */
  submitted: string;
}

/** Each student's notebook: a file of their name, or the one of the assignment's name (else the only one) below a folder of it. */
export function submissionsIn(folder: string, name: string): Submission[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile() && entry.name.endsWith('.ipynb')) {
        return [submission(entry.name.slice(0, -'.ipynb'.length), path)];
      }
      if (!entry.isDirectory()) return [];
      const below = readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((one) => one.endsWith('.ipynb') && !one.includes('.ipynb_checkpoints'))
        .sort();
      const file = below.find((one) => basename(one) === name) ?? (below.length === 1 ? below[0] : undefined);
      return file === undefined ? [] : [submission(entry.name, join(path, file))];
    });
}

function submission(student: string, file: string): Submission {
  const noted = join(dirname(file), 'timestamp.txt');
  const time = existsSync(noted) ? timeIn(readFileSync(noted, 'utf8')) : undefined;
  return { student, file, submitted: (time ?? statSync(file).mtime).toISOString() };
}

/** nbgrader writes `2026-03-01 23:12:01.123456 UTC`. */
function timeIn(text: string): Date | undefined {
  const iso = text
    .trim()
    .replace(/^(\S+) (\S+) (UTC|Z)$/, '$1T$2Z')
    .replace(/(\.\d{3})\d+/, '$1');
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
