import type { TypedArray } from '../training/arrays.ts';

/** Class numbers: a typed array or a list. */
export type Classes = ArrayLike<number>;

/** The share of positions where two lists of class numbers agree. */
export function accuracyOf(actual: Classes, predicted: Classes): number {
  sameLength('accuracyOf', actual, predicted);
  let right = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] === predicted[i]) right++;
  return right / actual.length;
}

/**
 * The share of examples whose class is among the `k` largest scores. Ties count for the example.
 *
 * @param scores rows of `classes` numbers, one after the other
 *
 * @example
 * import { topK } from 'convbook';
 * const scores = new Float32Array([0.1, 0.7, 0.2, 0.6, 0.3, 0.1]);
 * console.log(topK([2, 2], scores, 3, 2)); // 0.5
 */
export function topK(
  actual: Classes,
  scores: TypedArray | readonly number[],
  classes: number,
  k: number,
): number {
  if (scores.length !== actual.length * classes || actual.length === 0) {
    throw new Error(
      `topK got ${scores.length} scores for ${actual.length} examples of ${classes} classes each.`,
    );
  }
  let right = 0;
  for (let i = 0; i < actual.length; i++) {
    const own = scores[i * classes + classOf('topK', actual[i]!, classes)]!;
    let larger = 0;
    for (let c = 0; c < classes; c++) if (scores[i * classes + c]! > own) larger++;
    if (larger < k) right++;
  }
  return right / actual.length;
}

/**
 * How often each class was taken for each: row = actual class, column = predicted class.
 *
 * @param classes how many; default one more than the largest number that comes up
 *
 * @example
 * import { confusionMatrix } from 'convbook';
 * console.log(confusionMatrix([0, 0, 1], [0, 1, 1])); // [[1, 1], [0, 1]]
 */
export function confusionMatrix(actual: Classes, predicted: Classes, classes?: number): number[][] {
  sameLength('confusionMatrix', actual, predicted);
  let n = classes ?? 0;
  if (classes === undefined) {
    for (let i = 0; i < actual.length; i++) n = Math.max(n, actual[i]! + 1, predicted[i]! + 1);
  }
  const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < actual.length; i++) {
    matrix[classOf('confusionMatrix', actual[i]!, n)]![classOf('confusionMatrix', predicted[i]!, n)]!++;
  }
  return matrix;
}

export interface ClassReport {
  /** tp / (tp + fp): how many of those taken for the class are of it. NaN where none was taken for it. */
  precision: number;
  /** tp / (tp + fn): how many of the class were found. NaN where there is none. */
  recall: number;
  /** The harmonic mean of both, 2 tp / (2 tp + fp + fn). */
  f1: number;
  /** Examples of the class. */
  support: number;
}

export interface Report {
  classes: ClassReport[];
  /** Plain means over the classes that come up; a class that was never predicted counts as precision 0. */
  macro: Omit<ClassReport, 'support'>;
  accuracy: number;
}

/**
 * Precision, recall and F1 of each class, from a confusion matrix.
 *
 * @example
 * import { precisionRecall } from 'convbook';
 * const { classes } = precisionRecall([[8, 2], [4, 6]]);
 * console.log(classes[0]!.precision.toFixed(3), classes[0]!.recall); // 0.667 0.8
 */
export function precisionRecall(matrix: readonly (readonly number[])[]): Report {
  const n = matrix.length;
  if (n === 0 || matrix.some((row) => row.length !== n)) {
    throw new Error(
      `precisionRecall needs a square confusion matrix; it has ${n} rows of ${matrix.map((r) => r.length)} columns.`,
    );
  }
  let right = 0;
  let all = 0;
  const classes = matrix.map((row, c) => {
    const support = row.reduce((a, b) => a + b, 0);
    const taken = matrix.reduce((a, r) => a + r[c]!, 0);
    const tp = row[c]!;
    right += tp;
    all += support;
    return { precision: tp / taken, recall: tp / support, f1: (2 * tp) / (taken + support), support };
  });
  const present = classes.filter((c) => c.support > 0);
  const mean = (of: (c: ClassReport) => number) =>
    present.reduce((sum, c) => sum + (of(c) || 0), 0) / present.length;
  return {
    classes,
    macro: { precision: mean((c) => c.precision), recall: mean((c) => c.recall), f1: mean((c) => c.f1) },
    accuracy: right / all,
  };
}

/**
 * Mean intersection over union of a segmentation: for each class tp / (tp + fp + fn) over all pixels, then the mean over
 * the classes that come up in either.
 *
 * @param matrix the pixels' confusion matrix
 *
 * @example
 * import { confusionMatrix, meanIoU } from 'convbook';
 * console.log(meanIoU(confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1])).mean.toFixed(4)); // 0.5833
 */
export function meanIoU(matrix: readonly (readonly number[])[]): { mean: number; classes: number[] } {
  const classes = precisionRecall(matrix).classes.map(({ support }, c) => {
    const taken = matrix.reduce((a, r) => a + r[c]!, 0);
    return matrix[c]![c]! / (support + taken - matrix[c]![c]!);
  });
  const present = classes.filter((v) => !Number.isNaN(v));
  return { mean: present.reduce((a, b) => a + b, 0) / present.length, classes };
}

function sameLength(who: string, a: Classes, b: Classes): void {
  if (a.length !== b.length)
    throw new Error(`${who} got ${a.length} actual classes and ${b.length} predicted ones.`);
  if (a.length === 0) throw new Error(`${who} got no examples.`);
}

function classOf(who: string, value: number, classes: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= classes) {
    throw new Error(`${who} got the class number ${value}; there are the classes 0 to ${classes - 1}.`);
  }
  return value;
}
