import { expect, test } from 'vitest';
import { parseIdx } from '../../datasets/idx.ts';
import { idx } from './support/made-idx.ts';

test('reads dimensions and values', () => {
  const array = parseIdx(
    idx(
      [2, 2, 3],
      Uint8Array.from({ length: 12 }, (_, i) => i),
    ),
    3,
    'file',
  );
  expect(array.dims).toEqual([2, 2, 3]);
  expect([...array.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test.each([
  ['an empty file', new Uint8Array(0), 'truncated', 'has 0 bytes'],
  ['a header cut short', idx([2, 2, 3], new Uint8Array(0)).subarray(0, 9), 'truncated', 'has 9 bytes'],
  ['labels for images', idx([40], new Uint8Array(40)), 'wrong-magic', '0x00000801'],
  ['another format', new Uint8Array(100).fill(0x50), 'wrong-magic', '0x50505050'],
  ['missing values', idx([2, 2, 3], new Uint8Array(11)), 'truncated', '12 values, and 11 are there'],
  ['too many values', idx([2, 2, 3], new Uint8Array(13)), 'wrong-size', '12 values, and 13 are there'],
  [
    'a size beyond all memory',
    idx([0xffffffff, 0xffffffff, 0xffffffff], new Uint8Array(4)),
    'truncated',
    'and 4 are',
  ],
])('refuses %s with a sentence', (_, bytes, code, part) => {
  expect(() => parseIdx(bytes, 3, 'folder/file')).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(`^folder/file .*${part}`) }) as Error,
  );
});
