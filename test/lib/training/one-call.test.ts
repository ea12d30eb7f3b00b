// A step of `fit` is one compiled call, its update included; what it must keep is the same as where the update waits.
import { beforeAll, describe, expect, it } from 'vitest';
import { BatchNorm, Dense, Sequential } from '../../../lib/layers/index.ts';
import { Adam, AdamW, Momentum, type Optimizer, RMSProp, SGD } from '../../../lib/optimizers/index.ts';
import { startEngine, tf } from '../../../lib/runtime/index.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { fit } from '../../../lib/training/index.ts';

beforeAll(async () => {
  await startEngine();
});

const xs = () => tf.randomNormal([12, 3], 0, 1, 'float32', 1);
const ys = () => tf.tensor1d([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0], 'int32');
const network = () =>
  new Sequential([new Dense({ units: 4 }), new BatchNorm(), new Dense({ units: 2 })]).build([3], 7);
const state = (model: Sequential, optimizer: Optimizer) => [
  ...model.variables.map(({ path, variable }) => [path, ...variable.dataSync()]),
  ...optimizer.state.map(({ name, variable }) => [name, ...variable.dataSync()]),
];

const optimizers: [string, () => Optimizer][] = [
  ['SGD', () => new SGD({ learningRate: 0.1 })],
  ['Momentum', () => new Momentum({ learningRate: 0.1 })],
  ['RMSProp', () => new RMSProp({ learningRate: 0.1 })],
  ['Adam', () => new Adam({ learningRate: 0.1 })],
  ['AdamW', () => new AdamW({ learningRate: 0.1 })],
];

describe.each(optimizers)('%s', (_, make) => {
  it('gives the same weights in one call as op by op', async () => {
    const run = async (options: object) => {
      const [model, optimizer] = [network(), make()];
      await fit(model, { xs: xs(), ys: ys() }, { epochs: 3, batchSize: 4, optimizer, ...options });
      return state(model, optimizer)
        .flat()
        .filter((value) => typeof value === 'number');
    };
    for (const options of [{}, { accumulate: 2 }, { clipNorm: 0.1, weightDecay: 0.1 }]) {
      const [compiled, eager] = [await run(options), await run({ ...options, compile: false })];
      expect(compiled.length).toBe(eager.length);
      compiled.forEach((value, i) => {
        expect(Math.abs(value - eager[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(eager[i]!)));
      });
    }
  });

  it.each([
    ['compiled', {}],
    ['compiled, accumulating', { accumulate: 2 }],
    ['op by op', { compile: false }],
  ])(
    'keeps weights, statistics and its own state where gradients are not finite: %s',
    async (_name, options) => {
      const [model, optimizer] = [network(), make()];
      let step = 0;
      let before: unknown[] = [];
      // finite, but from the fourth step on its gradient is 0 * infinity
      const strength = tf.variable(tf.scalar(1), false);
      const loss = (output: Tensor) => tf.mean(tf.sqrt(tf.mul(tf.square(output), strength)));
      const callback = {
        onBatchBegin: () => {
          if (++step < 4) return;
          strength.assign(tf.scalar(0));
          before = state(model, optimizer);
        },
      };
      const training = fit(
        model,
        { xs: xs(), ys: ys() },
        { epochs: 3, batchSize: 4, optimizer, loss, metrics: [], callbacks: callback, ...options },
      );
      await expect(training).rejects.toThrow(
        /The gradients in step 4 \(epoch 2\) are not finite, though the loss is\. .*the gradient of "\w+\.\w+"/,
      );
      expect(state(model, optimizer)).toEqual(before);
    },
  );
});
