import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Cache, hashOf, hashOfFiles } from '../../site/cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convbook-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a result once', async () => {
  const cache = new Cache(folder);
  let made = 0;
  const make = async () => ({ n: ++made });
  expect(await cache.get('kind', 'key', make)).toEqual({ n: 1 });
  expect(await new Cache(folder).get('kind', 'key', make)).toEqual({ n: 1 });
  expect(await cache.get('kind', 'other', make)).toEqual({ n: 2 });
});

it('makes again what was only half written', async () => {
  const cache = new Cache(folder);
  cache.write('kind', 'key', { n: 1 });
  writeFileSync(join(folder, 'kind', 'key.json'), '{"n":');
  expect(await cache.get('kind', 'key', async () => ({ n: 2 }))).toEqual({ n: 2 });
});

it('forgets what no build has used for long', async () => {
  const cache = new Cache(folder);
  cache.write('kind', 'old', 1);
  cache.write('kind', 'new', 2);
  utimesSync(join(folder, 'kind', 'old.json'), new Date(0), new Date(0));
  await cache.removeOld();
  expect(readdirSync(join(folder, 'kind'))).toEqual(['new.json']);
});

it('hashes tell apart what is split in another way, and files by name and content', () => {
  expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
  expect(hashOf({ a: 1 })).toBe(hashOf({ a: 1 }));
  writeFileSync(join(folder, 'a.ts'), '1');
  const before = hashOfFiles(folder, ['.'], /\.ts$/);
  writeFileSync(join(folder, 'a.md'), 'x');
  expect(hashOfFiles(folder, ['.'], /\.ts$/)).toBe(before);
  writeFileSync(join(folder, 'a.ts'), '2');
  expect(hashOfFiles(folder, ['.'], /\.ts$/)).not.toBe(before);
});
