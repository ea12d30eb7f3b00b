import { describe, expect, it } from 'vitest';
import { compareNotebook, type NotebookReport } from '../../guard/check.ts';
import { htmlReport } from '../../guard/report/html.ts';
import { junitReport } from '../../guard/report/junit.ts';
import { summary, textReport } from '../../guard/report/text.ts';
import { madeNotebook, madeRun, outputsOf, png } from './made-notebook.ts';

function reports(): NotebookReport[] {
  const committed = madeNotebook();
  const run = madeRun(committed);
  outputsOf(run.notebook, 'accuracy')[0]!.text = 'Right: 12.00 % of 10000 test images. Loss 0.0257.\n';
  outputsOf(run.notebook, 'picture')[0]!.data!['image/png'] = png(16);
  outputsOf(run.notebook, 'table')[0]!.data!['text/html'] = '<script>alert(1)</script>';
  return [
    compareNotebook('bad.ipynb', committed, run),
    compareNotebook('good.ipynb', committed, madeRun(committed)),
    compareNotebook('other.ipynb', committed, { ...madeRun(committed), facts: { engine: 'js', data: [] } }),
  ];
}

describe('the text report', () => {
  it('shows, per cell, expected, got and the rule', () => {
    const text = textReport(reports());
    expect(text).toContain('FAILED  bad.ipynb');
    expect(text).toMatch(
      /cell 2 \(accuracy\), 1\.00 s\n {4}output 0, stdout\n {6}expected {2}Right: 99\.15\n {6}got {7}Right: 12\.00\n {6}rule {6}from 98\.9 to 100/,
    );
    expect(text).toContain('passed  good.ipynb  (11 cells, 11.0 s, on tensorflow, mnist 60000+10000)');
    expect(text).toContain('NOT COMPARABLE  other.ipynb');
    expect(summary(reports())).toBe('1 passed, 1 failed, 1 not comparable');
  });
});

describe('the JUnit report', () => {
  it('counts failures, and calls what is not comparable an error', () => {
    const xml = junitReport(reports());
    expect(xml).toContain('<testsuite name="bad.ipynb" tests="11" failures="3" errors="0" skipped="0"');
    expect(xml).toContain('<testsuite name="other.ipynb" tests="11" failures="0" errors="11" skipped="0"');
    expect(xml).not.toContain('<script>');
    expect(xml.match(/<testcase /g)).toHaveLength(33);
    expect(xml.match(/<testcase /g)!.length).toBe(xml.match(/<\/testcase>/g)!.length);
  });
});

describe('the HTML report', () => {
  it('puts both outputs side by side, and runs nothing of theirs', () => {
    const page = htmlReport(reports());
    expect(page).toContain('<h4>Committed</h4>');
    expect(page).toContain(`<img alt="blobs" src="data:image/png;base64,${png(16)}">`);
    expect(page).toContain('<iframe sandbox=""');
    expect(page).not.toContain('<script>');
    expect(page).toMatch(/<html lang="en">/);
  });
});
