import { beforeAll, describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../../../lib/losses/index.ts';
import {
  CifarResNet,
  GoogLeNet,
  type ModelName,
  models,
  ofMainOutput,
  ResNet,
  UNet,
  VGG,
  withAuxiliary,
} from '../../../lib/models/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { useEngine } from '../reference/engine.ts';

beforeAll(useEngine);

/** Small versions that train on two cores. */
const small: Partial<Record<ModelName, { width: number; inputShape: [number, number, number] }>> = {
  'lenet-1989': { width: 1, inputShape: [16, 16, 1] },
  'lenet-5': { width: 1, inputShape: [28, 28, 1] },
  'lenet-5-modern': { width: 0.5, inputShape: [28, 28, 1] },
  'inception-v3': { width: 1 / 32, inputShape: [24, 24, 3] },
  'inception-v4': { width: 1 / 64, inputShape: [24, 24, 3] },
  unet: { width: 0.25, inputShape: [16, 16, 1] },
};
const names = (Object.keys(models) as ModelName[]).filter((name) => !/110|1202|101|152/.test(name));

describe('small versions', () => {
  it.each(names)('%s runs, has a gradient for every weight and leaves nothing behind', (name) => {
    const options = small[name] ?? { width: 1 / 16, inputShape: [32, 32, 3] as [number, number, number] };
    const before = tf.memory().numTensors;
    const model = models[name]({ ...options, classes: 4 }).build(options.inputShape, 1);
    expect(model.outputShape(options.inputShape).at(-1)).toBe(4);
    const run = () =>
      tf.tidy(() => {
        const x = tf.randomNormal([3, ...options.inputShape], 0, 1, 'float32', 7);
        const y = model.apply(x);
        expect(y.shape).toEqual([3, ...model.outputShape(options.inputShape)]);
        expect(y.dataSync().every(Number.isFinite)).toBe(true);
        const labels = tf.tensor1d([0, 3, 1], 'int32');
        const { grads } = tf.variableGrads(() => {
          const scores = model.apply(x, { training: true });
          if (name === 'unet') return tf.mean(tf.square(scores)).asScalar();
          return withAuxiliary(softmaxCrossEntropy)(scores, labels).asScalar();
        }, model.trainableVariables);
        for (const { path, variable, trainable } of model.variables) {
          if (trainable) expect(grads[variable.name]?.shape, path).toEqual(variable.shape);
        }
      });
    run();
    const made = tf.memory().numTensors; // with the counters of dropout, which the first training call makes
    run();
    expect(tf.memory().numTensors).toBe(made);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['alexnet', 'zfnet', 'squeezenet-1.0', 'googlenet', 'resnet-18', 'mobilenet-v2'] as const)(
    "%s keeps the paper's stem on larger images",
    (name) => {
      const model = models[name]({ width: 1 / 32, classes: 3, inputShape: [96, 96, 3] });
      expect(model.apply(tf.zeros([1, 96, 96, 3])).shape).toEqual([1, 3]);
    },
  );
});

describe('options', () => {
  it('say what is wrong', () => {
    expect(() => new VGG({ depth: 12 as 11 })).toThrow(/VGG: depth must be one of 11, 13, 16, 19; it is 12/);
    expect(() => new ResNet({ width: 0 })).toThrow(/ResNet: width must be a number above 0; it is 0/);
    expect(() => new CifarResNet({ depth: 21 })).toThrow(/6n \+ 2.*it is 21/);
    expect(() => new UNet({ inputShape: [20, 16, 1] })).toThrow(/multiples of 8/);
    expect(() => new VGG({ classes: 1.5 })).toThrow(/VGG: classes must be a whole number/);
  });
});

describe('GoogLeNet with heads', () => {
  it('gives three rows of logits in training and one in inference', () => {
    const model = new GoogLeNet({ auxiliary: true, width: 1 / 16, classes: 5, inputShape: [64, 64, 3] });
    const x = tf.ones([2, 64, 64, 3]);
    expect(() => model.build()).toThrow(/^aux1\.pool: AvgPool2D.*larger than the height/);
    const large = new GoogLeNet({ auxiliary: true, width: 1 / 16, classes: 5, inputShape: [96, 96, 3] });
    const y = tf.ones([2, 96, 96, 3]);
    expect(large.apply(y, { training: true }).shape).toEqual([2, 3, 5]);
    expect(large.apply(y).shape).toEqual([2, 5]);
    expect(x.shape[0]).toBe(2);
  });

  it("weighs the heads' losses by 0.3, and metrics see the main logits", () => {
    const logits = tf.tensor3d([
      [
        [0, 0],
        [5, 0],
        [0, 5],
      ],
    ]);
    const labels = tf.tensor1d([0], 'int32');
    const each = [
      [0, 0],
      [5, 0],
      [0, 5],
    ].map((row) => softmaxCrossEntropy(tf.tensor2d([row]), labels).dataSync()[0]!);
    const together = withAuxiliary(softmaxCrossEntropy)(logits, labels).dataSync()[0]!;
    expect(together).toBeCloseTo(each[0]! + 0.3 * (each[1]! + each[2]!), 5);
    expect([...ofMainOutput((scores) => scores)(logits, labels).dataSync()]).toEqual([0, 0]);
  });
});

describe('residual nets by construction', () => {
  it('start as their shallow part where blocks start as shortcuts: equal logits at any depth', () => {
    const options = { inputShape: [16, 16, 3] as [number, number, number], width: 0.5, zeroInit: true };
    const shallow = new CifarResNet({ ...options, depth: 8 }).build(undefined, 1);
    const deep = new CifarResNet({ ...options, depth: 20 }).build(undefined, 2);
    const values = new Map(shallow.variables.map((v) => [v.path, v.variable]));
    for (const { path, variable } of deep.variables) {
      const value = values.get(path);
      if (value) variable.assign(value);
    }
    const x = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 3);
    const [a, b] = [shallow.apply(x).dataSync(), deep.apply(x).dataSync()];
    a.forEach((v, i) => {
      expect(b[i]).toBeCloseTo(v, 5);
    });
  });
});
