import { beforeAll, describe, expect, it } from 'vitest';
import { projectFeature } from '../../../lib/analysis/deconvnet.ts';
import {
  activationDistributions,
  distribution,
  gradientDistributions,
  weightDistributions,
} from '../../../lib/analysis/distributions.ts';
import { featureMaps, features, filters } from '../../../lib/analysis/feature-maps.ts';
import { gradCam } from '../../../lib/analysis/grad-cam.ts';
import { checkGradients } from '../../../lib/analysis/gradient-check.ts';
import { invertFeatures } from '../../../lib/analysis/inversion.ts';
import { occlusion } from '../../../lib/analysis/occlusion.ts';
import { saliency } from '../../../lib/analysis/saliency.ts';
import { Conv2D } from '../../../lib/layers/conv2d.ts';
import { Dense } from '../../../lib/layers/dense.ts';
import { Flatten } from '../../../lib/layers/flatten.ts';
import { GlobalAvgPool } from '../../../lib/layers/global-avg-pool.ts';
import { MaxPool2D } from '../../../lib/layers/max-pool2d.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { hostRandom } from '../../../lib/training/random.ts';

beforeAll(async () => {
  await startEngine();
});

const random = hostRandom(31);
const noise = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform()),
    shape,
  );
const set = (variable: tf.Variable, values: number[]) =>
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));

