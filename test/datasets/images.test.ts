import { expect, test } from 'vitest';
import { ImageSet } from '../../datasets/images.ts';
import { tf } from '../../lib/runtime/tf.ts';

const names = ['a', 'b', 'c'];
function set(count = 10): ImageSet {
  const images = Uint8Array.from({ length: count * 12 }, (_, i) => (5 * i) % 256);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  return new ImageSet({ images, labels, height: 2, width: 3, channels: 2 }, names);
}

test('tensors hold the bytes divided by 255, labels as int32 or one-hot', () => {
  const data = set();
  const xs = data.xs({ from: 2, to: 4 });
  expect(xs.shape).toEqual([2, 2, 3, 2]);
  expect([...xs.dataSync()]).toEqual(
    [...data.images.subarray(24, 48)].map((byte) => Math.fround(byte / 255)),
  );
  const flat = data.xs({ from: 2, to: 4, flat: true });
  expect(flat.shape).toEqual([2, 12]);
  const ys = data.ys({ from: 2, to: 4 });
  expect([ys.dtype, ...ys.dataSync()]).toEqual(['int32', 2, 0]);
  const hot = data.oneHot({ from: 2, to: 4 });
  expect(hot.arraySync()).toEqual([
    [0, 0, 1],
    [1, 0, 0],
  ]);
  tf.dispose([xs, flat, ys, hot]);
});

test('take and slice are views, pick and shuffled are copies with the labels beside their images', () => {
  const data = set();
  expect(data.take(3).images.buffer).toBe(data.images.buffer);
  expect(data.take(99).count).toBe(10);
  expect([...data.slice(-3).labels]).toEqual([1, 2, 0]);
  const mixed = data.shuffled(5);
  expect([...mixed.labels]).not.toEqual([...data.labels]);
  const pairs = (s: ImageSet) =>
    Array.from({ length: s.count }, (_, i) => `${s.image(i)}:${s.labels[i]}`).sort();
  expect(pairs(mixed)).toEqual(pairs(data));
  expect([...data.shuffled(5).labels]).toEqual([...mixed.labels]);
});

test('splits, picks and counts by class', () => {
  const data = set();
  const [train, validation] = data.split(0.8);
  expect([train.count, validation.count]).toEqual([8, 2]);
  expect([...data.perClass(2).labels]).toEqual([0, 0, 1, 1, 2, 2]);
  expect(data.indicesOf(1)).toEqual([1, 4, 7]);
  expect(data.classCounts()).toEqual([4, 3, 3]);
  expect(data.className(4)).toBe('b');
});

test('statistics are those of plain loops', () => {
  const data = set(4);
  const { mean, deviation } = data.statistics();
  for (const channel of [0, 1]) {
    const values = [...data.images].filter((_, i) => i % 2 === channel).map((v) => v / 255);
    const m = values.reduce((a, b) => a + b) / values.length;
    expect(mean[channel]).toBeCloseTo(m, 10);
    expect(deviation[channel]).toBeCloseTo(
      Math.sqrt(values.reduce((a, b) => a + (b - m) ** 2, 0) / values.length),
      10,
    );
  }
});

test('refuses what it does not have with a sentence', () => {
  expect(() => set().image(10)).toThrow('There is no image 10: the set has images 0 to 9.');
  expect(() => set().xs({ from: 5, to: 11 })).toThrow('Images 5 to 11 were asked for');
  expect(() => set().split(1)).toThrow('split(1)');
  expect(
    () =>
      new ImageSet(
        { images: new Uint8Array(5), labels: new Uint8Array(1), height: 2, width: 3, channels: 1 },
        names,
      ),
  ).toThrow('1 images of 2 x 3 x 1 take 6');
});

