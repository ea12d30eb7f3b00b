import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageFiles, imageFolder, readImage } from '../../datasets/image-folder.ts';

let folder = '';
const colours: Record<string, [number, number, number]> = { blue: [0, 0, 250], red: [250, 0, 0] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  for (const [name, colour] of Object.entries(colours)) {
    await mkdir(join(folder, name));
    for (let i = 0; i < 4; i++) {
      const [width, height] = [6 + i, 4];
      const data = Uint8Array.from({ length: width * height * 3 }, (_, k) => colour[k % 3]!);
      await writeFile(join(folder, name, `${i}.png`), encode({ width, height, channels: 3, data }));
    }
  }
  await writeFile(join(folder, 'blue', 'notes.txt'), 'no image');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder for each class becomes a training and a test set of squares', async () => {
  const { train, test: held, classNames } = await imageFolder(folder, { size: 5, seed: 1 });
  expect(classNames).toEqual(['blue', 'red']);
  expect([train.classCounts(), held.classCounts()]).toEqual([
    [3, 3],
    [1, 1],
  ]);
  expect(train.imageShape).toEqual([5, 5, 3]);
  for (let i = 0; i < train.count; i++) {
    expect(Array.from(train.image(i).subarray(0, 3))).toEqual(colours[train.className(i)]);
  }
});

test('the seed decides which are held back, and test images are none of the training ones', async () => {
  const mixed = await mkdtemp(join(tmpdir(), 'greys-'));
  try {
    for (const name of ['a', 'b']) {
      await mkdir(join(mixed, name));
      for (let i = 0; i < 8; i++) {
        await writeFile(
          join(mixed, name, `${i}.png`),
          encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(10 * i) }),
        );
      }
    }
    const greys = async (seed: number) => {
      const { train, test: held } = await imageFolder(mixed, { size: 1, seed });
      return [train, held].map((set) => Array.from({ length: set.count }, (_, i) => set.image(i)[0]!));
    };
    const [first, again, other] = [await greys(1), await greys(1), await greys(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect([...first[0]!, ...first[1]!].sort((x, y) => x - y)).toEqual([
      0, 0, 10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60, 70, 70,
    ]);
  } finally {
    await rm(mixed, { recursive: true });
  }
});

test('files are listed by name, and a folder that is not there has none', async () => {
  expect((await imageFiles(join(folder, 'blue'))).map((file) => file.name)).toEqual(['0', '1', '2', '3']);
  expect(await imageFiles('there-is-no-such-folder')).toEqual([]);
});

test('transparent pixels lie on white, and 16 bits become 8', async () => {
  const clear = join(folder, 'clear.png');
  await writeFile(
    clear,
    encode({ width: 2, height: 1, channels: 4, data: Uint8Array.of(9, 9, 9, 0, 9, 8, 7, 255) }),
  );
  expect(Array.from((await readImage(clear)).dataSync())).toEqual([255, 255, 255, 9, 8, 7]);
  const deep = join(folder, 'deep.png');
  await writeFile(deep, encode({ width: 1, height: 1, channels: 1, depth: 16, data: Uint16Array.of(65535) }));
  expect(Array.from((await readImage(deep)).dataSync())).toEqual([255, 255, 255]);
});

test('says in a sentence what is missing or damaged', async () => {
  await expect(imageFolder(join(folder, 'nothing'))).rejects.toThrow('There is no folder');
  await expect(imageFolder(join(folder, 'blue'))).rejects.toThrow('needs two classes at least');
  await expect(imageFolder(folder, { size: 0 })).rejects.toThrow('whole number of pixels');
  await expect(readImage(join(folder, 'none.png'))).rejects.toThrow("can't be read");
  const broken = join(folder, 'broken.png');
  await writeFile(broken, Buffer.from('\x89PNG\r\n\x1a\nnonsense', 'latin1'));
  await expect(readImage(broken)).rejects.toThrow('no image that can be read');
});
