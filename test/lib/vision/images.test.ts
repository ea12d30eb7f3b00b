import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { innerOutputs } from '../../../lib/analysis/inner-outputs.ts';
import { Conv2D, Sequential } from '../../../lib/layers/index.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { optimiseImage } from '../../../lib/vision/optimise-image.ts';
import { roiPool } from '../../../lib/vision/roi-pool.ts';

beforeAll(async () => {
  await startEngine();
});
afterEach(() => tf.disposeVariables());

/** Fast R-CNN's pooling in loops. */
function pooledByLoops(
  map: number[][],
  [x1, y1, x2, y2]: readonly number[],
  [h, w]: readonly [number, number],
): number[][] {
  const height = y2! - y1!;
  const width = x2! - x1!;
  return Array.from({ length: h }, (_, i) =>
    Array.from({ length: w }, (_v, j) => {
      let most = -Infinity;
      for (let y = y1! + Math.floor((i * height) / h); y < y1! + Math.ceil(((i + 1) * height) / h); y++)
        for (let x = x1! + Math.floor((j * width) / w); x < x1! + Math.ceil(((j + 1) * width) / w); x++)
          most = Math.max(most, map[y]![x]!);
      return most;
    }),
  );
}

describe('RoI pooling', () => {
  const map = Array.from({ length: 8 }, (_, y) =>
    Array.from({ length: 9 }, (_v, x) => Math.sin(7 * y + 3 * x)),
  );
  const maps = () => tf.tensor2d(map).expandDims(2);

  it('keeps the largest value of each bin, as loops do', () => {
    const boxes = [
      [0, 0, 9, 8],
      [2, 1, 7, 6],
      [3, 3, 5, 4],
    ] as const;
    const pooled = roiPool(maps(), boxes, { size: [2, 3] });
    expect(pooled.shape).toEqual([3, 2, 3, 1]);
    boxes.forEach((box, n) => {
      const want = pooledByLoops(map, box, [2, 3]).flat();
      Array.from(pooled.slice([n], [1]).dataSync()).forEach(
        (v, i) => void expect(v).toBeCloseTo(want[i]!, 6),
      );
    });
  });

  it('finds boxes of a large image on a small map, and cuts off what lies outside', () => {
    const half = roiPool(maps(), [[4, 2, 14, 12]], { size: [2, 2], scale: 0.5 });
    const full = roiPool(maps(), [[2, 1, 7, 6]], { size: [2, 2] });
    expect(half.dataSync()).toEqual(full.dataSync());
    const outside = roiPool(
      maps(),
      [
        [-5, -5, 30, 30],
        [50, 50, 60, 60],
      ],
      { size: [1, 1] },
    ).dataSync();
    expect(outside[0]).toBeCloseTo(Math.max(...map.flat()), 6);
    expect(outside[1]).toBeCloseTo(map[7]![8]!, 6);
  });

  it('sends the gradient to the largest values alone', () => {
    const gradient = tf.grad((x: tf.Tensor) => roiPool(x, [[0, 0, 9, 8]], { size: [1, 1] }).sum())(maps());
    expect(gradient.sum().dataSync()[0]).toBeCloseTo(1, 6);
    expect(gradient.argMax().size).toBeGreaterThan(0);
    expect(gradient.max().dataSync()[0]).toBeCloseTo(1, 6);
  });

  it('refuses a batch, no boxes and odd sizes', () => {
    expect(() => roiPool(tf.ones([2, 4, 4, 1]), [[0, 0, 2, 2]])).toThrow('maps of one image');
    expect(() => roiPool(maps(), [])).toThrow('no boxes');
    expect(() => roiPool(maps(), [[0, 0, 2, 2]], { size: [0, 2] })).toThrow('whole sizes');
  });
});

describe('features on the way', () => {
  const model = () =>
    new Sequential({
      a: new Conv2D({ filters: 3, kernelSize: 3, activation: 'relu' }),
      inner: new Sequential({ b: new Conv2D({ filters: 2, kernelSize: 1 }) }),
    }).build([5, 5, 1], 1);

  it('are what the layers give one after the other, and have gradients', () => {
    const net = model();
    const x = tf.randomUniform([1, 5, 5, 1], 0, 1, 'float32', 4);
    const [a, b] = tf.tidy(() => innerOutputs(net, x, ['a', 'inner.b']));
    const wanted = net.layer('a').apply(x);
    expect(Array.from(a!.dataSync())).toEqual(Array.from(wanted.dataSync()));
    expect(Array.from(b!.dataSync())).toEqual(Array.from(net.apply(x).dataSync()));
    const gradient = tf.grad((image: tf.Tensor) => innerOutputs(net, image, ['inner.b'])[0]!.sum())(x);
    expect(gradient.abs().max().dataSync()[0]).toBeGreaterThan(0);
  });

  it('a layer that is not there is named', () => {
    expect(() => innerOutputs(model(), tf.ones([1, 5, 5, 1]), ['c'])).toThrow('no layer "c"');
  });
});

describe('an image that is optimised', () => {
  it('goes where the loss falls and stays in its range', async () => {
    const wanted = tf.tensor4d([0.2, 0.8, 2, -1], [1, 2, 2, 1]);
    const start = tf.zeros([1, 2, 2, 1]);
    const { image, losses } = await optimiseImage(start, (x) => x.sub(wanted).square().sum(), { steps: 150 });
    Array.from(image.dataSync()).forEach((v, i) => void expect(v).toBeCloseTo([0.2, 0.8, 1, 0][i]!, 1));
    expect(losses).toHaveLength(150);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(start.dataSync()).toEqual(new Float32Array(4));
  });

  it('leaves no tensors, and a loss that is no number stops it with a sentence', async () => {
    const start = tf.ones([1, 2, 2, 1]);
    const before = tf.memory().numTensors;
    (await optimiseImage(start, (x) => x.square().mean(), { steps: 3 })).image.dispose();
    expect(tf.memory().numTensors).toBe(before);
    await expect(optimiseImage(start, (x) => x.sub(5).sqrt().mean(), { steps: 3 })).rejects.toThrow(
      'is NaN in step 1',
    );
    await expect(optimiseImage(start, (x) => x.mean(), { steps: 0 })).rejects.toThrow('from 1 on');
  });
});