const net = () =>
  new Sequential({
    conv1: new Conv2D({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
    pool: new MaxPool2D(),
    conv2: new Conv2D({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
    global: new GlobalAvgPool(),
    fc: new Dense({ units: 2 }),
  }).build([8, 8, 1], 3);

describe('saliency', () => {
  it('of a linear model is the absolute weights of the class', () => {
    const model = new Sequential({ flat: new Flatten(), fc: new Dense({ units: 2 }) }).build([2, 3, 2], 4);
    const w = model.variables[0]!.variable.arraySync() as number[][];
    const map = saliency(model, noise([2, 3, 2]), { classIndex: 1 });
    const plain = Array.from({ length: 6 }, (_, p) =>
      Math.max(Math.abs(w[2 * p]![1]!), Math.abs(w[2 * p + 1]![1]!)),
    );
    plain.forEach((v, i) => void expect(map.data[i]).toBeCloseTo(v / Math.max(...plain), 5));
    const smooth = saliency(model, noise([2, 3, 2]), { classIndex: 1, samples: 5 });
    plain.forEach((v, i) => void expect(smooth.data[i]).toBeCloseTo(v / Math.max(...plain), 5));
  });
  it('explains the likeliest class where none is named, and refuses classes that are not there', () => {
    const model = net();
    const image = noise([8, 8, 1]);
    const output = model.apply(image.expandDims(0)).dataSync();
    expect(saliency(model, image).classIndex).toBe(output[0]! > output[1]! ? 0 : 1);
    expect(() => saliency(model, image, { classIndex: 2 })).toThrow(
      'no class 2; the model has the classes 0 to 1',
    );
    expect(() => saliency(model, noise([8, 8]))).toThrow('Expected one image');
  });
});

describe('occlusion', () => {
  it('gives the probabilities of images that are covered by hand', async () => {
    const model = net();
    const image = noise([8, 8, 1]);
    const map = await occlusion(model, image, { size: 4, stride: 4, classIndex: 1, fill: 0.5, batchSize: 3 });
    const pixels = image.dataSync();
    for (const [top, left] of [
      [0, 0],
      [0, 4],
      [4, 0],
      [4, 4],
    ] as const) {
      const covered = pixels.slice();
      for (let y = top; y < top + 4; y++) covered.fill(0.5, y * 8 + left, y * 8 + left + 4);
      const [a, b] = model.apply(tf.tensor4d(covered, [1, 8, 8, 1])).dataSync() as unknown as [
        number,
        number,
      ];
      expect(map.data[top * 8 + left]).toBeCloseTo(1 / (1 + Math.exp(a - b)), 5);
    }
    await expect(occlusion(model, image, { size: 9 })).rejects.toThrow(
      "square of 9 every 4 pixels doesn't fit an image of 8 x 8",
    );
  });
  it('covers each pixel though the stride does not divide the image', async () => {
    const map = await occlusion(net(), noise([8, 8, 1]), { size: 3, stride: 2 });
    expect(map.data.every((v) => v > 0 && v < 1)).toBe(true);
  });
});

describe('gradCam', () => {
  it('weighs maps as the formula says', () => {
    // Global mean and a dense layer: dS / dA is w / (height * width) everywhere.
    const model = net();
    const image = noise([8, 8, 1]);
    const maps = featureMaps(model, image.expandDims(0), 'conv2').arraySync() as number[][][][];
    const w = model.variables.find((v) => v.path === 'fc.kernel')!.variable.arraySync() as number[][];
    const plain = maps[0]!.map((row) =>
      row.map((at) =>
        Math.max(
          0,
          at.reduce((s, a, k) => s + a * w[k]![1]!, 0),
        ),
      ),
    );
    const small = tf.tensor4d(plain.flat(), [1, 4, 4, 1]);
    const large = tf.image.resizeBilinear(small as tf.Tensor4D, [8, 8], false, true).dataSync();
    const most = Math.max(...large);
    const cam = gradCam(model, image, { classIndex: 1 });
    large.forEach((v, i) => void expect(cam.data[i]).toBeCloseTo(most > 0 ? v / most : 0, 4));
    expect(() => gradCam(model, image, { layer: 'conv9' })).toThrow(
      'no layer "conv9". It has conv1, pool, conv2, global, fc',
    );
    expect(() => gradCam(model, image, { layer: 'fc' })).toThrow('needs a layer with maps');
  });
});

describe('projectFeature', () => {
  const one = () => {
    const model = new Sequential({
      conv: new Conv2D({ filters: 1, kernelSize: 2, padding: 'valid', activation: 'relu' }),
      next: new Conv2D({ filters: 1, kernelSize: 1, activation: 'relu' }),
    }).build([3, 3, 1], 1);
    set(model.variables[0]!.variable, [1, 2, 3, 4]);
    set(model.variables[2]!.variable, [-1]);
    set(model.variables[3]!.variable, [100]);
    return model;
  };
  it('spreads a feature through its filter to the pixels it saw', () => {
    const model = one();
    const { pattern, at, activation } = projectFeature(
      model,
      tf.tensor3d([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3, 1]),
      { layer: 'conv', channel: 0 },
    );
    expect(at).toEqual([0, 0]); // there the largest weight meets the pixel
    expect(activation).toBe(4);
    expect([...pattern.dataSync()]).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0]);
  });
  it('passes only what is positive through a ReLU, by its method', () => {
    const image = tf.ones([3, 3, 1]);
    const of = (method: 'deconvnet' | 'guided' | 'gradient') => [
      ...projectFeature(one(), image, { layer: 'next', channel: 0, at: [0, 0], method }).pattern.dataSync(),
    ];
    // The second filter is negative: the plain gradient is -w, and nothing of it is positive.
    expect(of('gradient')).toEqual([-1, -2, 0, -3, -4, 0, 0, 0, 0]);
    expect(of('guided').every((v) => v === 0)).toBe(true);
    expect(of('deconvnet').every((v) => v === 0)).toBe(true);
    // A unit that is off has no gradient, but a deconvnet asks only for what comes back.
    const off = tf.fill([3, 3, 1], -1);
    const model = one();
    set(model.variables[2]!.variable, [1]);
    set(model.variables[3]!.variable, [1]);
    const back = (method: 'deconvnet' | 'guided') => [
      ...projectFeature(model, off, { layer: 'next', channel: 0, at: [0, 0], method }).pattern.dataSync(),
    ];
    expect(back('guided').every((v) => v === 0)).toBe(true);
    expect(back('deconvnet')).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0]);
  });
  it('leaves the gradient of ReLU as it was, and names what is not there', () => {
    const slope = () =>
      tf
        .grad((x: tf.Tensor) => tf.sum(tf.mul(tf.relu(x), -1)))(tf.tensor1d([1, -1]))
        .dataSync()
        .join();
    const before = slope();
    projectFeature(one(), tf.ones([3, 3, 1]), { layer: 'conv', channel: 0 });
    expect(slope()).toBe(before);
    expect(() => projectFeature(one(), tf.ones([3, 3, 1]), { layer: 'conv', channel: 1 })).toThrow(
      'has the channels 0 to 0; there is no 1',
    );
    expect(() =>
      projectFeature(one(), tf.ones([3, 3, 1]), { layer: 'conv', channel: 0, at: [5, 0] }),
    ).toThrow('there is none at [5,0]');
  });
});

