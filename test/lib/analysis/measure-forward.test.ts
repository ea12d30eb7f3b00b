import { beforeAll, describe, expect, it } from 'vitest';
import { measureForward } from '../../../lib/analysis/measure-forward.ts';
import { summary } from '../../../lib/analysis/summary.ts';
import { Conv2D } from '../../../lib/layers/conv2d.ts';
import { Dense } from '../../../lib/layers/dense.ts';
import { Flatten } from '../../../lib/layers/flatten.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';

const net = () =>
  new Sequential({
    conv: new Conv2D({ filters: 8, kernelSize: 3 }),
    flatten: new Flatten(),
    out: new Dense({ units: 2 }),
  });

beforeAll(async () => {
  await startEngine();
});

describe('measureForward', () => {
  it('counts memory as summary does, times the batch', () => {
    const model = net();
    const { totals } = summary(model, [10, 10, 3]);
    const found = measureForward(model, { inputShape: [10, 10, 3], batch: 4, runs: 5 });
    expect(found.weightBytes).toBe(totals.weightBytes);
    expect(found.activationBytes).toBe(4 * totals.forwardBytes);
    expect(found.all).toHaveLength(5);
    expect(found.milliseconds).toBe([...found.all].sort((a, b) => a - b)[2]);
    model.dispose();
  });

  it('sees the process grow by what the layers make', () => {
    const found = measureForward(new Conv2D({ filters: 64, kernelSize: 1 }), {
      inputShape: [1024, 1024, 1],
      runs: 1,
    });
    if (process.platform !== 'linux') expect(found.peakBytes).toBeUndefined();
    else expect(found.peakBytes).toBeGreaterThan(0.5 * found.activationBytes);
  });

  it('keeps the weights that a model has, and leaves no tensor', () => {
    const model = net().build([10, 10, 3], 7);
    const before = Array.from(model.variables[0]!.variable.dataSync());
    const held = tf.memory().numTensors;
    measureForward(model, { inputShape: [10, 10, 3], seed: 8 });
    expect(tf.memory().numTensors).toBe(held);
    expect(Array.from(model.variables[0]!.variable.dataSync())).toEqual(before);
    model.dispose();
  });

  it('says what is wrong with the number of runs, the batch and the scores', () => {
    expect(() => measureForward(net(), { inputShape: [10, 10, 3], runs: 0 })).toThrow(
      /runs is 0; it must be a whole number of at least 1/,
    );
    expect(() => measureForward(net(), { inputShape: [10, 10, 3], batch: 1.5 })).toThrow(/batch is 1.5/);
    const broken = new Dense({
      units: 2,
      kernelInitializer: (shape) => tf.fill([...shape], Number.POSITIVE_INFINITY),
    });
    expect(() => measureForward(broken, { inputShape: [4] })).toThrow(/not finite on \[4\]|not finite/);
  });
});
