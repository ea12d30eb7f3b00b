import { describe, expect, it } from 'vitest';
import { overlap } from '../../../lib/training/overlap.ts';

const never = { step: () => {}, batch: () => {} };

/** A clock, and work that takes a time of it, on this thread or another. */
function clocked() {
  let time = 0;
  const waiting: { at: number; go(): void }[] = [];
  return {
    now: () => time,
    here:
      <T>(ms: number, value: T) =>
      () => {
        time += ms;
        return value;
      },
    aside:
      <T>(ms: number, value: T) =>
      () =>
        new Promise<T>((resolve) => waiting.push({ at: time + ms, go: () => resolve(value) })),
    async run(): Promise<void> {
      for (const { at, go } of waiting.sort((a, b) => a.at - b.at)) {
        time = Math.max(time, at);
        go();
        await new Promise(setImmediate);
      }
    },
  };
}

describe('overlap', () => {
  it('counts a step and its batch one after the other where both are made here', async () => {
    const { now, here } = clocked();
    const result = await overlap(here(30, 's'), here(10, 'b'), never, now);
    expect(result).toEqual({ step: 's', batch: 'b', compute: 30, data: 10 });
  });

  it('counts no wait for a batch that came while the step computed', async () => {
    const { now, aside, run } = clocked();
    const both = overlap(aside(30, 's'), aside(20, 'b'), never, now);
    await run();
    expect(await both).toEqual({ step: 's', batch: 'b', compute: 30, data: 0 });
  });

  it('counts the wait for a batch that came later', async () => {
    const { now, aside, run } = clocked();
    const both = overlap(aside(30, 's'), aside(45, 'b'), never, now);
    await run();
    expect(await both).toEqual({ step: 's', batch: 'b', compute: 30, data: 15 });
  });

  it('frees what came where the other failed, and tells of the step first', async () => {
    const freed: string[] = [];
    const free = { step: (s: string) => void freed.push(s), batch: (b: string) => void freed.push(b) };
    const fail = (words: string) => () => Promise.reject(new Error(words));
    await expect(overlap(fail('step'), () => 'b', free)).rejects.toThrow('step');
    await expect(overlap(() => 's', fail('batch'), free)).rejects.toThrow('batch');
    await expect(overlap(fail('step'), fail('batch'), free)).rejects.toThrow('step');
    expect(freed).toEqual(['b', 's']);
  });
});
