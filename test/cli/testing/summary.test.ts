import { describe, expect, it } from 'vitest';
import { parseTestOptions } from '../../../cli/testing/options.mjs';
import { add, lastLine, summarise } from '../../../cli/testing/summary.mjs';

const file = (status: string, tests: string[], message = '') => ({
  name: 'a.test.ts',
  status,
  message,
  assertionResults: tests.map((one) => ({ status: one })),
});

describe('the count of tests', () => {
  it('is of tests, over all files', () => {
    const report = {
      testResults: [file('passed', ['passed', 'passed']), file('failed', ['passed', 'failed'])],
    };
    expect(summarise(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 0, notes: [] });
  });

  it('does not count skipped tests as passed', () => {
    const report = { testResults: [file('passed', ['passed', 'pending', 'todo', 'skipped'])] };
    expect(summarise(report, 0)).toEqual({ passed: 1, failed: 0, skipped: 3, notes: [] });
  });

  it('counts a file that does not load as a failure', () => {
    const report = {
      testResults: [file('passed', ['passed']), file('failed', [], 'Cannot find module x\n at …')],
    };
    expect(summarise(report, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      notes: ['a.test.ts did not run: Cannot find module x'],
    });
  });

  it.each([
    ['an error outside the tests', { testResults: [file('passed', ['passed'])] }, 1],
    ['a run without tests', { testResults: [] }, 0],
    ['a run that wrote no report', null, 137],
    ['a damaged report', { testResults: 'none' }, 0],
  ])('counts %s as a failure', (_, report, exitCode) => {
    const summary = summarise(report, exitCode);
    expect(summary.failed).toBe(1);
    expect(summary.notes).toHaveLength(1);
  });

  it('adds up, with lint and types, to the last line', () => {
    const one = { passed: 1, failed: 0, skipped: 0, notes: [] };
    const total = add([
      one,
      { passed: 0, failed: 1, skipped: 0, notes: ['types failed'] },
      { ...one, passed: 40 },
    ]);
    expect(lastLine(total)).toBe('41 passed, 1 failed');
    expect(total.notes).toEqual(['types failed']);
  });
});

describe('the options of test', () => {
  it.each([
    [[], 'default', []],
    [['--unit'], 'unit', ['--project', 'unit']],
    [['--all'], 'all', []],
    [['test/lib', '-t', 'relu'], 'files', ['test/lib', '-t', 'relu']],
    [['--unit', 'test/cli'], 'unit', ['--project', 'unit', 'test/cli']],
  ])('%j', (args, scope, vitest) => {
    expect(parseTestOptions(args)).toEqual({ scope, vitest });
  });
});
