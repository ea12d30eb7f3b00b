import { escapeXml as xml } from '../../lib/figures/text.ts';
import type { NotebookReport } from '../check.ts';

/** JUnit's XML, one suite a notebook and one case a cell. What is not comparable is an error: it must not look like a pass. */
export function junitReport(reports: readonly NotebookReport[]): string {
  const suites = reports.map(({ file, cells, seconds, reason, status }) => {
    const cases = cells.map((cell) => {
      const open = `<testcase classname="${xml(file)}" name="cell ${cell.index}: ${xml(cell.name)}" time="${(cell.cost?.seconds ?? 0).toFixed(3)}">`;
      return `    ${open}${verdict(cell.status, cell.findings, reason)}</testcase>`;
    });
    // A notebook that failed as a whole (time limit, dead kernel) has a case of its own.
    const whole = status === 'failed' && reason !== undefined;
    if (whole)
      cases.push(
        `    <testcase classname="${xml(file)}" name="run"><failure message="${xml(reason)}"/></testcase>`,
      );
    const count = (wanted: string) => cells.filter((cell) => cell.status === wanted).length;
    const numbers = `tests="${cases.length}" failures="${count('failed') + (whole ? 1 : 0)}" errors="${count('not-comparable')}" skipped="${count('not-run')}"`;
    return `  <testsuite name="${xml(file)}" ${numbers} time="${seconds.toFixed(3)}">\n${cases.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="notebooks">\n${suites.join('\n')}\n</testsuites>\n`;
}

function verdict(status: string, findings: NotebookReport['cells'][number]['findings'], reason = ''): string {
  if (status === 'passed') return '';
  if (status === 'not-run') return '<skipped/>';
  if (status === 'not-comparable') return `<error message="${xml(reason)}"/>`;
  const body = findings
    .map((f) => `${f.where}\n  expected: ${f.expected}\n  got: ${f.got}\n  rule: ${f.rule}`)
    .join('\n');
  return `<failure message="${xml(findings[0]?.rule ?? '')}">${xml(body)}</failure>`;
}
