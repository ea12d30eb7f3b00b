import { beforeAll, describe, expect, it } from 'vitest';
import { accuracy, binaryAccuracy, topKAccuracy } from '../../../lib/metrics/batch.ts';
import { bleu } from '../../../lib/metrics/bleu.ts';
import {
  accuracyOf,
  confusionMatrix,
  meanIoU,
  precisionRecall,
  topK,
} from '../../../lib/metrics/classification.ts';
import {
  averagePrecision,
  type Box,
  boxIoU,
  type Detection,
  type GroundTruth,
  meanAveragePrecision,
  nonMaximumSuppression,
} from '../../../lib/metrics/detection.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  await startEngine();
});

describe('figures of a batch', () => {
  let output: tf.Tensor;
  beforeAll(() => {
    output = tf.tensor2d([
      [0.1, 0.9, 0],
      [0.5, 0.2, 0.3],
      [0, 0.4, 0.6],
    ]);
  });
  const one = (t: tf.Tensor) => t.dataSync()[0];
  it('count class numbers, columns of them and one-hot rows alike', () => {
    const forms = [
      tf.tensor1d([1, 2, 2], 'int32'),
      tf.tensor1d([1, 2, 2]),
      tf.tensor2d([[1], [2], [2]]),
      tf.oneHot([1, 2, 2], 3),
    ];
    for (const ys of forms) {
      expect(one(accuracy(output, ys))).toBeCloseTo(2 / 3, 6);
      expect(one(topKAccuracy(2)(output, ys))).toBe(1);
      expect(one(topKAccuracy(1)(output, ys))).toBeCloseTo(2 / 3, 6);
    }
  });
  it('count pixels of a segmentation', () => {
    const pixels = tf.tensor4d([1, 0, 0, 1, 1, 0, 0, 1], [1, 2, 2, 2]);
    expect(one(accuracy(pixels, tf.tensor3d([0, 1, 1, 1], [1, 2, 2])))).toBe(0.75);
  });
  it('count decisions of single outputs', () => {
    expect(one(binaryAccuracy()(tf.tensor2d([[1], [-1], [2]]), tf.tensor1d([1, 1, 1])))).toBeCloseTo(
      2 / 3,
      6,
    );
  });
  it('name shapes that do not fit', () => {
    expect(() => accuracy(output, tf.tensor1d([1, 2]))).toThrow(
      /labels have shape \[2\].*output of shape \[3,3\]/,
    );
  });
});

describe('classification', () => {
  const actual = [0, 0, 0, 1, 1, 2, 2, 2, 2, 2];
  const predicted = [0, 0, 1, 1, 0, 2, 2, 2, 1, 0];
  it('counts and divides as by hand', () => {
    expect(accuracyOf(actual, predicted)).toBe(0.6);
    const matrix = confusionMatrix(actual, predicted);
    expect(matrix).toEqual([
      [2, 1, 0],
      [1, 1, 0],
      [1, 1, 3],
    ]);
    const report = precisionRecall(matrix);
    expect(report.classes[0]).toEqual({ precision: 2 / 4, recall: 2 / 3, f1: 4 / 7, support: 3 });
    expect(report.classes[2]).toEqual({ precision: 1, recall: 3 / 5, f1: 6 / 8, support: 5 });
    expect(report.macro.recall).toBeCloseTo((2 / 3 + 1 / 2 + 3 / 5) / 3, 12);
    expect(report.accuracy).toBe(0.6);
    expect(meanIoU(matrix).classes).toEqual([2 / 5, 1 / 4, 3 / 5]);
    expect(meanIoU(matrix).mean).toBeCloseTo(1.25 / 3, 12);
  });
  it('leaves classes that never come up out of the means', () => {
    const matrix = confusionMatrix([0, 0], [0, 0], 3);
    expect(precisionRecall(matrix).macro).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(meanIoU(matrix).mean).toBe(1);
  });
  it('gives a tie to the example in topK', () => {
    expect(topK([1], [0.5, 0.5, 0], 3, 1)).toBe(1);
    expect(topK([2, 0], [0.1, 0.6, 0.3, 0.2, 0.5, 0.3], 3, 2)).toBe(0.5);
  });
  it('says what is wrong', () => {
    expect(() => accuracyOf([1], [1, 2])).toThrow('1 actual classes and 2 predicted');
    expect(() => confusionMatrix([3], [0], 3)).toThrow('class number 3; there are the classes 0 to 2');
    expect(() => confusionMatrix([], [])).toThrow('no examples');
    expect(() => topK([0], [1, 2], 3, 1)).toThrow('2 scores for 1 examples of 3 classes');
  });
});

