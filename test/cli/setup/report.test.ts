import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReport } from '../../../cli/setup/report.mjs';

function listen(isTTY: boolean) {
  const said: string[] = [];
  const stream = { isTTY, columns: 60, write: (text: string) => said.push(text) };
  return { said, report: createReport({ stream, quietMs: 10_000 }) };
}

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('redraws one line on a terminal, never longer than it is wide', () => {
    const { said, report } = listen(true);
    const step = report.step('Python packages');
    step.update('tensorflow_cpu 2.21.0 (273.8 MB)'.repeat(4));
    vi.advanceTimersByTime(2000);
    expect(
      said.every((text) => text.startsWith('\r\u001b[2K') && text.length < 60 + '\r\u001b[2K'.length),
    ).toBe(true);
    expect(said.length).toBeGreaterThan(4);
    step.done();
    expect(said.at(-1)).toBe('✓ Python packages (2 s)\n');
  });

  it('says at least every ten seconds elsewhere that it is alive', () => {
    const { said, report } = listen(false);
    const step = report.step('Python packages');
    step.update('tensorflow_cpu 2.21.0 (273.8 MB)');
    vi.advanceTimersByTime(31_000);
    expect(said.filter((text) => text.includes('tensorflow_cpu')).length).toBeGreaterThanOrEqual(3);
    step.fail();
    expect(said.at(-1)).toBe('✗ Python packages (31 s)\n');
    const count = said.length;
    vi.advanceTimersByTime(60_000);
    expect(said).toHaveLength(count);
  });

  it('does not flood a log with a line a package', () => {
    const { said, report } = listen(false);
    const step = report.step('npm packages');
    for (let i = 0; i < 500; i++) {
      step.update(`package-${i}`);
      vi.advanceTimersByTime(20);
    }
    expect(said.length).toBeLessThan(5);
  });
});
