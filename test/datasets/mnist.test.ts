import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isAtHand } from '../../datasets/at-hand.ts';
import { digits } from '../../datasets/digits.ts';
import { fashionMnist } from '../../datasets/fashion-mnist.ts';
import { loadIdxImages } from '../../datasets/idx-images.ts';
import { mnist } from '../../datasets/mnist.ts';
import { FASHION_MNIST, MNIST } from '../../datasets/registry.ts';
import { emptyMachine } from './support/folder.ts';
import { sha256, smallSource } from './support/made-idx.ts';
import { serve } from './support/server.ts';

const haveMnist = await isAtHand(MNIST);
const haveFashion = await isAtHand(FASHION_MNIST);

test.runIf(haveMnist)('MNIST: 70,000 images in their published form', async () => {
  const { train, test: testSet, classNames, source, licence } = await mnist();
  expect([train.count, testSet.count, ...train.imageShape]).toEqual([60000, 10000, 28, 28, 1]);
  expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect(train.classCounts()).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(train.statistics().mean[0]).toBeCloseTo(0.1307, 4);
  expect(train.statistics().deviation[0]).toBeCloseTo(0.3081, 4);
  expect(classNames.length).toBe(10);
  expect([source, licence]).toEqual(['MNIST', 'CC BY-SA 3.0']);
  expect((await digits()).source).toBe('MNIST');
});

test.runIf(haveFashion)('Fashion-MNIST: 70,000 images, 6,000 of each class for training', async () => {
  const { train, test: testSet, classNames } = await fashionMnist();
  expect(train.classCounts()).toEqual(new Array(10).fill(6000));
  expect(testSet.classCounts()).toEqual(new Array(10).fill(1000));
  expect(classNames[train.labels[0]!]).toBe('ankle boot');
});

test('finds the files in CONVBOOK_DATA, then in the cache, by any of their names', async () => {
  const { source, files } = smallSource();
  const { data, cache } = emptyMachine();
  mkdirSync(join(data, 'small'), { recursive: true });
  mkdirSync(join(cache, 'small'), { recursive: true });
  const bytes = (name: string) => files.get(`${name}.gz`)!;
  writeFileSync(join(data, 'small', 'train-images-idx3-ubyte.gz'), bytes('train-images-idx3-ubyte'));
  writeFileSync(join(data, 'small', 'train-labels.idx1-ubyte'), gunzipSync(bytes('train-labels-idx1-ubyte')));
  writeFileSync(join(cache, 'small', 't10k-images-idx3-ubyte'), gunzipSync(bytes('t10k-images-idx3-ubyte')));
  writeFileSync(join(cache, 'small', 't10k-labels-idx1-ubyte.gz'), bytes('t10k-labels-idx1-ubyte'));
  const { train, test: testSet } = await loadIdxImages(source, { download: false });
  expect([train.count, testSet.count, ...train.imageShape]).toEqual([30, 20, 4, 3, 1]);
  expect([...train.image(1)]).toEqual(Array.from({ length: 12 }, (_, i) => ((i + 12) * 7) % 256));
});

test('downloads what no folder has into the cache, and only once', async () => {
  const { source, files } = smallSource();
  const { cache } = emptyMachine();
  await using server = await serve(new Uint8Array(0), (request, response) => {
    response.end(files.get(request.url!.slice(1)));
    return true;
  });
  const options = { homes: [server.url] };
  await loadIdxImages(source, options);
  const again = await loadIdxImages(source, options);
  expect(again.train.count).toBe(30);
  expect(server.requests.length).toBe(4);
  expect(readdirSync(join(cache, 'small')).length).toBe(4);
});

test('names the file, the folders and the home when downloading is switched off', async () => {
  const { data, cache } = emptyMachine();
  const error = await mnist({ download: false }).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: 'not-found' });
  for (const part of [
    join(data, 'mnist'),
    join(cache, 'mnist'),
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
  ]) {
    expect((error as Error).message).toContain(part);
  }
});

test.each([
  ['a damaged byte', (b: Uint8Array) => b.with(40, b[40]! ^ 1), 'bad-checksum'],
  ['a cut file', (b: Uint8Array) => b.subarray(0, 100), 'truncated'],
  ['another file', (b: Uint8Array) => b.with(2, 0x0d), 'wrong-magic'],
])('refuses %s in a folder and says which file', async (_, damage, code) => {
  const { source, files } = smallSource();
  const { data } = emptyMachine();
  mkdirSync(join(data, 'small'), { recursive: true });
  for (const [name, packed] of files) {
    const bytes = Uint8Array.from(gunzipSync(packed));
    const plain = name.replace('.gz', '');
    writeFileSync(join(data, 'small', plain), plain === 'train-images-idx3-ubyte' ? damage(bytes) : bytes);
  }
  const error = await loadIdxImages(source).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code });
  expect((error as Error).message).toContain(join(data, 'small', 'train-images-idx3-ubyte'));
});

test('refuses a gzip file that was cut', async () => {
  const { source, files } = smallSource();
  const { data } = emptyMachine();
  mkdirSync(join(data, 'small'), { recursive: true });
  for (const [name, packed] of files) {
    writeFileSync(
      join(data, 'small', name),
      name.startsWith('t10k-images') ? packed.subarray(0, 30) : packed,
    );
  }
  await expect(loadIdxImages(source)).rejects.toMatchObject({ code: 'truncated' });
});

test('takes changed contents with verify: false, and still checks their form', async () => {
  const { source, files } = smallSource();
  const { data } = emptyMachine();
  mkdirSync(join(data, 'small'), { recursive: true });
  for (const [name, packed] of files) {
    const bytes = Uint8Array.from(gunzipSync(packed));
    writeFileSync(join(data, 'small', name.replace('.gz', '')), bytes.with(bytes.length - 1, 2));
  }
  await expect(loadIdxImages(source)).rejects.toMatchObject({ code: 'bad-checksum' });
  const { test: testSet } = await loadIdxImages(source, { verify: false });
  expect(testSet.labels.at(-1)).toBe(2);
});

test('digits() gives made digits and says so where MNIST can not be had', async () => {
  emptyMachine();
  const { train, test: testSet, source, note } = await digits({ download: false, seed: 3 });
  expect(source).toBe('made digits');
  expect(note).toMatch(/^MNIST is not on this machine .*made digits.*npx convbook data get mnist/);
  expect([train.count, testSet.count, ...train.imageShape]).toEqual([60000, 10000, 28, 28, 1]);
});

test('digits() does not hide damaged files behind made digits', async () => {
  const { data } = emptyMachine();
  mkdirSync(join(data, 'mnist'), { recursive: true });
  writeFileSync(join(data, 'mnist', 'train-images-idx3-ubyte'), 'no images');
  await expect(digits({ download: false })).rejects.toMatchObject({ code: 'truncated' });
});

test('the published checksums are of files, not of their contents', () => {
  const all = [MNIST, FASHION_MNIST].flatMap(({ files }) =>
    files.flatMap((f) => [f.sha256, f.contents[0]!.sha256]),
  );
  expect(new Set(all).size).toBe(16);
  expect(all.every((sum) => sum.length === sha256(new Uint8Array()).length)).toBe(true);
});
