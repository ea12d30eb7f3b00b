import { type Box, boxIoU } from '../metrics/detection.ts';

export interface AnchorOptions {
  /** `[height, width]` of the image, in pixels. */
  image: readonly [height: number, width: number];
  /** Pixels of the image from one cell of the feature map to the next. */
  stride: number;
  /** `[width, height]` of the boxes in each cell, in pixels. */
  sizes: readonly (readonly [width: number, height: number])[];
}

/**
 * Anchors (Ren et al. 2015, "Faster R-CNN", arXiv:1506.01497): boxes of a few sizes round the centre of every cell of a
 * feature map. A detector says for each what it holds and how its frame must move. Row after row, within a cell in the
 * order of `sizes`: the order of a convolution's output `[rows, columns, sizes * …]`.
 *
 * @returns `rows * columns * sizes.length` boxes; those at the border reach beyond the image
 * @throws where stride or sizes aren't above 0, or a side of the image isn't a multiple of the stride
 *
 * @example
 * import { anchorBoxes } from 'convbook';
 * const anchors = anchorBoxes({ image: [8, 8], stride: 4, sizes: [[4, 4], [2, 6]] });
 * console.log(anchors.length, anchors[1]); // 8 [1, -1, 3, 5]
 */
export function anchorBoxes({ image: [height, width], stride, sizes }: AnchorOptions): Box[] {
  if (!(stride > 0) || height % stride !== 0 || width % stride !== 0) {
    throw new RangeError(
      `anchorBoxes: an image of ${height} x ${width} has no whole number of cells of ${stride} pixels. Take a stride that divides both sides.`,
    );
  }
  if (sizes.length === 0 || sizes.some(([w, h]) => !(w > 0 && h > 0))) {
    throw new RangeError(
      `anchorBoxes: sizes must be pairs of numbers above 0; they are [${sizes.join('], [')}].`,
    );
  }
  const boxes: Box[] = [];
  for (let y = stride / 2; y < height; y += stride) {
    for (let x = stride / 2; x < width; x += stride) {
      for (const [w, h] of sizes) boxes.push([x - w / 2, y - h / 2, x + w / 2, y + h / 2]);
    }
  }
  return boxes;
}

/** How a box lies to an anchor: shifts in the anchor's sizes, and logarithms of the ratios of the sides. */
export type BoxOffsets = readonly [dx: number, dy: number, logWidth: number, logHeight: number];

/**
 * A box as offsets from an anchor (Girshick et al. 2014, "R-CNN", arXiv:1311.2524):
 * `dx = (x - xa) / wa`, `dy = (y - ya) / ha`, `log(w / wa)`, `log(h / ha)` with the boxes' centres and sides. They are
 * small numbers of one size whatever the object's, which is what a regression learns well.
 *
 * @throws where a side of either is 0: its logarithm has no value
 *
 * @example
 * import { encodeBox } from 'convbook';
 * console.log(encodeBox([2, 0, 6, 4], [0, 0, 4, 4])); // [0.5, 0, 0, 0]
 */
export function encodeBox(box: Box, anchor: Box): BoxOffsets {
  const [a, b] = [centred(anchor), centred(box)];
  if (!(a.width > 0 && a.height > 0 && b.width > 0 && b.height > 0)) {
    throw new RangeError(
      `encodeBox: the box [${box}] or the anchor [${anchor}] has a side that is not above 0.`,
    );
  }
  return [
    (b.x - a.x) / a.width,
    (b.y - a.y) / a.height,
    Math.log(b.width / a.width),
    Math.log(b.height / a.height),
  ];
}

/**
 * The box that offsets say: the way back from `encodeBox`.
 *
 * @example
 * import { decodeBox } from 'convbook';
 * console.log(decodeBox([0.5, 0, 0, 0], [0, 0, 4, 4])); // [2, 0, 6, 4]
 */
export function decodeBox([dx, dy, logWidth, logHeight]: BoxOffsets, anchor: Box): Box {
  const a = centred(anchor);
  // A wild guess early in training would otherwise overflow.
  const [w, h] = [a.width * Math.exp(Math.min(logWidth, 8)), a.height * Math.exp(Math.min(logHeight, 8))];
  const [x, y] = [a.x + dx * a.width, a.y + dy * a.height];
  return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
}

export interface MatchOptions {
  /** From this overlap on, an anchor is an object's; default 0.5. */
  positive?: number;
  /** Below this overlap with every object, an anchor is background; default 0.4. Those between count for neither. */
  negative?: number;
}

const BACKGROUND = -1;
const IGNORED = -2;

/**
 * Which anchor answers for which object: one that overlaps an object enough, and for every object the anchor that
 * overlaps it most, so that none is without.
 *
 * @returns for each anchor its object's number, -1 for background, or -2 where it counts for neither
 *
 * @example
 * import { matchAnchors } from 'convbook';
 * const anchors = [[0, 0, 4, 4], [0, 0, 4, 6], [8, 8, 12, 12]] as const;
 * console.log(Array.from(matchAnchors(anchors, [[0, 0, 4, 4]]))); // [0, 0, -1]
 */
export function matchAnchors(
  anchors: readonly Box[],
  objects: readonly Box[],
  { positive = 0.5, negative = 0.4 }: MatchOptions = {},
): Int32Array {
  if (!(negative >= 0 && negative <= positive && positive <= 1)) {
    throw new RangeError(
      `matchAnchors: expected 0 <= negative <= positive <= 1; negative is ${negative} and positive ${positive}.`,
    );
  }
  const matches = new Int32Array(anchors.length).fill(BACKGROUND);
  const overlaps = objects.map((object) => anchors.map((anchor) => boxIoU(anchor, object)));
  anchors.forEach((_, i) => {
    let best = 0;
    objects.forEach((_object, k) => {
      if (overlaps[k]![i]! <= best) return;
      best = overlaps[k]![i]!;
      matches[i] = best >= positive ? k : best >= negative ? IGNORED : BACKGROUND;
    });
  });
  overlaps.forEach((row, k) => {
    const most = row.reduce((best, value, i) => (value > row[best]! ? i : best), 0);
    if ((row[most] ?? 0) > 0) matches[most] = k;
  });
  return matches;
}

function centred([x1, y1, x2, y2]: Box): { x: number; y: number; width: number; height: number } {
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 };
}