describe('invertFeatures', () => {
  it('finds an image with nearly the features of the given one', async () => {
    const model = net();
    const image = noise([8, 8, 1]);
    const { image: found, losses } = await invertFeatures(model, image, {
      layer: 'conv1',
      steps: 150,
      smoothness: 0,
    });
    expect(losses.at(-1)!).toBeLessThan(0.05 * losses[0]!);
    expect(found.shape).toEqual([8, 8, 1]);
    const values = found.dataSync();
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    found.dispose();
    const before = tf.memory().numTensors;
    (await invertFeatures(model, image, { layer: 'conv1', steps: 4 })).image.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('filters and features', () => {
  it('filters are scaled around one half', () => {
    const model = new Sequential({ conv: new Conv2D({ filters: 2, kernelSize: [1, 2] }) }).build([4, 4, 1]);
    set(model.variables[0]!.variable, [1, -4, 0, 2]); // [h=1, w=2, in=1, out=2]
    const { data, shape, largest } = filters(model, 'conv');
    expect(shape).toEqual([2, 1, 2, 1]);
    expect([...data]).toEqual([1, 0.5, 0, 0.75]);
    expect([...largest]).toEqual([1, 4]);
    expect(() => filters(net(), 'fc')).toThrow('no convolution kernel; its kernel has shape [4,2]');
  });
  it('features of many examples are those of each', async () => {
    const model = net();
    const xs = noise([5, 8, 8, 1]);
    const rows = await features(model, xs, 'global', { batchSize: 2 });
    const all = featureMaps(model, xs, 'global').arraySync() as number[][];
    rows.forEach((row, i) => void row.forEach((v, k) => void expect(v).toBeCloseTo(all[i]![k]!, 5)));
    expect(rows).toHaveLength(5);
  });
});

describe('distributions', () => {
  it('count as by hand', () => {
    const d = distribution([0, 0, 1, 2, 4, Number.NaN], { bins: 4 });
    expect([...d.counts]).toEqual([2, 1, 1, 1]);
    expect([...d.edges]).toEqual([0, 1, 2, 3, 4]);
    expect([d.count, d.min, d.max, d.mean, d.zeros, d.nonFinite]).toEqual([5, 0, 4, 1.4, 0.4, 1]);
    expect(d.deviation).toBeCloseTo(Math.sqrt((1.96 * 2 + 0.16 + 0.36 + 6.76) / 5), 10);
    expect([...distribution([3, 3], { bins: 2 }).counts]).toEqual([0, 2]);
    expect(distribution([], { bins: 2 }).count).toBe(0);
  });
  it('of activations and gradients name the layers in order', () => {
    const model = net();
    const xs = noise([3, 8, 8, 1]);
    const seen = activationDistributions(model, xs);
    expect(seen.map((d) => d.path)).toEqual(['conv1', 'pool', 'conv2', 'global', 'fc']);
    expect(seen[0]!.count).toBe(3 * 8 * 8 * 3);
    expect(seen[0]!.min).toBeGreaterThanOrEqual(0);
    const slopes = gradientDistributions(model, xs, tf.tensor1d([0, 1, 1], 'int32'));
    expect(slopes.map((d) => d.path)).toEqual(model.variables.map((v) => v.path));
    const fc = slopes.at(-1)!;
    expect(fc.mean).toBeCloseTo(0, 6); // softmax minus target sums to 0 over the classes
    expect(weightDistributions(model)[0]!.count).toBe(27);
  });
});

describe('checkGradients', () => {
  it('passes right gradients and names the number of a wrong one', () => {
    const w = tf.variable(noise([3, 4]));
    const b = tf.variable(noise([4]));
    const x = noise([5, 3]);
    const right = checkGradients(
      () =>
        tf
          .tanh(x.matMul(w as tf.Tensor2D).add(b))
          .square()
          .mean(),
      { w, b },
    );
    expect(right.ok).toBe(true);
    expect(right.pairs).toHaveLength(14);
    const wrong = tf.customGrad((v) => ({
      value: (v as tf.Tensor).square(),
      gradFunc: (dy: tf.Tensor) => dy.mul(3),
    }));
    const check = checkGradients(() => wrong(b).sum(), { b });
    expect(check.ok).toBe(false);
    expect(check.worst.tensor).toBe('b');
    expect(check.worst.analytic).toBeCloseTo(3, 5);
    const before = b.dataSync().join();
    checkGradients(() => b.sum(), [b]);
    expect(b.dataSync().join()).toBe(before);
    expect(() => checkGradients(() => w, [w])).toThrow('it gave shape [3,4]');
    expect(() => checkGradients(() => tf.scalar(0), [])).toThrow('no tensors to vary');
  });
});

it('nothing here leaks tensors', () => {
  const model = net();
  const image = noise([8, 8, 1]);
  const look = () => {
    saliency(model, image, { samples: 2 });
    gradCam(model, image);
    projectFeature(model, image, { layer: 'conv2', channel: 1 }).pattern.dispose();
    featureMaps(model, image.expandDims(0), 'conv1').dispose();
    activationDistributions(model, image.expandDims(0));
  };
  tf.tidy(() => look());
  const before = tf.memory().numTensors;
  tf.tidy(() => look());
  expect(tf.memory().numTensors).toBe(before);
});
