import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EngineName, startEngine } from '../../../lib/runtime/index.ts';
import { computations, type Results } from '../reference/results.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

function onEngine(engine: EngineName): Record<string, Results> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', here('../../../kernel/loader/register.mjs'), here('../reference/other-engine.ts')],
    { encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, CONVBOOK_ENGINE: engine } },
  );
  if (status !== 0) throw new Error(`The engine ${engine} gave no numbers to compare with: ${stderr}`);
  return JSON.parse(stdout) as Record<string, Results>;
}

/** The largest difference, relative to the largest number (at least 1). */
function difference(ours: readonly number[], theirs: readonly number[]): number {
  const scale = theirs.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  return theirs.reduce((worst, value, i) => {
    const apart = Math.abs(ours[i]! - value) / scale;
    return Math.max(worst, apart); // NaN stays
  }, 0);
}

/**
 * Every layer, loss and optimiser on one engine, against another engine with kernels of other people: outputs, gradients,
 * statistics and optimiser state. `tolerance` is relative to the largest number of a tensor.
 */
export function librarySuite(engine: EngineName, other: EngineName, tolerance: number): void {
  describe(`the library on ${engine}, against ${other}`, () => {
    let expected: Record<string, Results>;
    beforeAll(async () => {
      expected = onEngine(other);
      await startEngine({ engine });
    });

    it.each([...computations.keys()])('%s', async (name) => {
      const results = await computations.get(name)!();
      expect(Object.keys(results)).toEqual(Object.keys(expected[name]!));
      for (const [what, values] of Object.entries(results)) {
        const theirs = expected[name]![what]!;
        expect(values.length, what).toBe(theirs.length);
        expect(difference(values, theirs), what).toBeLessThanOrEqual(tolerance);
      }
    });
  });
}
