import { beforeAll, describe, expect, it } from 'vitest';
import { lsuv } from '../../../lib/initializers/index.ts';
import { Conv2D, Dense, Flatten, Sequential } from '../../../lib/layers/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { useEngine } from '../reference/engine.ts';

beforeAll(useEngine);

const net = () =>
  new Sequential({
    conv: new Conv2D({ filters: 8, kernelSize: 3, activation: 'relu' }),
    deep: new Sequential({ conv: new Conv2D({ filters: 8, kernelSize: 3, activation: 'tanh' }) }),
    flat: new Flatten(),
    fc: new Dense({ units: 5 }),
  });

describe('LSUV', () => {
  it('gives every layer outputs of unit variance before its activation, front to back', () => {
    const x = tf.randomNormal([32, 8, 8, 2], 3, 4, 'float32', 1);
    const model = net();
    const steps = lsuv(model, x);
    expect(steps.map((s) => s.path)).toEqual(['conv', 'deep.conv', 'fc']);
    expect(steps[0]!.before).toBeGreaterThan(2);
    for (const step of steps) expect(Math.abs(step.after - 1), step.path).toBeLessThan(0.1);
    // Measured anew on the finished model, with the whole way in front.
    const first = (model.layer('conv') as Conv2D).linear(x);
    expect(tf.moments(first).variance.dataSync()[0]).toBeCloseTo(1, 1);
    expect(tf.moments(model.apply(x)).variance.dataSync()[0]).toBeCloseTo(1, 1);
  });

  it('leaves no tensors behind, and says when a batch does not vary', () => {
    const model = net().build([8, 8, 2]);
    const x = tf.randomNormal([4, 8, 8, 2], 0, 1, 'float32', 2);
    const before = tf.memory().numTensors;
    lsuv(model, x);
    expect(tf.memory().numTensors).toBe(before);
    expect(() => lsuv(model, tf.zeros([4, 8, 8, 2]))).toThrow(/conv have variance 0; the batch must vary/);
    expect(() => lsuv(new Flatten(), x)).toThrow(/no convolution or dense layer/);
  });
});
