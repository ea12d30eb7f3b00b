import { beforeAll, describe, expect, it } from 'vitest';
import { Dense, Sequential } from '../../../lib/layers/index.ts';
import { Adam, SGD } from '../../../lib/optimizers/index.ts';
import { startEngine, tf } from '../../../lib/runtime/index.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { fit } from '../../../lib/training/index.ts';

beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
});

const data = () => {
  const xs = tf.randomNormal([64, 8], 0, 1, 'float32', 1);
  return { xs, ys: tf.tidy(() => xs.sum(1).greater(0).toInt()) };
};
const network = () =>
  new Sequential([new Dense({ units: 16, activation: 'tanh' }), new Dense({ units: 2 })]).build([8], 3);

describe('fit in half precision', () => {
  it.each(['bfloat16', 'float16'] as const)('learns in %s, with weights in float32', async (precision) => {
    const run = async (options: object) => {
      const model = network();
      const settings = { epochs: 10, batchSize: 16, optimizer: new Adam({ learningRate: 0.02 }), ...options };
      const { last } = await fit(model, data(), settings);
      return { loss: last.values['loss']!, kernel: model.variables[0]!.variable };
    };
    const [half, full] = [await run({ precision }), await run({})];
    expect(half.loss).toBeLessThan(0.3);
    expect(half.loss).not.toBe(full.loss);
    expect(Math.abs(half.loss - full.loss)).toBeLessThan(0.02);
    expect(half.kernel.dtype).toBe('float32');
  });

  it('leaves out float16 steps that overflow, with all weights as they were, and goes on', async () => {
    const model = network();
    const weights: string[] = [];
    // gradients of about 1 times the first scale of 2^15 are too large for float16, some halvings later they are not
    const loss = (output: Tensor) => tf.sum(tf.mul(output, 3)).asScalar();
    await fit(model, data(), {
      epochs: 12,
      batchSize: 64,
      precision: 'float16',
      optimizer: new SGD({ learningRate: 1e-4 }),
      loss,
      metrics: [],
      callbacks: {
        onBatchEnd: () =>
          void weights.push(model.variables.map(({ variable }) => variable.dataSync().join()).join()),
      },
    });
    // the first step is not compiled, and has the range of float32
    const changed = weights.slice(1).map((now, i) => now !== weights[i]);
    expect(changed[0]).toBe(false);
    expect(changed.at(-1)).toBe(true);
  });

  it('says where it can not', async () => {
    for (const options of [{ compile: false }, { optimizer: tf.train.sgd(0.1) }]) {
      await expect(fit(network(), data(), { precision: 'float16', ...options })).rejects.toThrow(
        /The precision float16 needs compiled steps on TensorFlow/,
      );
    }
    await expect(fit(network(), data(), { precision: 'float8' as never })).rejects.toThrow(
      /no precision "float8"/,
    );
  });
});
