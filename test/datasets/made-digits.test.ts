import { expect, test } from 'vitest';
import { drawDigit, madeDigits } from '../../datasets/made/digits.ts';
import { Random } from '../../datasets/random.ts';
import { sha256 } from './support/made-idx.ts';

test('the same seed gives the same bytes, another seed others', async () => {
  const make = async (seed: number) =>
    sha256((await madeDigits({ train: 200, test: 10, seed })).train.images);
  expect(await make(4)).toBe(await make(4));
  expect(await make(4)).not.toBe(await make(5));
});

test('training and test images share nothing', async () => {
  const { train, test: testSet } = await madeDigits({ train: 300, test: 300 });
  const seen = new Set(Array.from({ length: 300 }, (_, i) => sha256(train.image(i))));
  expect(Array.from({ length: 300 }, (_, i) => sha256(testSet.image(i))).filter((h) => seen.has(h))).toEqual(
    [],
  );
});

test('every digit has ink inside the image and paper at its border', () => {
  const random = new Random(9);
  for (let i = 0; i < 500; i++) {
    const pixels = new Uint8Array(784);
    drawDigit(i % 10, random, pixels);
    const ink = pixels.reduce((sum, p) => sum + p, 0) / 255;
    expect(ink).toBeGreaterThan(15);
    expect(ink).toBeLessThan(300);
    const border = Array.from({ length: 28 }, (_, k) => [
      pixels[k]!,
      pixels[756 + k]!,
      pixels[28 * k]!,
      pixels[28 * k + 27]!,
    ]);
    expect(Math.max(...border.flat())).toBe(0);
  }
});

test('the digits can be told apart: the nearest of 1,000 names more than 85 of 100', async () => {
  const { train, test: testSet } = await madeDigits({ train: 1000, test: 200, seed: 2 });
  let right = 0;
  for (let i = 0; i < testSet.count; i++) {
    const image = testSet.image(i);
    let best = Infinity;
    let answer = -1;
    for (let j = 0; j < train.count; j++) {
      const other = train.image(j);
      let distance = 0;
      for (let k = 0; k < 784 && distance < best; k++) distance += (image[k]! - other[k]!) ** 2;
      if (distance < best) [best, answer] = [distance, train.labels[j]!];
    }
    if (answer === testSet.labels[i]) right++;
  }
  expect(right / testSet.count).toBeGreaterThan(0.85);
});
