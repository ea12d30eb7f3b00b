import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { toMimeBundle } from '../../../kernel/display/mime.ts';
import { encodePng } from '../../../kernel/display/png.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';

async function shown(tensor: Tensor) {
  const rendered = (await toMimeBundle(tensor))!;
  tensor.dispose();
  const png = rendered.data['image/png'] as string | undefined;
  return {
    text: rendered.data['text/plain'] as string,
    html: rendered.data['text/html'] as string | undefined,
    picture: png ? decode(Buffer.from(png, 'base64')) : undefined,
    metadata: rendered.metadata['image/png'] as { alt: string; width: number; height: number } | undefined,
  };
}

test('a small tensor shows shape, type, memory, statistics and its values', async () => {
  const { text, html } = await shown(
    tf.tensor2d([
      [1, 2],
      [3, 4.5],
    ]),
  );
  expect(text).toBe(
    'Tensor float32 [2, 2], 16 bytes\nmin 1  max 4.5  mean 2.625  std 1.293\n[[1, 2],\n [3, 4.5]]',
  );
  expect(html).toContain('<th scope="col">mean</th>');
});

test('a single number shows its value', async () => {
  expect((await shown(tf.scalar(7, 'int32'))).text).toBe('Tensor int32 [], 4 bytes: 7');
});

test('a large matrix shows its corners, never all of it', async () => {
  const { text } = await shown(tf.range(0, 10_000, 1).reshape([100, 100]));
  expect(text).toContain('[[0, 1, 2, …, 97, 98, 99],');
  expect(text).toContain('[9900, 9901, 9902, …, 9997, 9998, 9999]]');
  expect(text.length).toBeLessThan(600);
});

test('values that are no numbers are counted apart', async () => {
  const { text } = await shown(tf.tensor1d([1, Number.NaN, 3, Infinity]));
  expect(text).toContain('min 1  max 3  mean 2  std 1  NaN 1  infinite 1');
});

test('an image keeps its grey values and says so in its alt text', async () => {
  const values = Float32Array.from({ length: 16 }, (_, i) => i / 32);
  const { picture, metadata, html } = await shown(tf.tensor3d(values, [4, 4, 1]));
  expect(metadata?.alt).toBe('Image of 4 x 4 values');
  expect([picture?.width, picture?.height, picture?.channels]).toEqual([32, 32, 1]);
  for (let i = 0; i < 16; i++) {
    const at = Math.floor(i / 4) * 8 * 32 + (i % 4) * 8;
    expect(picture?.data[at]).toBe(Math.round((255 * i) / 32));
    expect(picture?.data[at + 7 * 32 + 7]).toBe(Math.round((255 * i) / 32));
  }
  expect(html).toContain('alt="Image of 4 x 4 values"');
});

test('a batch of colour images is a grid', async () => {
  const { picture, metadata } = await shown(tf.zeros([40, 8, 8, 3]));
  expect(metadata?.alt).toBe('32 images of 8 x 8 values, the first of 40');
  expect(picture?.channels).toBe(3);
});

test('values below zero are blue, above red, zero white', async () => {
  const { picture } = await shown(tf.tensor2d([-1, 0, 1, -1, 0, 1, -1, 0, 1], [3, 3]));
  const factor = picture!.width / 3;
  const pixel = (x: number) => [...picture!.data.subarray(3 * x * factor, 3 * x * factor + 3)];
  expect([pixel(0), pixel(1), pixel(2)]).toEqual([
    [0x21, 0x66, 0xac],
    [255, 255, 255],
    [0xb2, 0x18, 0x2b],
  ]);
});

test('feature maps show the channels of the first example', async () => {
  const { metadata } = await shown(tf.zeros([2, 14, 14, 6]));
  expect(metadata?.alt).toBe('6 channels of 14 x 14 values');
});

test('pictures of large tensors stay small', async () => {
  const { picture, metadata } = await shown(tf.randomUniform([1500, 2000], 0, 1, 'float32', 1));
  expect(Math.max(picture!.width, picture!.height)).toBeLessThanOrEqual(512);
  expect(metadata?.alt).toBe('Heat map of 1500 x 2000 values');
});

test('a very large tensor is read in part, says so and leaves no tensor behind', async () => {
  const large = tf.ones([6000, 28, 28, 1]);
  const before = tf.memory().numTensors;
  const rendered = await toMimeBundle(large);
  expect(tf.memory().numTensors).toBe(before);
  expect(rendered?.data['text/plain']).toContain('read first 4193616 values');
  large.dispose();
});

test.each([
  ['disposed', () => { const t = tf.zeros([2]); t.dispose(); return t; }, /disposed: its memory was freed/], // biome-ignore format: one line each
  ['empty', () => tf.zeros([0, 3]), /^Tensor float32 \[0, 3\], 0 bytes, no values$/],
  ['text', () => tf.tensor1d(['a', 'b']), /^Tensor string \[2\]\na, b$/],
  ['complex', () => tf.complex([1, 2], [3, 4]), /^Tensor complex64 \[2\], 16 bytes, complex values$/],
  ['logical', () => tf.tensor1d([true, false]), /^Tensor bool \[2\], 2 bytes\nmin 0 {2}max 1/],
  ['all NaN', () => tf.fill([3, 3], Number.NaN), /NaN 9/],
  ['a variable', () => tf.variable(tf.ones([2])), /^Variable float32 \[2\]/],
] as [string, () => Tensor, RegExp][])('shows a tensor that is %s', async (_, make, expected) => {
  expect((await toMimeBundle(make()))?.data['text/plain']).toMatch(expected);
});

test('an engine that can not be read at once is read later', async () => {
  const slow = {
    shape: [2],
    dtype: 'float32',
    size: 2,
    isDisposed: false,
    dataSync: () => {
      throw new Error('not here');
    },
    data: async () => Float32Array.of(1, 2),
  };
  const rendered = toMimeBundle(slow);
  expect(rendered).toBeInstanceOf(Promise);
  expect((await rendered)?.data['text/plain']).toContain('[1, 2]');
});

test('PNG files hold the pixels that went in', () => {
  for (const channels of [1, 3, 4] as const) {
    const data = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 37) % 256);
    const back = decode(encodePng({ width: 7, height: 5, channels, data }), { checkCrc: true });
    expect([back.width, back.height, back.channels]).toEqual([7, 5, channels]);
    expect([...back.data]).toEqual([...data]);
  }
});
