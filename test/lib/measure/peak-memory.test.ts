import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { peakMemory } from '../../../lib/measure/peak-memory.ts';

describe('peakMemory', () => {
  it.runIf(process.platform === 'linux')('sees memory that is gone again when the work ends', async () => {
    const bytes = 256e6;
    const { before, peak, growth } = await peakMemory(() => {
      let held: Uint8Array | undefined = new Uint8Array(bytes).fill(1);
      held = undefined;
      return held;
    });
    expect(growth).toBe(peak! - before);
    expect(growth!).toBeGreaterThan(0.8 * bytes);
    expect(growth!).toBeLessThan(2 * bytes);
    // The record starts again: the next work is not told the peak of this one.
    expect((await peakMemory(() => {})).growth!).toBeLessThan(0.5 * bytes);
  });

  it('reads the peak from the process’s status', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'convbook-peak-'));
    try {
      const { before, peak, growth } = await peakMemory(() => {
        writeFileSync(join(folder, 'status'), 'Name:\tnode\nVmHWM:\t 99999999 kB\n');
      }, folder);
      expect(peak).toBe(99_999_999 * 1024);
      expect(growth).toBe(peak! - before);
      writeFileSync(join(folder, 'status'), 'Name:\tnode\n');
      expect((await peakMemory(() => {}, folder)).peak).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('guesses nothing where the system does not tell', async () => {
    const result = await peakMemory(() => {}, '/convbook/no/such/folder');
    expect(result).toEqual({ before: expect.any(Number), peak: undefined, growth: undefined });
  });

  it('hands on what the work throws', async () => {
    await expect(peakMemory(() => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  });
});
