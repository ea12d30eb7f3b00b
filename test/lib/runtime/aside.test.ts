import { beforeAll, describe, expect, it } from 'vitest';
import { Adam } from '../../../lib/optimizers/index.ts';
import { compile, startEngine, tf } from '../../../lib/runtime/index.ts';
import type { Scalar, Tensor, Tensor2D } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
});

describe('a compiled step in another thread', () => {
  it('gives the numbers of a plain call, variables and slots included', async () => {
    const side = () => {
      const w = tf.variable(tf.tensor1d([1, -2, 3]));
      const adam = new Adam({ learningRate: 0.1 });
      return { w, step: compile((x: Tensor) => adam.minimize(() => w.mul(x).square().sum() as Scalar, [w])) };
    };
    const [plain, aside] = [side(), side()];
    for (let i = 0; i < 5; i++) {
      const x = tf.tensor1d([i, 1, 2]);
      const expected = plain.step(x).dataSync()[0];
      const running = aside.step.aside(x);
      x.dispose(); // TensorFlow holds it
      expect((await running).dataSync()[0]).toBe(expected);
      expect([...aside.w.dataSync()]).toEqual([...plain.w.dataSync()]);
    }
    expect(aside.step.traces).toBe(1);
  });

  it('leaves JavaScript free meanwhile', async () => {
    const step = compile((x: Tensor) => tf.matMul(x as Tensor2D, x as Tensor2D).sum(), { warmUp: false });
    const x = tf.ones([1500, 1500]);
    step(x).dispose();
    const order: string[] = [];
    setImmediate(() => order.push('JavaScript'));
    const sum = await step.aside(x);
    order.push('step');
    expect(sum.dataSync()[0]).toBeCloseTo(1500 ** 3, -5);
    expect(order).toEqual(['JavaScript', 'step']);
  });

  it('computes other things at the same time', async () => {
    const step = compile((x: Tensor) => tf.matMul(x as Tensor2D, x as Tensor2D).mean(), { warmUp: false });
    const x = tf.ones([600, 600]);
    step(x).dispose();
    const running = step.aside(x);
    for (let i = 0; i < 50; i++) expect(tf.ones([8]).add(i).sum().dataSync()[0]).toBe(8 * (1 + i));
    expect((await running).dataSync()[0]).toBeCloseTo(600, 2);
  });

  it('rejects with a sentence and goes on', async () => {
    const step = compile((x: Tensor) => tf.gather(tf.ones([3]), x as never).sum(), {
      name: 'pick',
      warmUp: false,
    });
    expect((await step.aside(tf.tensor1d([0, 2], 'int32'))).dataSync()[0]).toBe(2);
    await expect(step.aside(tf.tensor1d([0, 7], 'int32'))).rejects.toThrow(/TensorFlow's pick failed: .*7/);
    const gone = tf.ones([2]);
    gone.dispose();
    await expect(step.aside(gone)).rejects.toThrow(/disposed/);
    expect((await step.aside(tf.tensor1d([1, 1], 'int32'))).dataSync()[0]).toBe(2);
  });

  it('keeps no tensors', async () => {
    const step = compile((x: Tensor) => x.square().sum(), { warmUp: false });
    const x = tf.ones([3]);
    (await step.aside(x)).dispose();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) (await step.aside(x)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
