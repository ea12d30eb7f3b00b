import { describe, expect, it } from 'vitest';
import { boxIoU } from '../../../lib/metrics/detection.ts';
import { anchorBoxes, decodeBox, encodeBox, matchAnchors } from '../../../lib/vision/anchors.ts';
import { boxAround, connectedComponents } from '../../../lib/vision/components.ts';

describe('anchors', () => {
  it('lie row after row round the centres of the cells', () => {
    const anchors = anchorBoxes({
      image: [8, 12],
      stride: 4,
      sizes: [
        [2, 2],
        [4, 6],
      ],
    });
    expect(anchors).toHaveLength(2 * 3 * 2);
    expect(anchors[0]).toEqual([1, 1, 3, 3]);
    expect(anchors[1]).toEqual([0, -1, 4, 5]);
    expect(anchors[2]).toEqual([5, 1, 7, 3]);
    expect(anchors.at(-1)).toEqual([8, 3, 12, 9]);
  });

  it('refuse an image that the stride does not divide, and boxes without sides', () => {
    expect(() => anchorBoxes({ image: [10, 8], stride: 4, sizes: [[2, 2]] })).toThrow(
      'no whole number of cells',
    );
    expect(() => anchorBoxes({ image: [8, 8], stride: 4, sizes: [] })).toThrow('sizes must be');
    expect(() => anchorBoxes({ image: [8, 8], stride: 4, sizes: [[0, 2]] })).toThrow('sizes must be');
  });

  it('offsets lead back to the box that they came from', () => {
    const anchor = [10, 20, 30, 28] as const;
    for (const box of [
      [0, 0, 5, 9],
      [12, 21, 29, 40],
      [10, 20, 30, 28],
    ] as const) {
      const back = decodeBox(encodeBox(box, anchor), anchor);
      back.forEach((v, i) => void expect(v).toBeCloseTo(box[i]!, 9));
    }
    expect(encodeBox(anchor, anchor)).toEqual([0, 0, 0, 0]);
    expect(encodeBox([10, 20, 50, 28], anchor)).toEqual([0.5, 0, Math.log(2), 0]);
  });

  it('a box without a side has no offsets, and wild offsets no infinite box', () => {
    expect(() => encodeBox([1, 1, 1, 4], [0, 0, 2, 2])).toThrow('not above 0');
    expect(decodeBox([0, 0, 1000, 1000], [0, 0, 2, 2]).every(Number.isFinite)).toBe(true);
  });

  it('answer for what they overlap; each object has one, and those in between count for nobody', () => {
    const anchors = [
      [0, 0, 10, 10],
      [0, 0, 10, 22],
      [40, 0, 50, 10],
      [20, 20, 24, 24],
    ] as const;
    const objects = [
      [0, 0, 10, 10],
      [41, 9, 51, 19],
    ] as const;
    expect(boxIoU(anchors[1], objects[0])).toBeCloseTo(10 / 22, 9);
    // The third anchor hardly touches the second object, but none is nearer.
    expect(Array.from(matchAnchors(anchors, objects))).toEqual([0, -2, 1, -1]);
    expect(Array.from(matchAnchors(anchors, objects, { positive: 0.4 }))).toEqual([0, 0, 1, -1]);
    expect(Array.from(matchAnchors(anchors, []))).toEqual([-1, -1, -1, -1]);
    expect(() => matchAnchors(anchors, objects, { negative: 0.9 })).toThrow('negative <= positive');
  });
});

describe('connected components', () => {
  const mask = [
    1,
    1,
    0,
    0,
    0, //
    0,
    0,
    1,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    1,
    0,
    0,
    0,
    1,
  ];

  it('join pixels by sides and corners, the largest first', () => {
    const found = connectedComponents(mask, { height: 4, width: 5 });
    expect(found.map((c) => c.area)).toEqual([3, 3, 1]);
    expect(found.map((c) => c.box)).toEqual([
      [0, 0, 3, 2],
      [4, 1, 5, 4],
      [0, 3, 1, 4],
    ]);
    expect(Array.from(found[0]!.pixels)).toEqual([0, 1, 7]);
  });

  it('cover each pixel of the mask once', () => {
    const random = Array.from({ length: 400 }, (_, i) => (Math.imul(i + 7, 2654435761) >>> 0) % 3 === 0);
    const places = connectedComponents(random, { height: 20, width: 20 }).flatMap((c) => [...c.pixels]);
    expect(places.sort((a, b) => a - b)).toEqual(random.flatMap((v, i) => (v ? [i] : [])));
  });

  it('an empty mask has none, and a mask of another size is refused', () => {
    expect(connectedComponents([0, 0], { height: 1, width: 2 })).toEqual([]);
    expect(() => connectedComponents([0, 0], { height: 2, width: 2 })).toThrow('no mask of 2 x 2');
    expect(() => boxAround([], 4)).toThrow('no pixels');
  });
});
