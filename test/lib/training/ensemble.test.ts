import { beforeAll, describe, expect, it } from 'vitest';
import { Dense } from '../../../lib/layers/dense.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { SGD } from '../../../lib/optimizers/sgd.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import type { tf } from '../../../lib/runtime/tf.ts';
import {
  bagging,
  copyOf,
  crossValidate,
  Ensemble,
  snapshotEnsemble,
} from '../../../lib/training/ensemble.ts';
import { evaluate, predict } from '../../../lib/training/evaluate.ts';
import { hostRandom } from '../../../lib/training/random.ts';
import { findLearningRate } from '../../../lib/training/rate-finder.ts';
import { kFold, split } from '../../../lib/training/split.ts';

beforeAll(async () => {
  await startEngine();
});

const random = hostRandom(3);
const count = 60;
const numbers = new Float32Array(count * 2).map(() => random.normal());
const data = {
  xs: { data: numbers, shape: [count, 2] },
  ys: Int32Array.from({ length: count }, (_, i) => (numbers[2 * i]! - numbers[2 * i + 1]! > 0 ? 1 : 0)),
};
const make = () => new Sequential([new Dense({ units: 2 })]);
const weights = (model: { variables: { variable: tf.Variable }[] }) =>
  model.variables.map((v) => [...v.variable.dataSync()]);

describe('an ensemble', () => {
  it('gives the logarithm of the mean of its members probabilities', async () => {
    const members = [make().build([2], 1), make().build([2], 2), make().build([2], 3)];
    const together = await predict(new Ensemble(members), data.xs);
    const each = await Promise.all(members.map((m) => predict(m, data.xs)));
    const expected = each.map((t) => t.arraySync() as number[][]);
    (together.arraySync() as number[][]).forEach((row, i) => {
      const p = expected.map((e) => 1 / (1 + Math.exp(e[i]![0]! - e[i]![1]!)));
      expect(Math.exp(row[1]!)).toBeCloseTo(p.reduce((a, b) => a + b, 0) / 3, 5);
    });
    expect(() => new Ensemble([])).toThrow('at least one member');
    expect(() => new Ensemble([make(), new Dense({ units: 3 })]).outputShape([2])).toThrow('[2], [3]');
  });

  it('of bagging has members that saw other examples, the same for the same seed', async () => {
    const run = (seed: number) => bagging(make, data, 3, { epochs: 5, learningRate: 0.1, seed });
    const a = await run(1);
    expect(new Set(a.members.map((m) => weights(m).join())).size).toBe(3);
    expect(a.members.map(weights)).toEqual((await run(1)).members.map(weights));
    expect((await evaluate(a, data))['accuracy']).toBeGreaterThan(0.85);
  });

  it('of snapshots has one member a cycle, taken where the rate is lowest', async () => {
    const rates: number[] = [];
    const together = await snapshotEnsemble(make, data, {
      cycles: 3,
      period: 2,
      learningRate: 0.5,
      batchSize: 15,
      makeOptimizer: () => new SGD(),
      callbacks: { onBatchEnd: ({ learningRate }) => void rates.push(learningRate) },
    });
    expect(together.members).toHaveLength(3);
    expect(new Set(together.members.map((m) => weights(m).join())).size).toBe(3);
    expect(rates.map((r) => Math.round(r * 1000) / 1000)).toEqual(
      Array(3).fill([0.5, 0.481, 0.427, 0.346, 0.25, 0.154, 0.073, 0.019]).flat(),
    );
  });
});

describe('crossValidate', () => {
  it('tests each example once, on a model that did not see it', async () => {
    const parts = kFold(23, 5, 4);
    expect(parts.flatMap((p) => [...p.test]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 23 }, (_, i) => i),
    );
    for (const { train, test } of parts) expect(new Set([...train, ...test]).size).toBe(23);
    expect(() => kFold(3, 5)).toThrow('k = 5 for 3 examples');
    const result = await crossValidate(make, data, 3, { epochs: 10, learningRate: 0.1 });
    const accuracies = result.folds.map((f) => f.figures['accuracy']!);
    const mean = accuracies.reduce((a, b) => a + b, 0) / 3;
    expect(result.mean['accuracy']).toBeCloseTo(mean, 10);
    expect(result.deviation['accuracy']).toBeCloseTo(
      Math.sqrt(accuracies.reduce((s, a) => s + (a - mean) ** 2, 0) / 2),
      10,
    );
    expect(mean).toBeGreaterThan(0.8);
  });
  it('splits without overlap', () => {
    const { first, second } = split(50, 0.3, 2);
    expect([first.length, second.length]).toEqual([35, 15]);
    expect(new Set([...first, ...second]).size).toBe(50);
    expect(() => split(5, 1)).toThrow('share of the split is 1');
  });
});

describe('findLearningRate', () => {
  it('finds where the loss falls and puts the weights back', async () => {
    const model = make().build([2], 7);
    const before = weights(model);
    const { rates, losses, suggestion } = await findLearningRate(model, data, {
      from: 1e-4,
      to: 1000,
      steps: 60,
      batchSize: 20,
      optimizer: new SGD(),
    });
    expect(rates[0]).toBeCloseTo(1e-4, 10);
    expect(losses).toHaveLength(rates.length);
    expect(suggestion).toBeGreaterThan(1e-2);
    expect(suggestion).toBeLessThan(100);
    expect(weights(model)).toEqual(before);
    await expect(findLearningRate(model, data, { from: 1, to: 0.1 })).rejects.toThrow('0 < from < to');
  });
});

it('copyOf copies weights between like models only', () => {
  const a = make().build([2], 1);
  expect(weights(copyOf(a, make()))).toEqual(weights(a));
  expect(() => copyOf(a, new Sequential([new Dense({ units: 3 })]))).toThrow("can't be copied");
});
