import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isAtHand } from '../../datasets/at-hand.ts';
import { cifar10 } from '../../datasets/cifar10.ts';
import { CIFAR10 } from '../../datasets/registry.ts';
import { emptyMachine } from './support/folder.ts';

const have = await isAtHand(CIFAR10);

/** Two rows: the first image has red = column, green = row, blue = 7; the second one is black. */
function rows(label: number): Uint8Array {
  const bytes = new Uint8Array(2 * 3073);
  bytes[0] = label;
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      bytes[1 + y * 32 + x] = x;
      bytes[1 + 1024 + y * 32 + x] = y;
      bytes[1 + 2048 + y * 32 + x] = 7;
    }
  }
  return bytes;
}

function tar(members: [string, Uint8Array][]): Uint8Array {
  const blocks = members.flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'latin1');
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('        0', 148, 'latin1');
    const sum = header.reduce((a, b) => a + b, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const archive = () =>
  tar([
    ['cifar-10-batches-bin/readme.html', new Uint8Array(700)],
    ...[1, 2, 3, 4, 5].map((n): [string, Uint8Array] => [
      `cifar-10-batches-bin/data_batch_${n}.bin`,
      rows(n),
    ]),
    ['cifar-10-batches-bin/test_batch.bin', rows(9)],
  ]);

function put(files: Record<string, Uint8Array>): string {
  const folder = join(emptyMachine().data, 'cifar-10');
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

test.runIf(have)('CIFAR-10: photographs of ten classes, 1,000 of each for testing', async () => {
  const { train, test: testSet, classNames, note } = await cifar10();
  expect(train.count % 10000).toBe(0);
  expect(testSet.classCounts()).toEqual(new Array(10).fill(1000));
  expect([...train.labels.subarray(0, 5)].map((label) => classNames[label])).toEqual([
    'frog',
    'truck',
    'truck',
    'deer',
    'automobile',
  ]);
  expect(note.includes('not there')).toBe(train.count < 50000);
});

test('reads the published archive, channels last', async () => {
  put({ 'cifar-10-binary.tar.gz': gzipSync(archive()) });
  const { train, test: testSet, note } = await cifar10({ verify: false });
  expect([...train.labels]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0]);
  expect([...testSet.labels]).toEqual([9, 0]);
  const pixel = (y: number, x: number) => [
    ...train.image(0).subarray(3 * (32 * y + x), 3 * (32 * y + x) + 3),
  ];
  expect([pixel(0, 0), pixel(4, 21), pixel(31, 2)]).toEqual([
    [0, 0, 7],
    [21, 4, 7],
    [2, 31, 7],
  ]);
  expect(note).toBe('CIFAR-10: 10 training and 2 test images of 32 x 32 x 3.');
});

test('takes some batches, plain or gzipped one by one, and says which are missing', async () => {
  put({
    'data_batch_2.bin.gz': gzipSync(rows(2)),
    'cifar-10-batches-bin/data_batch_4.bin': rows(4),
    'test_batch.bin': rows(9),
  });
  const { train, note } = await cifar10({ verify: false });
  expect([...train.labels]).toEqual([2, 0, 4, 0]);
  expect(note).toContain('data_batch_1.bin, data_batch_3.bin, data_batch_5.bin are not there');
});

test('prefers the whole archive to some batches', async () => {
  put({
    'data_batch_2.bin': rows(2),
    'test_batch.bin': rows(9),
    'cifar-10-binary.tar.gz': gzipSync(archive()),
  });
  expect((await cifar10({ verify: false })).train.count).toBe(10);
});

test.each([
  [
    'a batch that was cut',
    { 'data_batch_1.bin': rows(1).subarray(0, 5000), 'test_batch.bin': rows(1) },
    'truncated',
  ],
  ['a label beyond the classes', { 'data_batch_1.bin': rows(11), 'test_batch.bin': rows(1) }, 'wrong-size'],
  [
    'an archive that was cut',
    { 'cifar-10-binary.tar.gz': gzipSync(archive().subarray(0, 9000)) },
    'truncated',
  ],
  ['no archive at all', { 'cifar-10-binary.tar.gz': gzipSync(new Uint8Array(2000).fill(65)) }, 'wrong-magic'],
  [
    'another archive',
    { 'cifar-10-binary.tar.gz': gzipSync(tar([['a.txt', new Uint8Array(3)]])) },
    'wrong-size',
  ],
] as [string, Record<string, Uint8Array>, string][])('refuses %s', async (_, files, code) => {
  put(files);
  await expect(cifar10({ verify: false })).rejects.toMatchObject({ code });
});

test('refuses contents that are not the published ones', async () => {
  put({ 'data_batch_1.bin': rows(1), 'test_batch.bin': rows(1) });
  await expect(cifar10()).rejects.toThrow('has 6146 bytes, expected 30730000');
});

test('without a training batch asks for the archive', async () => {
  put({ 'test_batch.bin': rows(1) });
  await expect(cifar10({ download: false })).rejects.toThrow('cifar-10-binary.tar.gz');
});
