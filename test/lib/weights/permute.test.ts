import { expect, it } from 'vitest';
import { permute } from '../../../lib/weights/permute.ts';

const orders = (n: number): number[][] =>
  n === 0
    ? [[]]
    : orders(n - 1).flatMap((o) => Array.from({ length: n }, (_, i) => o.toSpliced(i, 0, n - 1)));

it.each([[[5]], [[3, 70]], [[2, 3, 4]], [[33, 2, 3, 40]], [[1, 2, 1, 3]]])(
  'copies %j with its dimensions in every order',
  (shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, (_, i) => i);
    for (const axes of orders(shape.length)) {
      const out = permute(data, shape, axes);
      const to = axes.map((a) => shape[a]!);
      for (let i = 0; i < size; i++) {
        // The place in the result, as an index per dimension, put back into the source's order.
        const place = shape.map(() => 0);
        for (let d = to.length - 1, rest = i; d >= 0; rest = Math.floor(rest / to[d]!), d--)
          place[axes[d]!] = rest % to[d]!;
        const source = place.reduce((sum, p, d) => sum * shape[d]! + p, 0);
        if (out[i] !== source) expect.fail(`axes ${axes}: ${out[i]} at ${i}, expected ${source}`);
      }
    }
  },
);

it('keeps the type of the numbers, and an empty array empty', () => {
  expect(permute(new Int32Array([1, 2, 3, 4, 5, 6]), [2, 3], [1, 0])).toEqual(
    new Int32Array([1, 4, 2, 5, 3, 6]),
  );
  expect(permute(new Float32Array(0), [0, 3], [1, 0])).toHaveLength(0);
});
