import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { duration, progress } from '../../../kernel/display/progress.ts';
import { FakeHost } from './fake-host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('stays one output, shows the start, the steps that have time to be seen, and the end', () => {
  const host = new FakeHost();
  const bar = progress(10, 'Images');
  bar.tick(1);
  bar.tick(1); // too soon after the first to be shown by itself
  vi.advanceTimersByTime(300);
  bar.tick(3);
  bar.set(10);
  bar.finish();
  expect(host.texts).toEqual([
    'Images: 0 of 10 (0 %)',
    'Images: 2 of 10 (20 %)',
    'Images: 5 of 10 (50 %)',
    'Images: 10 of 10 (100 %) - done in 0.3 s',
  ]);
  expect(new Set(host.shown.map(({ displayId }) => displayId)).size).toBe(1);
  expect(host.shown.map(({ update }) => update)).toEqual([false, true, true, true]);
  expect(host.shown.at(-1)?.data['text/html']).toContain('<progress aria-label="Images" value="10" max="10"');
});

test('a million ticks cost few outputs', () => {
  const host = new FakeHost();
  const bar = progress(1_000_000);
  for (let i = 0; i < 1_000_000; i++) bar.tick();
  bar.finish();
  expect(host.shown.length).toBe(2);
  expect(host.texts[1]).toBe('1000000 of 1000000 (100 %) - done in 0 s');
});

test('says how long it will take', () => {
  const host = new FakeHost();
  const bar = progress(100);
  vi.advanceTimersByTime(20_000);
  bar.set(25);
  expect(host.texts.at(-1)).toBe('25 of 100 (25 %) - 1 min 0 s left');
  bar.finish('Broken off');
  expect(host.texts.at(-1)).toBe('Broken off: 25 of 100 (25 %) - stopped in 20 s');
  bar.tick();
  expect(host.shown.length).toBe(3);
});

test('walks through arrays, sets and generators, and gives what they give', () => {
  const host = new FakeHost();
  expect([...progress([3, 1, 2], 'Numbers')]).toEqual([3, 1, 2]);
  expect(host.texts.at(-1)).toBe('Numbers: 3 of 3 (100 %) - done in 0 s');
  expect([...progress(new Set(['a']))]).toEqual(['a']);
  const few = function* () {
    yield 1;
    yield 2;
  };
  expect([...progress(few())]).toEqual([1, 2]);
  expect(host.texts.at(-1)).toBe('2 of 2 (100 %) - done in 0 s');
});

test('a loop that is left early ends as stopped, also by an error', async () => {
  const host = new FakeHost();
  for (const item of progress([1, 2, 3])) if (item === 2) break;
  expect(host.texts.at(-1)).toBe('1 of 3 (33 %) - stopped in 0 s');
  const failing = async () => {
    for await (const item of progress(later())) if (item === 'b') throw new Error('no');
  };
  await expect(failing()).rejects.toThrow('no');
  expect(host.texts.at(-1)).toBe('1 - stopped in 0 s');
});

async function* later() {
  yield 'a';
  yield 'b';
}

test('refuses what can be neither counted nor walked through', () => {
  expect(() => progress(-1)).toThrow('the total must be a number of at least 0');
  expect(() => progress({} as Iterable<number>)).toThrow('needs a number or something to walk through');
});

test('outside a notebook prints the end only', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  for (const _ of progress([1, 2], 'Steps'));
  expect(log.mock.calls).toEqual([['Steps: 2 of 2 (100 %) - done in 0 s']]);
  log.mockRestore();
});

test.each([
  [0.44, '0.4 s'],
  [12.4, '12 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
])('%f seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
