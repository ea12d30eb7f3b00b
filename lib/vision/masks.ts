import type { MeanAveragePrecision } from '../metrics/detection.ts';
import { averagePrecision } from '../metrics/detection.ts';

/** One object's pixels, as places `y * width + x` in rising order. */
export type Mask = ArrayLike<number>;

/** An object that was found, with its pixels. */
export interface FoundMask {
  image: string | number;
  class: string | number;
  score: number;
  mask: Mask;
}

/** An object that is there, with its pixels. */
export type TrueMask = Omit<FoundMask, 'score'>;

/**
 * Intersection over union of two masks: pixels in both over pixels in either.
 *
 * @example
 * import { maskIoU } from 'convbook';
 * console.log(maskIoU([1, 2, 3], [2, 3, 4])); // 0.5
 */
export function maskIoU(a: Mask, b: Mask): number {
  let both = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) both++;
    const [x, y] = [a[i]!, b[j]!];
    if (x <= y) i++;
    if (y <= x) j++;
  }
  const either = a.length + b.length - both;
  return either === 0 ? 0 : both / either;
}

/**
 * Mean average precision of instance segmentation: as `meanAveragePrecision`, with the overlap of masks instead of boxes
 * (Hariharan et al. 2014, "Simultaneous detection and segmentation", arXiv:1407.1808).
 *
 * @throws where no object is there at all
 *
 * @example
 * import { maskAveragePrecision } from 'convbook';
 * const truth = [{ image: 1, class: 'cat', mask: [0, 1, 2, 3] }];
 * console.log(maskAveragePrecision([{ image: 1, class: 'cat', score: 1, mask: [1, 2, 3] }], truth).mean); // 1
 */
export function maskAveragePrecision(
  found: readonly FoundMask[],
  truth: readonly TrueMask[],
  { iou = 0.5 }: { iou?: number } = {},
): MeanAveragePrecision {
  if (!(iou > 0 && iou <= 1))
    throw new RangeError(`maskAveragePrecision: iou is ${iou}; expected it above 0 and at most 1.`);
  if (truth.length === 0) throw new Error('maskAveragePrecision got no objects as ground truth.');
  const classes: MeanAveragePrecision['classes'] = new Map();
  for (const name of new Set(truth.map((t) => t.class))) {
    const objects = truth.filter((t) => t.class === name);
    const curve = { precision: [] as number[], recall: [] as number[], scores: [] as number[] };
    const taken = new Set<TrueMask>();
    const guesses = found.filter((f) => f.class === name).toSorted((a, b) => b.score - a.score);
    guesses.forEach((guess, i) => {
      const rated = objects
        .filter((object) => object.image === guess.image)
        .map((object) => ({ object, overlap: maskIoU(object.mask, guess.mask) }))
        .sort((a, b) => b.overlap - a.overlap);
      if (rated[0] && rated[0].overlap >= iou) taken.add(rated[0].object);
      // A second guess at the same object adds none to the set: it counts as a miss.
      curve.precision.push(taken.size / (i + 1));
      curve.recall.push(taken.size / objects.length);
      curve.scores.push(guess.score);
    });
    classes.set(name, { averagePrecision: averagePrecision(curve), curve });
  }
  const mean = [...classes.values()].reduce((sum, c) => sum + c.averagePrecision, 0) / classes.size;
  return { mean, classes };
}
