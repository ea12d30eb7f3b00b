import type { NotebookReport, Status } from '../check.ts';

const WORDS: Record<Status, string> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-run': 'not run',
  'not-comparable': 'NOT COMPARABLE',
};

/** A report for a terminal: what differs, and for each notebook how long it took. */
export function textReport(reports: readonly NotebookReport[]): string {
  const lines: string[] = [];
  for (const report of reports) {
    const { file, status, seconds, cells, facts, reason } = report;
    const on = [facts.engine, ...facts.data].filter(Boolean).join(', ');
    lines.push(
      `${WORDS[status]}  ${file}  (${cells.length} cells, ${seconds.toFixed(1)} s${on ? `, on ${on}` : ''})`,
    );
    if (reason) lines.push(`  ${reason}`);
    for (const cell of cells) {
      if (cell.status !== 'failed') continue;
      const cost = cell.cost ? `, ${cell.cost.seconds.toFixed(2)} s` : '';
      lines.push(`  cell ${cell.index} (${cell.name})${cost}`);
      for (const { where, expected, got, rule } of cell.findings) {
        lines.push(
          `    ${where}`,
          ...indented('expected', expected),
          ...indented('got', got),
          `      rule      ${rule}`,
        );
      }
    }
    const skipped = cells.filter((cell) => cell.status === 'not-run').length;
    if (skipped > 0) lines.push(`  ${skipped} cells did not run.`);
  }
  return lines.join('\n');
}

function indented(title: string, text: string): string[] {
  const [first = '', ...rest] = text.split('\n');
  return [`      ${title.padEnd(9)} ${first}`, ...rest.map((line) => `                ${line}`)];
}

/** `3 passed, 1 failed, 1 not comparable` */
export function summary(reports: readonly NotebookReport[]): string {
  const count = (status: Status) => reports.filter((report) => report.status === status).length;
  const parts = [`${count('passed')} passed`, `${count('failed')} failed`];
  if (count('not-comparable') > 0) parts.push(`${count('not-comparable')} not comparable`);
  return parts.join(', ');
}
