import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Dense, Sequential } from '../../../lib/layers/index.ts';
import { type Load, LoadSampler, startEngine } from '../../../lib/runtime/index.ts';
import { parseGpu } from '../../../lib/runtime/load.ts';
import { type BatchInfo, fit, utilisation } from '../../../lib/training/index.ts';

beforeAll(async () => {
  await startEngine();
});
afterEach(() => vi.restoreAllMocks());

const MiB = 2 ** 20;
const load = (more: Partial<Load> = {}): Load => ({
  busyCores: 1.5,
  cores: 2,
  residentBytes: 300 * MiB,
  gpu: undefined,
  ...more,
});

/** A callback with a clock of its own, and steps of given lengths. */
function watched(loads: () => Load, options: object = {}) {
  let clock = 0;
  const shown: { data: Record<string, unknown>; update: boolean }[] = [];
  const watch = utilisation({
    every: 100,
    now: () => clock,
    load: loads,
    show: (data, _metadata, { update }) => void shown.push({ data, update }),
    ...options,
  });
  const step = (data: number, compute: number, idle: number) => {
    clock += data + compute + idle;
    watch.onBatchEnd!({ spent: { data, compute } } as BatchInfo, {} as never);
  };
  const end = () => watch.onTrainEnd!({} as never, {} as never);
  watch.onTrainBegin!({} as never);
  return { watch, step, end, shown };
}

describe('utilisation', () => {
  it('tells data, compute and idle time apart, and shows one output that changes', () => {
    const { watch, step, end, shown } = watched(() => load());
    for (let i = 0; i < 5; i++) step(10, 35, 5);
    end();
    expect(watch.samples).toHaveLength(3);
    expect(watch.samples[0]).toMatchObject({ seconds: 0.1, steps: 2, data: 0.2, compute: 0.7 });
    expect(watch.samples[0]!.idle).toBeCloseTo(0.1, 10);
    expect(String(watch)).toBe(
      '5 steps, 50.0 ms each: data 20 %, compute 70 %, idle 10 %; 1.5 of 2 cores, 300 MiB; GPU not measured',
    );
    expect(shown.map(({ update }) => update)).toEqual([false, ...new Array(shown.length - 1).fill(true)]);
    const last = shown.at(-1)!.data;
    expect(last['image/svg+xml']).toContain(
      'Data take 20 % of the time, computing 70 %, the rest 10 %. 1.5 of 2 cores are busy. The GPU was not measured.',
    );
    expect(last['text/plain']).toContain('GPU not measured');
  });

  it('charts a GPU where there is one', () => {
    const gpu = { utilisation: 0.82, usedBytes: 4000 * MiB, totalBytes: 24_000 * MiB };
    const { watch, step } = watched(() => load({ gpu }));
    step(50, 50, 0);
    expect(String(watch)).toMatch(/GPU 82 %, 4000 MiB of 24000 MiB$/);
    expect(watch.draw().alt).toContain('The GPU computes 82 % of the time.');
    expect(watch.draw().alt).toContain('The process holds up to 300 MiB, the GPU 4000 MiB.');
  });

  it('joins samples when there are many, and keeps their means and their sum of steps', () => {
    let busy = 0;
    const { watch, step, end } = watched(() => load({ busyCores: busy++ % 2 }), { samples: 4 });
    for (let i = 0; i < 11; i++) step(25, 75, 0);
    end();
    expect(watch.samples.length).toBeLessThanOrEqual(4);
    expect(watch.samples.reduce((sum, { steps }) => sum + steps, 0)).toBe(11);
    expect(watch.samples.at(-1)!.seconds).toBeCloseTo(1.1, 10);
    for (const { data, compute } of watch.samples) {
      expect(data).toBeCloseTo(0.25, 10);
      expect(compute).toBeCloseTo(0.75, 10);
    }
    expect(watch.samples[0]!.busyCores).toBeCloseTo(0.5, 10);
  });

  it('watches a real training, and prints one line outside of a notebook', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const watch = utilisation({ every: 0 });
    const model = new Sequential([new Dense({ units: 2 })]);
    await fit(model, { xs: [[0], [1], [2]], ys: [0, 1, 0] }, { epochs: 2, batchSize: 1, callbacks: watch });
    expect(log).toHaveBeenCalledOnce();
    expect(log.mock.calls[0]![0]).toMatch(
      /^6 steps, [\d.]+ ms each: data \d+ %, compute \d+ %, idle \d+ %; /,
    );
    for (const { data, compute, idle } of watch.samples) {
      for (const share of [data, compute, idle]) expect(share >= 0 && share <= 1).toBe(true);
      expect(compute).toBeGreaterThan(0);
    }
  });
});

describe('LoadSampler', () => {
  it('gives the load since the sample before, and the newest answer of the driver', async () => {
    let [now, cpu] = [0, 0];
    const gpu = { utilisation: 0.5, usedBytes: 1, totalBytes: 2 };
    const sources = { now: () => now, cpuMicroseconds: () => cpu, residentBytes: () => 7 };
    const sampler = new LoadSampler({ ...sources, gpu: async () => gpu });
    [now, cpu] = [100, 150_000];
    expect(sampler.sample()).toMatchObject({ busyCores: 1.5, residentBytes: 7, gpu: undefined });
    await new Promise(setImmediate);
    [now, cpu] = [200, 200_000];
    expect(sampler.sample()).toMatchObject({ busyCores: 0.5, gpu });
    expect(sampler.sample().busyCores).toBe(0); // no time has passed
  });

  it('asks a driver that is not there only once', async () => {
    const ask = vi.fn(async () => undefined);
    const sampler = new LoadSampler({ gpu: ask });
    await new Promise(setImmediate);
    expect(sampler.sample().gpu).toBeUndefined();
    sampler.sample();
    expect(ask).toHaveBeenCalledOnce();
  });

  it('reads what nvidia-smi prints', () => {
    expect(parseGpu('87, 10240, 81559\n')).toEqual({
      utilisation: 0.87,
      usedBytes: 10_240 * MiB,
      totalBytes: 81_559 * MiB,
    });
    expect(parseGpu('[N/A], 1, 2\n')).toBeUndefined();
    expect(parseGpu('')).toBeUndefined();
  });
});
