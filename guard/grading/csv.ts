/** A table as comma-separated values; a spreadsheet must not take a text for a formula. */
export function csvText(lines: readonly (readonly (string | number | undefined)[])[]): string {
  return `${lines.map((line) => line.map(field).join(',')).join('\n')}\n`;
}

function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What `csvText` puts before a text that looks like a formula is taken off again. */
export const unquoted = (value: string): string => value.replace(/^'(?=[=+\-@\t\r])/, '');

/** The rows of a CSV file, quoted fields with line breaks in them included. A byte order mark is left out. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g;
  for (const [, quoted, plain, end] of text.replace(/^\uFEFF/, '').matchAll(fields)) {
    const value = quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"');
    if (end === '' && value === '' && rows.at(-1)!.length === 0) break;
    rows.at(-1)!.push(value);
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}
