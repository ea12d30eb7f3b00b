import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { matchesGlob } from '../../../kernel/protocol/glob.ts';
import { History } from '../../../kernel/protocol/history.ts';
import { HistoryFile, historyPath } from '../../../kernel/protocol/history-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'state', 'history.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tail = (n: number, output = false) => ({ hist_access_type: 'tail', n, output, raw: true });

test('tail, range and search answer across sessions', async () => {
  const first = new History(path);
  first.store(1, 'let a = 1', null);
  first.store(2, 'a + 1', '2');
  await first.written();
  const second = new History(path);
  second.store(1, 'let b = 1', null);
  expect(await second.query(tail(2))).toEqual([
    [1, 2, 'a + 1'],
    [2, 1, 'let b = 1'],
  ]);
  expect(await second.query(tail(9, true))).toContainEqual([1, 2, ['a + 1', '2']]);
  const range = (session: number, start: number, stop: number | null) =>
    second.query({ hist_access_type: 'range', session, start, stop, output: false });
  expect(await range(0, 1, null)).toEqual([[2, 1, 'let b = 1']]);
  expect(await range(1, 2, 3)).toEqual([[1, 2, 'a + 1']]);
  expect(await range(-1, 0, 2)).toEqual([[1, 1, 'let a = 1']]);
  const search = (pattern: string, more = {}) =>
    second.query({ hist_access_type: 'search', pattern, output: false, ...more });
  expect(await search('let*')).toHaveLength(2);
  expect(await search('let*', { n: 1 })).toEqual([[2, 1, 'let b = 1']]);
  expect(await search('let ? = 1')).toHaveLength(2);
  expect(await search('[let]*')).toEqual([]);
  second.store(2, 'let a = 1', null);
  expect(await search('let a*', { unique: true })).toEqual([[2, 2, 'let a = 1']]);
});

test('sessions of several kernels get different numbers', async () => {
  const kernels = Array.from({ length: 6 }, () => new History(path));
  await Promise.all(
    kernels.map(async (history, i) => {
      for (let line = 1; line <= 5; line++) history.store(line, `kernel ${i} line ${line}`, null);
      await history.written();
    }),
  );
  const entries = await new HistoryFile(path).read();
  expect(entries).toHaveLength(30);
  expect([...new Set(entries.map(({ session }) => session))].sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('only the owner may read the file', async () => {
  const history = new History(path);
  history.store(1, 'secret', null);
  await history.written();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('damaged lines are passed over and a cut last line swallows nothing', async () => {
  const history = new History(path);
  history.store(1, 'one', null);
  await history.written();
  writeFileSync(path, `${readFileSync(path, 'utf8')}garbage\n{"session":"x"}\n{"session":7,"li`);
  const next = new History(path);
  next.store(1, 'two', null);
  expect((await next.query(tail(9))).map((entry) => entry[2])).toEqual(['one', 'two']);
});

test('a file that grew too large keeps its newer half', async () => {
  const limits = { bytes: 4000, input: 1000, output: 10 };
  for (let i = 0; i < 60; i++)
    await new HistoryFile(path, limits).begin({
      line: 1,
      input: `cell ${i} ${'x'.repeat(50)}`,
      output: 'y'.repeat(99),
    });
  const entries = await new HistoryFile(path, limits).read();
  expect(statSync(path).size).toBeLessThan(4600);
  expect(entries.at(-1)!.input).toContain('cell 59 ');
  expect(entries.at(-1)!.session).toBe(60);
  expect(entries.at(-1)!.output).toHaveLength(10);
});

test('a history that can not be written is kept in memory', async () => {
  writeFileSync(join(folder, 'state'), 'a file where the folder should be');
  const history = new History(path);
  history.store(1, 'still here', null);
  expect(await history.query(tail(5))).toEqual([[1, 1, 'still here']]);
});

test('the environment chooses the place', () => {
  expect(historyPath({ CONVBOOK_HISTORY: 'off' })).toBeNull();
  expect(historyPath({ CONVBOOK_HISTORY: '/a/b' })).toBe('/a/b');
  expect(historyPath({ XDG_STATE_HOME: '/s' })).toBe(join('/s', 'convbook', 'history.jsonl'));
});

test('patterns match whole texts in bounded time', () => {
  expect(matchesGlob('abc', 'a*c')).toBe(true);
  expect(matchesGlob('abc\nd', 'a*d')).toBe(true);
  expect(matchesGlob('abc', 'b')).toBe(false);
  expect(matchesGlob('', '*')).toBe(true);
  expect(matchesGlob('a+b', 'a+?')).toBe(true);
  // A regular expression of this shape takes longer than the universe is old.
  expect(matchesGlob('a'.repeat(20_000), `${'a*'.repeat(50)}b`)).toBe(false);
});
