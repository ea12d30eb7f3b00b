import { beforeAll, describe, expect, it } from 'vitest';
import { Dense } from '../../../lib/layers/index.ts';
import { measureForward } from '../../../lib/measure/forward.ts';
import { models } from '../../../lib/models/index.ts';
import { startEngine, tf } from '../../../lib/runtime/index.ts';

beforeAll(async () => {
  await startEngine();
});

describe('measureForward', () => {
  it('times as many runs as asked for, at the model’s own input shape, and leaves nothing behind', async () => {
    const model = models['lenet-5-modern']();
    const before = tf.memory().numTensors;
    const cost = await measureForward(model, { batch: 3, repeats: 4 });
    expect(cost.outputShape).toEqual([3, 10]);
    expect(cost.times).toHaveLength(4);
    expect([...cost.times].sort((a, b) => a - b)[1]).toBe(cost.seconds);
    expect(cost.imagesPerSecond).toBeCloseTo(3 / cost.seconds, 9);
    expect(tf.memory().numTensors).toBe(before);
    expect(model.builtFor).toBeUndefined();
  });

  it('keeps the weights of a model that had some', async () => {
    const model = new Dense({ units: 2 }).build([5]);
    const weights = model.variables[0]!.variable;
    const { outputShape } = await measureForward(model, { inputShape: [5] });
    expect(outputShape).toEqual([1, 2]);
    expect(weights.isDisposed).toBe(false);
    model.dispose();
  });

  it.runIf(process.platform === 'linux')('counts the weights and activations in the peak', async () => {
    const { peakBytes } = await measureForward(new Dense({ units: 20_000 }), { inputShape: [2_000] });
    expect(peakBytes!).toBeGreaterThan(0.8 * 4 * 40e6);
  });

  it('says where the output is not finite', async () => {
    const broken = new Dense({ units: 2 }).build([3]);
    expect((await measureForward(broken, { inputShape: [3] })).finite).toBe(true);
    broken.variables[0]!.variable.assign(tf.fill([3, 2], Number.NaN));
    expect((await measureForward(broken, { inputShape: [3] })).finite).toBe(false);
    broken.dispose();
  });

  it.runIf(process.platform === 'linux')('finds the same peak again', async () => {
    const peak = async () =>
      (await measureForward(new Dense({ units: 20_000 }), { inputShape: [2_000] })).peakBytes!;
    const [first, second] = [await peak(), await peak()];
    expect(second).toBeGreaterThan(0.7 * first);
  });

  it('refuses what it can’t measure', async () => {
    await expect(measureForward(new Dense({ units: 2 }))).rejects.toThrow('Give one: inputShape');
    const model = models['lenet-5-modern']();
    await expect(measureForward(model, { batch: 0 })).rejects.toThrow('batch is 0');
    await expect(measureForward(model, { repeats: 1.5 })).rejects.toThrow('repeats is 1.5');
  });
});