test('batches hold every image once, in an order that the seed fixes', async () => {
  const data = set();
  const order = async (seed: number) => {
    const seen: number[] = [];
    const sizes: number[] = [];
    for await (const { xs, ys } of data.batches({ batchSize: 4, shuffle: true, seed })) {
      sizes.push(xs.shape[0]!);
      expect(ys.shape[0]).toBe(xs.shape[0]);
      const rows = (xs.reshape([xs.shape[0]!, 12]).arraySync() as number[][]).map((row) =>
        Math.round(row[0]! * 255),
      );
      const labels = ys.dataSync();
      rows.forEach((first, i) => {
        const index = Array.from({ length: 10 }, (_, k) => data.image(k)[0]!).indexOf(first);
        expect(data.labels[index]).toBe(labels[i]);
        seen.push(index);
      });
      tf.dispose([xs, ys]);
    }
    expect(sizes).toEqual([4, 4, 2]);
    return seen;
  };
  const first = await order(1);
  expect(first.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await order(1)).toEqual(first);
  expect(await order(2)).not.toEqual(first);
});

test('a loop that is left keeps no tensor', async () => {
  const data = set(40);
  const before = tf.memory().numTensors;
  for await (const { xs, ys } of data.batches({ batchSize: 4, prefetch: 3 })) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    tf.dispose([xs, ys]);
    break;
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('map changes the images of each batch, dropLast leaves out a part', async () => {
  const data = set();
  const before = tf.memory().numTensors;
  let count = 0;
  for await (const { xs, ys } of data.batches({
    batchSize: 4,
    dropLast: true,
    map: (x) => x.mul(0).add(7),
  })) {
    expect(xs.max().arraySync()).toBe(7);
    count += xs.shape[0]!;
    tf.dispose([xs, ys]);
  }
  expect(count).toBe(8);
  expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2); // the two maxima
  const kept = data.batches({ batchSize: 4, map: (x) => x });
  const { value } = await kept.next();
  expect((value as { xs: tf.Tensor }).xs.isDisposed).toBe(false);
  await kept.return();
  await expect(data.batches({ batchSize: 0 }).next()).rejects.toThrow('batchSize is 0');
});

async function everything(data: ImageSet, options: Parameters<ImageSet['batches']>[0]): Promise<number[][]> {
  const all: number[][] = [];
  for await (const { xs, ys } of data.batches(options)) {
    all.push([...xs.dataSync(), ...ys.dataSync()]);
    tf.dispose([xs, ys]);
  }
  return all;
}

test('a thread makes the same batches as no thread, augmented or not', async () => {
  const data = set(30);
  for (const augment of [
    undefined,
    { shift: 1, rotate: 20, scale: 0.2, shear: 0.1, flip: true, noise: 0.1 },
  ]) {
    const options = { batchSize: 8, shuffle: true, seed: 3, ...(augment ? { augment } : {}) };
    const inside = await everything(data, { ...options, thread: false });
    expect(inside.length).toBe(4);
    expect(await everything(data, { ...options, thread: true })).toEqual(inside);
    expect(await everything(data, { ...options, seed: 4 })).not.toEqual(inside);
  }
});

test('the thread ends when the loop is left, and the main thread is free while it works', async () => {
  const data = set(4000);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  for await (const { xs, ys } of data.batches({ batchSize: 2000, augment: { rotate: 10 } })) {
    tf.dispose([xs, ys]);
    break;
  }
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

test('a shift moves the image, a flip mirrors it, and no augmentation leaves it', async () => {
  const images = new Uint8Array(9 * 9);
  images[4 * 9 + 4] = 255; // one bright pixel in the middle
  const one = new ImageSet({ images, labels: Uint8Array.of(0), height: 9, width: 9, channels: 1 }, ['a']);
  const bright = async (augment: object, seed = 1) =>
    (await everything(one, { augment, seed }))[0]!.slice(0, 81);
  expect(await bright({})).toEqual([...images].map((v) => v / 255));
  const shifted = await bright({ shift: 3 });
  expect(shifted.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(shifted[40]).toBeLessThan(1);
  images.fill(0).fill(255, 0, 1);
  const corners = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => bright({ flip: true }, seed)));
  expect(corners.every((c) => c[0] === 1 || c[8] === 1)).toBe(true);
  expect(new Set(corners.map((c) => c[0])).size).toBe(2);
  images.fill(255);
  expect(Math.min(...(await bright({ shift: 4, edge: 'nearest' })))).toBeCloseTo(1, 5);
  expect(Math.min(...(await bright({ shift: 4 })))).toBeLessThan(1);
});
