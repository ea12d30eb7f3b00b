import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readImage } from '../../datasets/image-folder.ts';
import { engineInfo, startEngine } from '../../lib/runtime/index.ts';
import { loadKernelFile } from '../../lib/runtime/native/kernels.ts';
import { type Tensor3D, tf } from '../../lib/runtime/tf.ts';

let folder = '';
beforeAll(async () => {
  await startEngine();
  folder = await mkdtemp(join(tmpdir(), 'formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const native = () => engineInfo()?.engine === 'tensorflow';

test('a JPEG keeps its shape and, about, its colour', async ({ skip }) => {
  if (!native()) skip('JPEG is read by TensorFlow, and another engine runs');
  const { encodeJpeg } = loadKernelFile('image') as { encodeJpeg(image: Tensor3D): Promise<Uint8Array> };
  const orange = tf.tidy(() => tf.ones([8, 12, 3]).mul([240, 130, 20]).toInt() as Tensor3D);
  await writeFile(join(folder, 'orange.jpg'), await encodeJpeg(orange));
  const image = await readImage(join(folder, 'orange.jpg'));
  expect([image.shape, image.dtype]).toEqual([[8, 12, 3], 'int32']);
  const pixel = Array.from(image.dataSync()).slice(0, 3);
  for (const [c, want] of [240, 130, 20].entries()) expect(Math.abs(pixel[c]! - want)).toBeLessThan(12);
});

test('a BMP is read to the last bit, blue before red in the file', async ({ skip }) => {
  if (!native()) skip('BMP is read by TensorFlow, and another engine runs');
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(54 + 8, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(1, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  await writeFile(join(folder, 'two.bmp'), Buffer.concat([header, Buffer.of(3, 2, 1, 30, 20, 10, 0, 0)]));
  const image = await readImage(join(folder, 'two.bmp'));
  expect(image.shape).toEqual([1, 2, 3]);
  expect(Array.from(image.dataSync())).toEqual([1, 2, 3, 10, 20, 30]);
});

test('a file that is none of these is refused in a sentence', async () => {
  await writeFile(join(folder, 'text.jpg'), 'no image at all');
  await expect(readImage(join(folder, 'text.jpg'))).rejects.toThrow(
    /"text\.jpg" .*is no image that can be read/,
  );
});
