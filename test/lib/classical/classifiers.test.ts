import { beforeAll, describe, expect, it } from 'vitest';
import { KNearest } from '../../../lib/classical/knn.ts';
import { LinearClassifier } from '../../../lib/classical/linear.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { hostRandom } from '../../../lib/training/random.ts';

beforeAll(async () => {
  await startEngine();
});

const random = hostRandom(11);
const cloud = (n: number, size: number) =>
  Array.from({ length: n }, () => Array.from({ length: size }, () => random.normal()));

/** Sorts all distances: slow and plain. */
function plainNearest(train: number[][], test: number[][], k: number, power: 1 | 2) {
  return test.map((x) =>
    train
      .map((t, index) => ({
        index,
        d: t.reduce((sum, v, i) => sum + Math.abs(v - x[i]!) ** power, 0) ** (1 / power),
      }))
      .sort((a, b) => a.d - b.d || a.index - b.index)
      .slice(0, k),
  );
}

describe('KNearest', () => {
  it.each(['l1', 'l2'] as const)(
    'finds the neighbours that sorting all %s distances finds',
    async (distance) => {
      const train = cloud(150, 7);
      const test = cloud(40, 7);
      const labels = train.map(() => random.integer(3));
      const knn = new KNearest({ distance }).train(train, labels);
      const plain = plainNearest(train, test, 5, distance === 'l1' ? 1 : 2);
      const { indices, distances } = await knn.neighbours(test, { k: 5 });
      expect([...indices]).toEqual(plain.flat().map((p) => p.index));
      plain.flat().forEach((p, i) => void expect(distances[i]).toBeCloseTo(p.d, 4));
      const classes = await knn.predict(test, { k: 5 });
      plain.forEach((near, i) => {
        const votes = [0, 1, 2].map((c) => near.filter((p) => labels[p.index] === c).length);
        expect(classes[i]).toBe(votes.indexOf(Math.max(...votes)));
      });
      knn.dispose();
    },
  );

  it('lets the lower number or the nearer class win a tie, as asked', async () => {
    const train = [[0], [3]];
    const ask = (ties: 'lowest' | 'nearest') =>
      new KNearest({ k: 2, ties }).train(train, [1, 0]).predict([[1]]);
    expect([...(await ask('lowest'))]).toEqual([0]);
    expect([...(await ask('nearest'))]).toEqual([1]);
  });

  it('takes bytes as they are and reports progress', async () => {
    const seen: number[] = [];
    const knn = new KNearest({ k: 1 }).train(new Uint8Array([0, 0, 200, 200]), [4, 7], [2]);
    const classes = await knn.predict(new Uint8Array([10, 10, 150, 190, 190, 255]), {
      onProgress: (done) => seen.push(done),
    });
    expect([...classes]).toEqual([4, 7, 7]);
    expect(seen.at(-1)).toBe(3);
  });

  it('says what is wrong', async () => {
    expect(() => new KNearest({ k: 0 })).toThrow('k is 0');
    await expect(new KNearest().predict([[1]])).rejects.toThrow('no training examples yet');
    await expect(new KNearest({ k: 5 }).train([[1], [2]], [0, 1]).predict([[1]])).rejects.toThrow(
      '5 neighbours among 2',
    );
    await expect(new KNearest({ k: 1 }).train([[1, 2]], [0]).predict([[1]])).rejects.toThrow(
      '1 numbers each, the training examples 2',
    );
    expect(() => new KNearest().train([[1], [2]], [0])).toThrow('2 examples but 1 labels');
  });
});

describe('LinearClassifier', () => {
  it.each(['softmax', 'svm'] as const)('has the gradients of its %s loss', (loss) => {
    const xs = cloud(6, 4);
    const ys = Int32Array.from({ length: 6 }, () => random.integer(3));
    ys[0] = 2;
    const model = new LinearClassifier({ loss, lambda: 0.1, epochs: 3 }).train(xs, ys);
    const data = Float32Array.from(xs.flat());
    const batch = Int32Array.from([0, 2, 3, 5]);
    const { weights, bias } = model.lossAndGradients(data, ys, batch);
    const h = 1e-3;
    const numeric = (values: Float32Array, at: number) => {
      const kept = values[at]!;
      const at_ = (v: number) => {
        values[at] = v;
        return model.lossAndGradients(data, ys, batch).loss;
      };
      const slope = (at_(kept + h) - at_(kept - h)) / (Math.fround(kept + h) - Math.fround(kept - h));
      values[at] = kept;
      return slope;
    };
    weights.forEach((g, i) => void expect(g).toBeCloseTo(numeric(model.weights, i), 3));
    bias.forEach((g, i) => void expect(g).toBeCloseTo(numeric(model.bias, i), 3));
  });

  it.each(['softmax', 'svm'] as const)('parts three clouds with the %s loss', (loss) => {
    const centers = [
      [4, 0],
      [-4, 0],
      [0, 5],
    ];
    const ys = Int32Array.from({ length: 150 }, (_, i) => i % 3);
    const xs = Array.from(ys, (c) => centers[c]!.map((v) => v + random.normal()));
    const losses: number[] = [];
    const model = new LinearClassifier({ loss, onEpoch: (_, l) => losses.push(l) }).train(xs, ys);
    const right = model.predict(xs).filter((c, i) => c === ys[i]).length;
    expect(right / 150).toBeGreaterThan(0.97);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  it('says what is wrong', () => {
    expect(() => new LinearClassifier({ loss: 'hinge' as never })).toThrow('softmax and svm, not "hinge"');
    expect(() => new LinearClassifier().predict([[1]])).toThrow('learned nothing yet');
    expect(() => new LinearClassifier().train([[1, 2]], [0]).predict([[1]])).toThrow(
      '1 numbers each; the classifier learned from 2',
    );
  });
});
