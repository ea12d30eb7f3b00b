import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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

/** A folder of two classes with three grey pictures each, and what `spoil` does to it. */
async function spoilt(spoil: (at: string) => Promise<unknown>): Promise<string> {
  const at = await mkdtemp(join(folder, 'spoilt-'));
  for (const name of ['cats', 'dogs']) {
    await mkdir(join(at, name));
    for (let i = 0; i < 3; i++) {
      const data = new Uint8Array(16).fill(40 * i);
      await writeFile(join(at, name, `${i}.png`), encode({ width: 4, height: 4, channels: 1, data }));
    }
  }
  await spoil(at);
  return at;
}

test('a damaged picture is named with its folder and with what to do', async () => {
  const whole = encode({
    width: 40,
    height: 40,
    channels: 1,
    data: Uint8Array.from({ length: 1600 }, (_, i) => (i * 7919) % 251),
  });
  for (const bytes of [whole.slice(0, whole.length / 2), new Uint8Array(), Buffer.from('a text')]) {
    const at = await spoilt((at) => writeFile(join(at, 'dogs', 'sad.png'), bytes));
    await expect(imageFolder(at, { size: 4 })).rejects.toThrow(
      /"sad\.png" in the folder "dogs" is no image.*take it out of the folder/s,
    );
  }
});

test('other files are left out, and the note names them', async () => {
  const at = await spoilt(async (at) => {
    await writeFile(join(at, 'cats', 'notes.txt'), 'a text');
    await writeFile(join(at, 'cats', 'phone.heic'), 'a picture of another kind');
    await writeFile(join(at, 'readme.txt'), 'a text');
    await mkdir(join(at, 'dogs', 'folder.png'));
    await symlink(join(at, 'nowhere'), join(at, 'a link'));
  });
  const { classNames, train, note } = await imageFolder(at, { size: 4 });
  expect([classNames, train.count]).toEqual([['cats', 'dogs'], 4]);
  expect(note).toContain('Left out, as no PNG, JPEG or BMP: cats/notes.txt, cats/phone.heic.');
});

test('pictures that lie loose are counted', async () => {
  const at = await spoilt((at) => rm(join(at, 'dogs'), { recursive: true }));
  await expect(imageFolder(join(at, 'cats'))).rejects.toThrow('3 picture(s) lie loose');
  await expect(imageFolder(join(at, 'cats', '0.png'))).rejects.toThrow('is a file and no folder');
});
