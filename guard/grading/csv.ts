type Lines = readonly (readonly (string | number | undefined)[])[];

/** A table as comma-separated values; a spreadsheet must not take a text for a formula. */
export const csvText = (lines: Lines): string =>
  written(lines, (value) => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value));

/** The same for a program that must find its own texts again, letter for letter: a learning platform's export, filled in. */
export const csvAsGiven = (lines: Lines): string => written(lines, (value) => value);

function written(lines: Lines, safe: (value: string) => string): string {
  const field = (value: string | number | undefined) =>
    typeof value === 'string' ? quoted(safe(value)) : String(value ?? '');
  return `${lines.map((line) => line.map(field).join(',')).join('\n')}\n`;
}

const quoted = (value: string) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** What `csvText` puts before a text that looks like a formula is taken off again. */
export const unquoted = (value: string): string => value.replace(/^'(?=[=+\-@\t\r])/, '');

/** A number as people and spreadsheets write it, `1.5` or `1,5`; undefined where it is none. */
export function numberIn(value: string): number | undefined {
  const text = value.trim().replace(/^([-+]?\d*),(\d+)$/, '$1.$2');
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/**
 * The rows of a CSV file, quoted fields with line breaks in them included. A byte order mark is left out. Spreadsheets of half the
 * world separate with semicolons, because their decimals have commas: what the first line has more of separates.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const whole = text.replace(/^\uFEFF/, '');
  const first = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(whole)![0].replace(/"(?:[^"]|"")*"/g, '');
  const by = first.split(';').length > first.split(',').length ? ';' : ',';
  const fields = new RegExp(
    `(?:"((?:[^"]|"")*)"|((?:[^"${by}\\r\\n][^${by}\\r\\n]*)?))(${by}|\\r?\\n|$)`,
    'g',
  );
  for (const [, inQuotes, plain, end] of whole.matchAll(fields)) {
    const value = inQuotes === undefined ? (plain ?? '') : inQuotes.replaceAll('""', '"');
    if (end === '' && value === '' && rows.at(-1)!.length === 0) break;
    rows.at(-1)!.push(value);
    if (end === '') break;
    if (end !== by) rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}
