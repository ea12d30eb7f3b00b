import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isAtHand, locate, verify } from '../../datasets/at-hand.ts';
import { main } from '../../datasets/cli.ts';
import { emptyMachine } from './support/folder.ts';
import { smallSource } from './support/made-idx.ts';

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await main(args, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

test('list says what is here, where, and how much the rest takes', async () => {
  const { data, cache } = emptyMachine();
  mkdirSync(join(data, 'mnist'), { recursive: true });
  writeFileSync(join(data, 'mnist', 't10k-labels-idx1-ubyte.gz'), 'anything');
  const { code, text } = await run('list');
  expect(code).toBe(0);
  expect(text).toContain(`1 of 4 parts, in ${join(data, 'mnist')}`);
  expect(text).toMatch(/fashion-mnist +Fashion-MNIST +MIT +no, 30\.9 MB to download/);
  expect(text).toMatch(/cifar-10 .*no, 170\.1 MB to download/);
  expect(text).toContain(cache);
});

test('verify names what is damaged and fails', async () => {
  const { data } = emptyMachine();
  mkdirSync(join(data, 'mnist'), { recursive: true });
  writeFileSync(join(data, 'mnist', 't10k-labels-idx1-ubyte'), 'damaged');
  const { code, text } = await run('verify', 'mnist');
  expect(code).toBe(1);
  expect(text).toMatch(/^DAMAGED .*t10k-labels-idx1-ubyte holds something else than the published/);
  expect(await run('verify')).toMatchObject({ code: 1 });
  emptyMachine();
  expect(await run('verify', 'mnist')).toEqual({
    code: 0,
    text: 'MNIST: nothing is here.\nAll that is here is as published.',
  });
});

test('get without a network says what to do by hand', async () => {
  emptyMachine();
  vi.stubEnv('CONVBOOK_OFFLINE', '1');
  const { code, text } = await run('get', 'fashion-mnist');
  expect(code).toBe(1);
  expect(text).toContain('up to 30.9 MB from http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/');
  expect(text).toContain('Put the file there; it is published at');
});

test.each([
  [['get'], 2, 'Which data set?'],
  [['get', 'imagenet'], 2, 'There is no data set imagenet. There are: mnist, fashion-mnist, cifar-10.'],
  [['steal'], 2, 'Usage: npx convbook data COMMAND'],
  [[], 0, 'Usage: npx convbook data COMMAND'],
])('%j gives %i', async (args, code, part) => {
  const result = await run(...args);
  expect(result.code).toBe(code);
  expect(result.text).toContain(part);
});

test('locates and verifies the files of a data set', async () => {
  const { source, files } = smallSource();
  const { data } = emptyMachine();
  mkdirSync(join(data, 'small'), { recursive: true });
  expect(await isAtHand(source)).toBe(false);
  for (const [name, bytes] of files) writeFileSync(join(data, 'small', name), bytes);
  expect(await isAtHand(source)).toBe(true);
  expect((await locate(source)).map(({ path }) => path)).toEqual(
    [...files.keys()].map((name) => join(data, 'small', name)),
  );
  expect((await verify(source)).map(({ problem }) => problem)).toEqual(new Array(4).fill(undefined));
});
