import { beforeAll, describe, expect, it } from 'vitest';
import {
  binaryCrossEntropy,
  hinge,
  meanSquaredError,
  smoothL1,
  softmaxCrossEntropy,
} from '../../../lib/losses/index.ts';
import { compile } from '../../../lib/runtime/compile.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { useEngine } from '../reference/engine.ts';

beforeAll(useEngine);

const softmax = (row: number[]) => {
  const exps = row.map((v) => Math.exp(v - Math.max(...row)));
  const sum = exps.reduce((a, b) => a + b);
  return exps.map((v) => v / sum);
};
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const scores = [[3.2, 5.1, -1.7, 0.3], [0.5, -0.25, 2, 1.25], [-1, -2, 0.75, 4]]; // biome-ignore format: a matrix
const labels = [0, 2, 3];
const oneHot = labels.map((y) => [0, 1, 2, 3].map((j) => (j === y ? 1 : 0)));

/** Compares a loss and its gradient with a function of plain numbers. */
function check(loss: (x: Tensor) => Tensor, plain: (x: number[][]) => number, x = scores): void {
  expect(loss(tf.tensor2d(x)).dataSync()[0]).toBeCloseTo(plain(x), 5);
  const gradient = tf
    .grad((v: Tensor) => loss(v))(tf.tensor2d(x))
    .arraySync() as number[][];
  const h = 1e-5;
  x.forEach((row, i) => {
    row.forEach((_, j) => {
      const moved = (by: number) =>
        plain(x.map((r, a) => r.map((v, b) => (a === i && b === j ? v + by : v))));
      expect(gradient[i]![j]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 4);
    });
  });
}

describe('softmax cross-entropy', () => {
  const plain = (targets: number[][]) => (x: number[][]) =>
    mean(x.map((row, i) => -softmax(row).reduce((sum, p, j) => sum + targets[i]![j]! * Math.log(p), 0)));

  it('is the formula, for class numbers and one-hot rows', () => {
    check((x) => softmaxCrossEntropy(x, tf.tensor1d(labels, 'int32')), plain(oneHot));
    check((x) => softmaxCrossEntropy(x, tf.tensor2d(oneHot)), plain(oneHot));
  });

  it('smooths labels', () => {
    const smooth = oneHot.map((row) => row.map((v) => 0.9 * v + 0.1 / 4));
    check(
      (x) => softmaxCrossEntropy(x, tf.tensor1d(labels, 'int32'), { labelSmoothing: 0.1 }),
      plain(smooth),
    );
  });

  it("gives the slides' numbers: 2.04 and 1.04, natural logarithms", () => {
    const first = softmaxCrossEntropy(tf.tensor2d([[3.2, 5.1, -1.7]]), tf.tensor1d([0]));
    expect(first.dataSync()[0]).toBeCloseTo(2.04, 2);
    const second = softmaxCrossEntropy(tf.tensor2d([[-2.85, 0.86, 0.28]]), tf.tensor1d([2]));
    expect(second.dataSync()[0]).toBeCloseTo(1.04, 2);
  });

  it.each([-1, 4, 255])('refuses the label %i of 4 classes, and a compiled step gives NaN', (label) => {
    const wrong = tf.tensor1d([0, label, 3], 'int32');
    expect(() => softmaxCrossEntropy(tf.tensor2d(scores), wrong)).toThrow(
      `label 1 is ${label}, but there are 4 classes, numbered 0 to 3`,
    );
    expect(() => hinge(tf.tensor2d(scores), wrong)).toThrow(/label 1 is/);
    const step = compile((x: Tensor, y: Tensor) => softmaxCrossEntropy(x, y));
    const right = tf.tensor1d(labels, 'int32');
    step(tf.tensor2d(scores), right); // traces with labels that are right
    expect(step(tf.tensor2d(scores), wrong).dataSync()[0]).toBeNaN();
    expect(step(tf.tensor2d(scores), right).dataSync()[0]).not.toBeNaN();
    const ignored = softmaxCrossEntropy(tf.tensor2d(scores), wrong, { ignore: label });
    expect(ignored.dataSync()[0]).toBeCloseTo(
      softmaxCrossEntropy(tf.tensor2d([scores[0]!, scores[2]!]), tf.tensor1d([0, 3])).dataSync()[0]!,
      5,
    );
  });

  it('neither overflows nor underflows', () => {
    const huge = softmaxCrossEntropy(tf.tensor2d([[1e4, -1e4]]), tf.tensor1d([1]));
    expect(huge.dataSync()[0]).toBeCloseTo(2e4, 0);
    expect(softmaxCrossEntropy(tf.tensor2d([[1e4, -1e4]]), tf.tensor1d([0])).dataSync()[0]).toBeCloseTo(
      0,
      10,
    );
  });

  it('takes a row per pixel or word, and leaves out those to ignore', () => {
    const rows = tf.tensor2d([...scores, [9, 1, 1, 1]]);
    const pixels = rows.reshape([2, 1, 2, 4]);
    const numbers = [...labels, 1];
    const perPixel = softmaxCrossEntropy(pixels, tf.tensor3d(numbers, [2, 1, 2], 'int32')).dataSync()[0];
    expect(perPixel).toBeCloseTo(softmaxCrossEntropy(rows, tf.tensor1d(numbers, 'int32')).dataSync()[0]!, 5);
    const some = softmaxCrossEntropy(pixels, tf.tensor3d(numbers, [2, 1, 2], 'int32'), {
      ignore: 1,
    }).dataSync()[0];
    expect(some).toBeCloseTo(plain(oneHot)(scores), 5);
    const none = softmaxCrossEntropy(rows, tf.tensor1d([1, 1, 1, 1], 'int32'), { ignore: 1 }).dataSync()[0];
    expect(none).toBe(0);
    expect(() => softmaxCrossEntropy(rows, rows, { ignore: 1 })).toThrow(/ignore needs class numbers/);
    expect(() => softmaxCrossEntropy(tf.zeros([3, 1]), tf.zeros([3]))).toThrow(
      /at least two classes.*binaryCrossEntropy/,
    );
  });

  it('differentiates its targets too (distillation)', () => {
    const gradient = tf.grad((t: Tensor) => softmaxCrossEntropy(tf.tensor2d(scores), t))(tf.tensor2d(oneHot));
    const expected = scores.flatMap((row) => softmax(row).map((p) => -Math.log(p) / 3));
    gradient.dataSync().forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i]!, 4);
    });
  });

  it('says which labels it wants', () => {
    expect(() => softmaxCrossEntropy(tf.zeros([4, 3]), tf.zeros([5]))).toThrow(
      /labels of shape \[5\] don't fit logits of shape \[4,3\].*class numbers \[4\] or one-hot rows \[4,3\]/,
    );
    expect(() => softmaxCrossEntropy(tf.zeros([4]), tf.zeros([4]))).toThrow(
      /logits of shape \[batch, classes\]/,
    );
  });
});

