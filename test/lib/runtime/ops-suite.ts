import { beforeAll, describe, expect, it } from 'vitest';
import { Adam } from '../../../lib/optimizers/index.ts';
import {
  batchNormTraining,
  compile,
  type EngineName,
  engineInfo,
  RandomStream,
  softmaxCrossEntropyWithLogits,
  startEngine,
  tf,
} from '../../../lib/runtime/index.ts';
import type { Scalar, Tensor, Tensor2D, Tensor4D } from '../../../lib/runtime/tf.ts';

const values = async (tensor: Tensor) => [...(await tensor.data())];

/** The same checks of every rung of the engine ladder. `tolerance` is that of float32 on that rung. */
export function opsSuite(engine: EngineName, tolerance: number): void {
  const close = async (tensor: Tensor, expected: readonly number[]) => {
    const got = await values(tensor);
    expect(got.length).toBe(expected.length);
    got.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(expected[i]!)),
      );
    });
  };

  describe(`engine ${engine}`, () => {
    beforeAll(async () => {
      const info = await startEngine({ engine });
      expect(info.engine).toBe(engine);
    });

    it('says what it is and why', () => {
      const info = engineInfo()!;
      expect(info.version).toMatch(/tfjs 4\./);
      expect(info.reason).toMatch(/^It was asked for\. /);
      expect(info.device.length).toBeGreaterThan(0);
      expect(info.tried.at(-1)).toMatchObject({ engine, ok: true });
    });

    it('keeps the types of tensors', async () => {
      expect(await values(tf.tensor1d([1.5, -2]).add(1))).toEqual([2.5, -1]);
      const whole = tf.tensor1d([7, -3], 'int32').mul(tf.scalar(2, 'int32'));
      expect([whole.dtype, ...(await values(whole))]).toEqual(['int32', 14, -6]);
      const truth = tf.logicalNot(tf.tensor1d([true, false], 'bool'));
      expect([truth.dtype, ...(await values(truth))]).toEqual(['bool', 0, 1]);
      expect(await values(tf.tensor1d([1.9, -1.9]).toInt())).toEqual([1, -1]);
      expect(await values(tf.concat([tf.ones([2]), tf.zeros([1]), tf.ones([1])]))).toEqual([1, 1, 0, 1]);
    });

    it('convolves and pools as plain loops do, forward and backward', async () => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [1, 4, 4, 1]);
      const w = tf.tensor4d([1, 0, 0, -1], [2, 2, 1, 1]);
      await close(tf.conv2d(x, w, 1, 'valid'), new Array(9).fill(-5));
      await close(tf.maxPool(x, 2, 2, 'valid'), [6, 8, 14, 16]);
      const [byX, byW] = tf.grads(((a: Tensor4D, b: Tensor4D) => tf.conv2d(a, b, 1, 'valid').sum()) as never)(
        [x, w],
      ) as Tensor[];
      await close(byX!, [1, 1, 1, 0, 1, 0, 0, -1, 1, 0, 0, -1, 0, -1, -1, -1]);
      await close(byW!, [54, 63, 90, 99]);
      const byPool = tf.grad((a: Tensor) =>
        tf
          .maxPool(a as Tensor4D, 2, 2, 'valid')
          .mul(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]))
          .sum(),
      )(x);
      await close(byPool, [0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4]);
    });

    it('differentiates activations', async () => {
      const x = tf.tensor1d([-2, -0.5, 0.5, 2]);
      const xs = [-2, -0.5, 0.5, 2];
      const gradient = (f: (t: Tensor) => Tensor) => tf.grad((t: Tensor) => f(t).sum())(x);
      await close(
        gradient((t) => t.relu()),
        [0, 0, 1, 1],
      );
      await close(
        gradient((t) => tf.leakyRelu(t, 0.1)),
        [0.1, 0.1, 1, 1],
      );
      await close(
        gradient((t) => t.tanh()),
        xs.map((v) => 1 - Math.tanh(v) ** 2),
      );
      const s = (v: number) => 1 / (1 + Math.exp(-v));
      await close(
        gradient((t) => t.sigmoid()),
        xs.map((v) => s(v) * (1 - s(v))),
      );
    });

    it('sums gradients of a bias over the batch', async () => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const byBias = tf.grad((b: Tensor) => x.add(b).mul(x).sum())(tf.tensor1d([0, 0]));
      await close(byBias, [9, 12]);
    });

    it('normalises a batch, with gradients', async () => {
      const x = tf.tensor2d([1, 10, 3, 30], [2, 2]);
      const { y, mean, variance } = batchNormTraining(x, tf.ones([2]), tf.tensor1d([0, 5]), 1e-8);
      await close(mean, [2, 20]);
      await close(variance, [1, 100]);
      await close(y, [-1, 4, 1, 6]);
      const f = (t: Tensor) =>
        batchNormTraining(t, tf.tensor1d([2, 3]), tf.zeros([2]), 0.5)
          .y.mul(tf.tensor2d([1, 2, 3, 5], [2, 2]))
          .sum();
      const analytic = await values(tf.grad(f)(x));
      const numeric: number[] = [];
      for (let i = 0; i < 4; i++) {
        const at = async (h: number) =>
          (
            await values(
              f(
                x.add(
                  tf
                    .oneHot(tf.tensor1d([i], 'int32'), 4)
                    .reshape([2, 2])
                    .mul(h),
                ),
              ),
            )
          )[0]!;
        numeric.push(((await at(0.05)) - (await at(-0.05))) / 0.1);
      }
      analytic.forEach((value, i) => {
        expect(Math.abs(value - numeric[i]!)).toBeLessThan(5e-3);
      });
    });

    it('gives the softmax cross-entropy and its gradient', async () => {
      const logits = tf.tensor2d([1, 2, 3, 1000, 0, -1000], [2, 3]);
      const targets = tf.tensor2d([0, 0.25, 0.75, 1, 0, 0], [2, 3]);
      const z = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
      await close(softmaxCrossEntropyWithLogits(logits, targets), [z - 0.25 * 2 - 0.75 * 3, 0]);
      const gradient = tf.grad((l: Tensor) => softmaxCrossEntropyWithLogits(l as Tensor2D, targets).sum())(
        logits,
      );
      const p = [1, 2, 3].map((v) => Math.exp(v - z));
      await close(gradient, [p[0]!, p[1]! - 0.25, p[2]! - 0.75, 0, 0, 0]);
    });

    it('draws the same random numbers as every engine', async () => {
      const stream = new RandomStream(7);
      const uniform = [0.74708, 0.67218, 0.05778, 0.64421, 0.07031, 0.66815, 0.45645];
      const normal = [-0.66685, -2.44684, -0.69654, 1.07558, -0.30669];
      (await values(stream.uniform([7]))).forEach((value, i) => {
        expect(value).toBeCloseTo(uniform[i]!, 4);
      });
      (await values(stream.normal([5]))).forEach((value, i) => {
        expect(value).toBeCloseTo(normal[i]!, 4);
      });
      const mask = await values(stream.dropoutMask([1000], 0.25));
      const dropped = mask.filter((value) => value === 0).length;
      expect(Math.abs(dropped - 250)).toBeLessThan(50);
      expect(Math.max(...mask)).toBeCloseTo(4 / 3, 5);
    });

    it('trains, and a compiled step gives the same numbers', async () => {
      const x = tf.tensor2d([1, 0, 0, 1, 1, 1, 0, 0], [4, 2]);
      const y = tf.tensor2d([1, 0, 0, 1, 0, 1, 1, 0], [4, 2]);
      const make = () => {
        const w = tf.variable(tf.tensor2d([0.1, -0.1, 0.2, 0.3], [2, 2]));
        const adam = new Adam({ learningRate: 0.1 });
        const step = () =>
          tf.tidy(() =>
            adam.minimize(
              () => softmaxCrossEntropyWithLogits(tf.matMul(x, w as unknown as Tensor2D), y).mean() as Scalar,
              [w],
            ),
          );
        return { w, step };
      };
      const [eager, traced] = [make(), make()];
      const compiled = compile(traced.step);
      const losses: number[] = [];
      for (let i = 0; i < 10; i++) {
        const [loss] = await values(eager.step());
        losses.push(loss!);
        await close(compiled(), [loss!]);
      }
      expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.8);
      await close(traced.w, await values(eager.w));
    });

    it('fails with a sentence, and goes on', async () => {
      const gone = tf.ones([2]);
      gone.dispose();
      expect(() => gone.add(1)).toThrow(/disposed/);
      expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]))).toThrow(/inner|match|equal|incompatible/i);
      expect(await values(tf.ones([2]).add(1))).toEqual([2, 2]);
    });
  });
}
