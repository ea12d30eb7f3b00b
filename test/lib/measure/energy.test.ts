import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measureEnergy } from '../../../lib/measure/energy.ts';
import { joulesBetween, raplCounters } from '../../../lib/measure/rapl.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convbook-energy-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function zone(path: string, files: Record<string, string | number>): void {
  mkdirSync(join(folder, path), { recursive: true });
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, path, name), `${value}\n`);
}
const counted = (path: string, microjoules: number, name = 'package-0', range = 1e9) =>
  zone(path, { name, energy_uj: microjoules, max_energy_range_uj: range });
/** No GPU, unless a test makes one. */
const measure = (work: () => unknown, nvidiaSmi = 'convbook-has-no-such-command') =>
  measureEnergy(work, { powercap: folder, nvidiaSmi });

describe('the processor’s energy', () => {
  it('is the difference of the package counters', async () => {
    counted('intel-rapl:0', 5_000_000);
    counted('intel-rapl:1', 1_000_000, 'package-1');
    const energy = await measure(() => {
      counted('intel-rapl:0', 7_500_000);
      counted('intel-rapl:1', 1_500_000, 'package-1');
    });
    expect(energy.joules).toBe(3);
    expect(energy.parts).toEqual([
      { name: 'package-0', joules: 2.5 },
      { name: 'package-1', joules: 0.5 },
    ]);
    expect(energy.watts).toBeCloseTo(3 / energy.seconds, 9);
    expect(energy.note).toBe('Measured by package-0 and package-1.');
  });

  it('counts nothing twice: no parts of a package, no whole platform, no control types', () => {
    counted('intel-rapl:0', 1);
    counted('intel-rapl:0:0', 1, 'core');
    counted('intel-rapl:1', 1, 'psys');
    zone('intel-rapl', { enabled: 1 });
    zone('intel-rapl-mmio:0', { name: 'package-0' }); // without a counter
    expect(raplCounters(folder).map(({ name }) => name)).toEqual(['package-0']);
  });

  it('goes on where the counter starts again at 0', async () => {
    counted('intel-rapl:0', 9_000_000, 'package-0', 10_000_000);
    const energy = await measure(() => counted('intel-rapl:0', 500_000, 'package-0', 10_000_000));
    expect(energy.joules).toBe(1.5);
    expect(joulesBetween(3e6, 3e6, 1e9)).toBe(0);
  });

  it('is not measured where the counter does not say a number', async () => {
    zone('intel-rapl:0', { name: 'package-0', energy_uj: 'busy', max_energy_range_uj: 1e9 });
    const energy = await measure(() => {});
    expect(energy.joules).toBeUndefined();
    expect(energy.note).toMatch(/^Not measured: .*"busy"/);
  });

  it.skipIf(process.getuid?.() === 0)('says who may read the counters where this user may not', async () => {
    counted('intel-rapl:0', 1);
    chmodSync(join(folder, 'intel-rapl:0', 'energy_uj'), 0);
    expect((await measure(() => {})).note).toContain(
      'package-0: EACCES); on most systems only an administrator may',
    );
  });

  it('is not measured where there are no counters', async () => {
    const energy = await measureEnergy(() => {}, {
      powercap: join(folder, 'none'),
      nvidiaSmi: 'convbook-no-such',
    });
    expect(energy).toMatchObject({ joules: undefined, watts: undefined, parts: [] });
    expect(energy.note).toMatch(/no energy counters/);
  });

  it('hands on what the work throws', async () => {
    counted('intel-rapl:0', 1);
    await expect(
      measure(() => {
        throw new Error('the work failed');
      }),
    ).rejects.toThrow('the work failed');
  });
});

describe.skipIf(process.platform === 'win32')('the GPU’s energy', () => {
  function smi(script: string): string {
    const file = join(folder, 'smi');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('is the mean of its power times the time', async () => {
    const command = smi('while true; do echo "0, 100.5"; echo "1, 50.0"; echo "2, [N/A]"; sleep 0.02; done');
    const energy = await measure(() => wait(300), command);
    expect(energy.parts.map(({ name }) => name)).toEqual(['GPU 0', 'GPU 1']);
    expect(energy.watts).toBeCloseTo(150.5, 6);
    expect(energy.joules).toBeCloseTo(150.5 * energy.seconds, 6);
  });

  it('is not measured where the command knows no GPU, or none that says its power', async () => {
    for (const script of ['exit 9', 'echo "0, [N/A]"; exit 0']) {
      expect((await measure(() => wait(50), smi(script))).joules).toBeUndefined();
    }
  });

  it('is not measured, rather than guessed, where the work is over before a sample', async () => {
    const energy = await measure(() => {}, smi('echo "0, 80"; exec sleep 5'));
    expect(energy.joules).toBeUndefined();
    expect(energy.note).toMatch(/Repeat it for a second/);
  });
});
