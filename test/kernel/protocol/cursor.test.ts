import { expect, test } from 'vitest';
import { toCodePoints, toUtf16 } from '../../../kernel/protocol/cursor.ts';

test('code point positions and UTF-16 indices are converted both ways', () => {
  const text = 'a🙂b🙂';
  expect([0, 1, 2, 3, 4].map((n) => toUtf16(text, n))).toEqual([0, 1, 3, 4, 6]);
  expect([0, 1, 3, 4, 6].map((n) => toCodePoints(text, n))).toEqual([0, 1, 2, 3, 4]);
});

test('positions outside the text are moved to its ends', () => {
  expect(toUtf16('🙂', 99)).toBe(2);
  expect(toUtf16('🙂', -1)).toBe(0);
  expect(toCodePoints('🙂', 99)).toBe(1);
});

test('an unpaired surrogate counts as one', () => {
  expect(toUtf16('\ud83dx', 1)).toBe(1);
  expect(toCodePoints('\ud83dx', 2)).toBe(2);
});
