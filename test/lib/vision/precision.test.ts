import { describe, expect, it } from 'vitest';
import { maskAveragePrecision, maskIoU } from '../../../lib/vision/masks.ts';
import { rankedPrecision, retrievalPrecision } from '../../../lib/vision/ranking.ts';

describe('masks', () => {
  it('overlap by their pixels', () => {
    expect(maskIoU([1, 2, 3, 4], [3, 4, 5, 6])).toBeCloseTo(2 / 6, 12);
    expect(maskIoU([1, 2], [1, 2])).toBe(1);
    expect(maskIoU([1], [2])).toBe(0);
    expect(maskIoU([], [])).toBe(0);
  });

  const truth = [
    { image: 0, class: 'a', mask: [0, 1, 2, 3] },
    { image: 1, class: 'a', mask: [0, 1, 2, 3] },
  ];

  it('a second guess at one object, a wrong image and a wrong class are misses', () => {
    const right = { image: 0, class: 'a', score: 0.9, mask: [0, 1, 2, 3] };
    expect(maskAveragePrecision([right], truth).mean).toBeCloseTo(0.5, 12);
    const second = { image: 1, class: 'a', score: 0.5, mask: [0, 1, 2] };
    expect(maskAveragePrecision([right, second], truth).mean).toBe(1);
    const again = { ...right, score: 0.8, mask: [1, 2, 3] };
    // Hits at places 1 and 3: 0.5 * 1 + 0.5 * 2/3.
    expect(maskAveragePrecision([right, again, second], truth).mean).toBeCloseTo(0.5 + 1 / 3, 12);
    expect(maskAveragePrecision([{ ...right, class: 'b' }], truth).mean).toBe(0);
    expect(maskAveragePrecision([{ ...right, image: 5 }], truth).mean).toBe(0);
  });

  it('a mask below the overlap is none, and a picture without objects has no score', () => {
    const part = { image: 0, class: 'a', score: 1, mask: [0, 1] };
    expect(maskAveragePrecision([part], truth).mean).toBeCloseTo(0.5, 12); // exactly half: a hit
    expect(maskAveragePrecision([part], truth, { iou: 0.6 }).mean).toBe(0);
    expect(() => maskAveragePrecision([part], [])).toThrow('no objects');
    expect(() => maskAveragePrecision([part], truth, { iou: 0 })).toThrow('above 0');
  });
});

describe('rankings', () => {
  it('average the precision at each thing that is wanted', () => {
    expect(rankedPrecision([true, true])).toBe(1);
    expect(rankedPrecision([false, true, false, true])).toBeCloseTo((1 / 2 + 2 / 4) / 2, 12);
    expect(() => rankedPrecision([false])).toThrow('nothing is relevant');
  });

  it('a gallery is searched by falling similarity, one query after the other', () => {
    const similarity = [0.1, 0.9, 0.5, /**/ 3, 2, 1];
    const found = retrievalPrecision(similarity, { queries: [1, 0], gallery: [1, 0, 1] });
    expect(found.rankings.map((r) => [...r])).toEqual([
      [1, 2, 0],
      [0, 1, 2],
    ]);
    expect(found.queries[0]).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
    expect(found.queries[1]).toBeCloseTo(1 / 2, 12);
    expect(found.mean).toBeCloseTo((found.queries[0]! + found.queries[1]!) / 2, 12);
    expect(() => retrievalPrecision([1, 2], { queries: [1], gallery: [1] })).toThrow(
      'expected one for each pair',
    );
  });
});
