import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchNorm } from '../../../lib/layers/batch-norm.ts';
import { Conv2D } from '../../../lib/layers/conv2d.ts';
import { Dense } from '../../../lib/layers/dense.ts';
import { Dropout } from '../../../lib/layers/dropout.ts';
import { Flatten } from '../../../lib/layers/flatten.ts';
import { MaxPool2D } from '../../../lib/layers/max-pool2d.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { AdamW } from '../../../lib/optimizers/adam.ts';
import { Momentum, SGD } from '../../../lib/optimizers/sgd.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { augment } from '../../../lib/training/augment.ts';
import type { Callback } from '../../../lib/training/callbacks.ts';
import { checkpoint } from '../../../lib/training/checkpoint.ts';
import { earlyStopping } from '../../../lib/training/early-stopping.ts';
import { fit } from '../../../lib/training/fit.ts';
import type { FitOptions } from '../../../lib/training/options.ts';
import { reduceOnPlateau } from '../../../lib/training/plateau.ts';
import { hostRandom } from '../../../lib/training/random.ts';
import { cosineDecay } from '../../../lib/training/schedules.ts';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
beforeAll(async () => {
  await startEngine();
});
afterAll(() => rmSync(folder, { recursive: true }));

const random = hostRandom(4);
const data = {
  xs: { data: new Float32Array(40 * 3).map(() => random.normal()), shape: [40, 3] },
  ys: Int32Array.from({ length: 40 }, () => random.integer(2)),
};
const model = () =>
  new Sequential([new Dense({ units: 6, activation: 'relu' }), new BatchNorm(), new Dense({ units: 2 })]);
const bits = (m: Sequential) =>
  m.variables.map((v) => Buffer.from(v.variable.dataSync().slice().buffer).toString('hex'));
const figures = (h: { epochs: { values: object; learningRate: number }[] }) =>
  h.epochs.map((e) => [e.values, e.learningRate]);

describe('a resumed training', () => {
  const optimizers = {
    sgd: () => new SGD({ learningRate: 0.1 }),
    momentum: () => new Momentum({ learningRate: 0.05 }),
    adamw: () => new AdamW({ learningRate: 0.01 }),
  };
  it.each(Object.entries(optimizers))(
    'with %s goes on bit for bit, from the middle of an epoch',
    async (name, optimizer) => {
      const file = join(folder, `${name}.safetensors`);
      const options = (): FitOptions => ({
        epochs: 4,
        batchSize: 8,
        seed: 9,
        optimizer: optimizer(),
        validationSplit: 0.2,
        callbacks: [
          reduceOnPlateau({ patience: 1, minDelta: 10 }),
          earlyStopping({ patience: 3, minDelta: 0.001 }),
        ],
      });
      const whole = model().build([3], 2);
      const wholeHistory = await fit(whole, data, options());

      const abort = new AbortController();
      const first = options();
      const stopper: Callback = {
        onBatchEnd: ({ totalStep }) => (totalStep === 6 ? abort.abort() : undefined),
      };
      const saver = checkpoint(file, { everySteps: 7 });
      await fit(model().build([3], 2), data, {
        ...first,
        callbacks: [...(first.callbacks as Callback[]), { onBatchEnd: saver.onBatchEnd! }, stopper],
        signal: abort.signal,
      });
      const resumed = model();
      const history = await fit(resumed, data, { ...options(), resume: file });
      expect(bits(resumed)).toEqual(bits(whole));
      expect(figures(history)).toEqual(figures(wholeHistory));
    },
  );

  it('follows its schedule on', async () => {
    const file = join(folder, 'schedule.safetensors');
    const options = { epochs: 3, batchSize: 10, schedule: cosineDecay(0.1) };
    const whole = model().build([3], 2);
    const rates = (
      await fit(whole, data, { ...options, optimizer: new SGD({ learningRate: 1 }) })
    ).epochs.map((e) => e.learningRate);
    const abort = new AbortController();
    await fit(model().build([3], 2), data, {
      ...options,
      optimizer: new SGD({ learningRate: 1 }),
      signal: abort.signal,
      callbacks: [checkpoint(file), { onEpochEnd: (r) => (r.epoch === 0 ? abort.abort() : undefined) }],
    });
    const resumed = model();
    const history = await fit(resumed, data, {
      ...options,
      optimizer: new SGD({ learningRate: 1 }),
      resume: file,
    });
    expect(history.epochs.map((e) => e.learningRate)).toEqual(rates);
    expect(bits(resumed)).toEqual(bits(whole));
  });
});

it('a resumed convolutional net with dropout and augmentation goes on bit for bit', async () => {
  const file = join(folder, 'conv.safetensors');
  const images = {
    images: Uint8Array.from({ length: 48 * 64 }, () => random.integer(256)),
    labels: Uint8Array.from({ length: 48 }, () => random.integer(3)),
    imageShape: [8, 8, 1],
  };
  const change = () => augment({ crop: 1, flip: true, noise: 0.1, seed: 4 });
  const net = () =>
    new Sequential([
      new Conv2D({ filters: 8, kernelSize: 3, activation: 'relu' }),
      new BatchNorm(),
      new MaxPool2D(),
      new Flatten(),
      new Dropout(0.3),
      new Dense({ units: 3 }),
    ]);
  const whole = net().build([8, 8, 1], 2);
  await fit(whole, images, { epochs: 3, batchSize: 8, augment: change() });
  await fit(net().build([8, 8, 1], 2), images, {
    epochs: 1,
    batchSize: 8,
    augment: change(),
    callbacks: checkpoint(file),
  });
  const resumed = net();
  await fit(resumed, images, { epochs: 3, batchSize: 8, augment: change(), resume: file });
  expect(bits(resumed)).toEqual(bits(whole));
});

describe('checkpoint', () => {
  it('keeps the best epoch only, where asked', async () => {
    const file = join(folder, 'best.safetensors');
    const seen: number[] = [];
    const history = await fit(model(), data, {
      epochs: 4,
      learningRate: 0.05,
      validationSplit: 0.5,
      callbacks: checkpoint(file, { best: 'valAccuracy' }),
    });
    const best = history.best('valAccuracy').epoch;
    const resumed = await fit(model(), data, {
      epochs: 4,
      resume: file,
      validationSplit: 0.5,
      callbacks: [{ onBatchEnd: (i) => void seen.push(i.epoch) }],
    });
    expect(seen[0] ?? 4).toBe(best + 1);
    expect(resumed.epochs).toHaveLength(4);
  });

  it('refuses files that are damaged or of something else, and changes nothing', async () => {
    const file = join(folder, 'damaged.safetensors');
    await fit(model(), data, { callbacks: checkpoint(file) });
    const whole = readFileSync(file);
    const fresh = model().build([3], 8);
    const before = bits(fresh);
    for (const length of [0, 7, 100, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      await expect(fit(fresh, data, { resume: file, epochs: 2 })).rejects.toThrow(
        /no usable safetensors file/,
      );
    }
    writeFileSync(file, whole);
    const other = new Sequential([new Dense({ units: 5 }), new BatchNorm(), new Dense({ units: 2 })]);
    await expect(fit(other, data, { resume: file, epochs: 2 })).rejects.toThrow(
      /"dense1.kernel" is \[3,6\] in the file and \[3,5\]/,
    );
    await expect(
      fit(fresh, data, { resume: file, epochs: 2, optimizer: new SGD({ learningRate: 1 }) }),
    ).rejects.toThrow(/written with the optimiser/);
    expect(bits(fresh)).toEqual(before);
  });
});
