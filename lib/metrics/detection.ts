/** A rectangle by its corners: left, top, right, bottom, in pixels or parts of the image. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** One object that a detector found. */
export interface Detection {
  image: string | number;
  class: string | number;
  score: number;
  box: Box;
}

/** One object that is there. */
export interface GroundTruth {
  image: string | number;
  class: string | number;
  box: Box;
  /** Left out of the score: neither finding nor missing it counts (VOC's "difficult"). */
  difficult?: boolean;
}

/**
 * Intersection over union of two boxes: the area of both over the area of either, from 0 to 1.
 *
 * @throws where a corner isn't a number or the right or bottom edge lies before the left or top
 *
 * @example
 * import { boxIoU } from 'convbook';
 * console.log(boxIoU([0, 0, 2, 2], [1, 1, 3, 3]).toFixed(4)); // 0.1429 = 1 / 7
 */
export function boxIoU(a: Box, b: Box): number {
  checkBox(a);
  checkBox(b);
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (area(a) + area(b) - both);
}

/**
 * Keeps the best of boxes that overlap: takes the highest score, drops all of the same class that overlap it by more than
 * `threshold`, and goes on.
 *
 * @returns the kept ones, best first
 */
export function nonMaximumSuppression<D extends Detection>(detections: readonly D[], threshold = 0.5): D[] {
  const kept: D[] = [];
  for (const candidate of detections.toSorted((a, b) => b.score - a.score)) {
    const covered = kept.some(
      (k) =>
        k.image === candidate.image &&
        k.class === candidate.class &&
        boxIoU(k.box, candidate.box) > threshold,
    );
    if (!covered) kept.push(candidate);
  }
  return kept;
}

export interface PrecisionRecallCurve {
  precision: number[];
  recall: number[];
  /** The score of the detection that each point ends with. */
  scores: number[];
}

export interface AveragePrecisionOptions {
  /** The least overlap of a hit; default 0.5. */
  iou?: number;
  /** `'all'` points: the area under the curve (VOC 2010 on, COCO's idea). `'11'`: the mean at recalls 0, 0.1 … 1 (VOC 2007). */
  points?: 'all' | '11';
}

export interface MeanAveragePrecision {
  /** The mean over the classes that come up in the ground truth. */
  mean: number;
  classes: Map<string | number, { averagePrecision: number; curve: PrecisionRecallCurve }>;
}

/**
 * Mean average precision of a detector (Everingham et al. 2010). Within a class, detections are taken by falling
 * score; one is a hit where it overlaps an object of its image, that no better detection took, by at least `iou`.
 *
 * @example
 * import { meanAveragePrecision } from 'convbook';
 * const truth = [{ image: 1, class: 'cat', box: [0, 0, 10, 10] as const }];
 * const found = [{ image: 1, class: 'cat', score: 0.9, box: [0, 0, 10, 9] as const }];
 * console.log(meanAveragePrecision(found, truth).mean); // 1
 */
export function meanAveragePrecision(
  detections: readonly Detection[],
  truth: readonly GroundTruth[],
  { iou = 0.5, points = 'all' }: AveragePrecisionOptions = {},
): MeanAveragePrecision {
  if (!(iou > 0 && iou <= 1))
    throw new Error(`meanAveragePrecision: iou is ${iou}; expected it above 0 and at most 1.`);
  const classes: MeanAveragePrecision['classes'] = new Map();
  for (const name of new Set(truth.filter((t) => !t.difficult).map((t) => t.class))) {
    const curve = precisionRecallCurve(
      detections.filter((d) => d.class === name),
      truth.filter((t) => t.class === name),
      iou,
    );
    classes.set(name, { averagePrecision: averagePrecision(curve, points), curve });
  }
  if (classes.size === 0) throw new Error('meanAveragePrecision got no objects as ground truth.');
  const mean = [...classes.values()].reduce((sum, c) => sum + c.averagePrecision, 0) / classes.size;
  return { mean, classes };
}

/** Precision and recall of one class after each detection, by falling score. */
function precisionRecallCurve(
  detections: readonly Detection[],
  truth: readonly GroundTruth[],
  iou: number,
): PrecisionRecallCurve {
  const objects = truth.filter((t) => !t.difficult).length;
  const taken = new Set<GroundTruth>();
  const curve: PrecisionRecallCurve = { precision: [], recall: [], scores: [] };
  let hits = 0;
  let misses = 0;
  for (const detection of detections.toSorted((a, b) => b.score - a.score)) {
    let best: GroundTruth | undefined;
    let overlap = 0;
    for (const object of truth) {
      if (object.image !== detection.image) continue;
      const value = boxIoU(object.box, detection.box);
      if (value > overlap) [best, overlap] = [object, value];
    }
    if (best && overlap >= iou) {
      if (best.difficult) continue;
      if (taken.has(best)) misses++;
      else {
        taken.add(best);
        hits++;
      }
    } else misses++;
    curve.precision.push(hits / (hits + misses));
    curve.recall.push(hits / objects);
    curve.scores.push(detection.score);
  }
  return curve;
}

/**
 * The average precision of a curve. Both forms use, at each recall, the best precision at that recall or a higher one.
 */
export function averagePrecision(
  { precision, recall }: PrecisionRecallCurve,
  points: 'all' | '11' = 'all',
): number {
  const bestFrom = [...precision];
  for (let i = bestFrom.length - 2; i >= 0; i--) bestFrom[i] = Math.max(bestFrom[i]!, bestFrom[i + 1]!);
  if (points === '11') {
    let sum = 0;
    for (let tenth = 0; tenth <= 10; tenth++) {
      const at = recall.findIndex((r) => r >= tenth / 10 - 1e-12);
      if (at >= 0) sum += bestFrom[at]!;
    }
    return sum / 11;
  }
  let sum = 0;
  let before = 0;
  recall.forEach((r, i) => {
    sum += (r - before) * bestFrom[i]!;
    before = r;
  });
  return sum;
}

function area(box: Box): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}

function checkBox(box: Box): void {
  if (box.length !== 4 || !box.every(Number.isFinite) || box[2] < box[0] || box[3] < box[1]) {
    throw new Error(`[${box}] is no box; expected [x1, y1, x2, y2] with x1 <= x2 and y1 <= y2.`);
  }
}