describe('detection', () => {
  it.each<[Box, Box, number]>([
    [[0, 0, 2, 2], [0, 0, 2, 2], 1],
    [[0, 0, 2, 2], [2, 0, 4, 2], 0],
    [[0, 0, 2, 2], [1, 0, 3, 2], 1 / 3],
    [[0, 0, 4, 4], [1, 1, 2, 2], 1 / 16],
    [[0, 0, 0, 0], [0, 0, 0, 0], 0],
  ])('boxIoU of %j and %j is %d', (a, b, expected) => {
    expect(boxIoU(a, b)).toBeCloseTo(expected, 12);
    expect(boxIoU(b, a)).toBeCloseTo(expected, 12);
  });
  it('refuses what is no box', () => {
    expect(() => boxIoU([2, 0, 1, 1], [0, 0, 1, 1])).toThrow('[2,0,1,1] is no box');
  });

  // Worked by hand: three objects; hits at ranks 1, 3, a miss at 2, a second detection of a taken object at 4.
  const truth: GroundTruth[] = [
    { image: 1, class: 'a', box: [0, 0, 10, 10] },
    { image: 1, class: 'a', box: [20, 0, 30, 10] },
    { image: 2, class: 'a', box: [0, 0, 10, 10] },
  ];
  const found: Detection[] = [
    { image: 1, class: 'a', score: 0.6, box: [0, 0, 10, 9.5] },
    { image: 1, class: 'a', score: 0.9, box: [0, 0, 10, 10] },
    { image: 1, class: 'a', score: 0.8, box: [50, 50, 60, 60] },
    { image: 2, class: 'a', score: 0.7, box: [0, 0, 10, 6] },
  ];
  it('averages precision as by hand, at all points and at eleven', () => {
    const { mean, classes } = meanAveragePrecision(found, truth);
    const { curve } = classes.get('a')!;
    expect(curve.precision).toEqual([1, 1 / 2, 2 / 3, 2 / 4]);
    expect(curve.recall).toEqual([1 / 3, 1 / 3, 2 / 3, 2 / 3]);
    expect(mean).toBeCloseTo((1 + 2 / 3) / 3, 12);
    // Recalls 0 to 0.3 have precision 1, 0.4 to 0.6 have 2/3, the others 0.
    expect(meanAveragePrecision(found, truth, { points: '11' }).mean).toBeCloseTo((4 + 3 * (2 / 3)) / 11, 12);
    expect(meanAveragePrecision(found, truth, { iou: 0.7 }).mean).toBeCloseTo(1 / 3, 12);
  });
  it('counts detections of difficult objects neither way, and means over classes', () => {
    const hard: GroundTruth[] = [
      ...truth,
      { image: 3, class: 'a', box: [0, 0, 9, 9], difficult: true },
      { image: 3, class: 'b', box: [0, 0, 9, 9] },
    ];
    const more: Detection[] = [...found, { image: 3, class: 'a', score: 0.95, box: [0, 0, 9, 9] }];
    const result = meanAveragePrecision(more, hard);
    expect(result.classes.get('a')!.averagePrecision).toBeCloseTo((1 + 2 / 3) / 3, 12);
    expect(result.classes.get('b')!.averagePrecision).toBe(0);
    expect(result.mean).toBeCloseTo((1 + 2 / 3) / 6, 12);
    expect(averagePrecision({ precision: [], recall: [], scores: [] }, '11')).toBe(0);
  });
  it('keeps the best of overlapping boxes', () => {
    expect(nonMaximumSuppression(found).map((d) => d.score)).toEqual([0.9, 0.8, 0.7]);
  });
});

describe('bleu', () => {
  it("clips counts as in the paper's example", () => {
    // Papineni et al.: "the" comes twice in a reference, so 2/7 of the unigrams count.
    const references = [['the cat is on the mat', 'there is a cat on the mat']];
    expect(bleu(['the the the the the the the'], references, { order: 1 })).toBeCloseTo(2 / 7, 12);
  });
  it('is the geometric mean of precisions times the brevity penalty', () => {
    // 5 of 5 unigrams, 3 of 4 bigrams; 5 words against 6.
    const score = bleu(['the cat on the mat'], [['the cat is on the mat']], { order: 2 });
    expect(score).toBeCloseTo(Math.exp(1 - 6 / 5) * Math.sqrt(1 * (3 / 4)), 12);
  });
  it('sums counts over the corpus and is 0 without a common n-gram', () => {
    const score = bleu(['a b', 'c d e'], [['a b'], ['c x e']], { order: 2 });
    expect(score).toBeCloseTo(Math.sqrt((4 / 5) * (1 / 3)), 12);
    expect(bleu(['x'], [['y']])).toBe(0);
    expect(bleu([''], [['y']])).toBe(0);
    expect(bleu(['a b c'], [['a b d']], { order: 3, smooth: true })).toBeCloseTo(
      ((2 / 3) * (2 / 3) * (1 / 2)) ** (1 / 3),
      12,
    );
    expect(() => bleu(['a'], [])).toThrow('1 candidates');
  });
});