describe('the other losses', () => {
  it("hinge is the slides' formula", () => {
    const plain = (x: number[][]) =>
      mean(
        x.map((row, i) =>
          row.reduce((s, v, j) => s + (j === labels[i] ? 0 : Math.max(0, v - row[labels[i]!]! + 1)), 0),
        ),
      );
    check((x) => hinge(x, tf.tensor1d(labels, 'int32')), plain);
    expect(hinge(tf.tensor2d([[-2.85, 0.86, 0.28]]), tf.tensor1d([2])).dataSync()[0]).toBeCloseTo(1.58, 5);
  });

  const targets = [[0, 1, 0.5, 1], [1, 1, 0, 0], [0, 0, 0.25, 1]]; // biome-ignore format: a matrix
  const pairs = (x: number[][]) => x.flatMap((row, i) => row.map((v, j) => [v, targets[i]![j]!] as const));

  it('binary cross-entropy works on logits', () => {
    const bce = (smoothing: number) => (x: number[][]) =>
      mean(
        pairs(x).map(([z, raw]) => {
          const t = raw * (1 - smoothing) + smoothing / 2;
          return -t * Math.log(1 / (1 + Math.exp(-z))) - (1 - t) * Math.log(1 / (1 + Math.exp(z)));
        }),
      );
    check((x) => binaryCrossEntropy(x, tf.tensor2d(targets)), bce(0));
    check((x) => binaryCrossEntropy(x, tf.tensor2d(targets), { labelSmoothing: 0.2 }), bce(0.2));
    expect(binaryCrossEntropy(tf.tensor1d([-500, 500]), tf.tensor1d([0, 1])).dataSync()[0]).toBeCloseTo(
      0,
      10,
    );
  });

  it('mean squared error and smooth L1 are their formulas', () => {
    check(
      (x) => meanSquaredError(x, tf.tensor2d(targets)),
      (x) => mean(pairs(x).map(([a, b]) => (a - b) ** 2)),
    );
    for (const beta of [1, 0.4]) {
      check(
        (x) => smoothL1(x, tf.tensor2d(targets), { beta }),
        (x) =>
          mean(
            pairs(x).map(([a, b]) => {
              const d = Math.abs(a - b);
              return d < beta ? d ** 2 / (2 * beta) : d - beta / 2;
            }),
          ),
      );
    }
  });

  it('refuses to broadcast', () => {
    expect(() => meanSquaredError(tf.zeros([4, 1]), tf.zeros([4]))).toThrow(
      /don't fit predictions of shape \[4,1\]/,
    );
  });
});
