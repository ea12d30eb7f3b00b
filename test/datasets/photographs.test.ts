import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { photographs } from '../../datasets/photographs.ts';
import { emptyMachine } from './support/folder.ts';

test('photographs() gives made shapes and says so where CIFAR-10 can not be had', async () => {
  emptyMachine();
  const { train, test: testSet, source, note, classNames } = await photographs({ download: false, seed: 3 });
  expect(source).toBe('made shapes');
  expect(note).toMatch(/^CIFAR-10 is not on this machine .*made shapes.*npx convbook data get cifar-10/);
  expect([train.count, testSet.count, ...train.imageShape]).toEqual([5000, 1000, 32, 32, 3]);
  expect(classNames).toHaveLength(6);
  expect(Math.max(...train.labels)).toBe(5);
});

test('photographs() does not hide damaged files behind made shapes', async () => {
  const { data } = emptyMachine();
  mkdirSync(join(data, 'cifar-10'), { recursive: true });
  for (const name of ['data_batch_1.bin', 'test_batch.bin']) {
    writeFileSync(join(data, 'cifar-10', name), 'no images');
  }
  await expect(photographs({ download: false })).rejects.toMatchObject({ code: 'truncated' });
});
