import { beforeAll, describe, expect, it } from 'vitest';
import { Dense } from '../../../lib/layers/dense.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { SGD } from '../../../lib/optimizers/sgd.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import type { TrainingControl } from '../../../lib/training/callbacks.ts';
import { earlyStopping } from '../../../lib/training/early-stopping.ts';
import { fit } from '../../../lib/training/fit.ts';
import { History } from '../../../lib/training/history.ts';
import { reduceOnPlateau } from '../../../lib/training/plateau.ts';
import { type ProgressState, progressLine, TrainingProgress } from '../../../lib/training/progress.ts';
import { hostRandom, permutation } from '../../../lib/training/random.ts';
import { elasticNet, l1, l2 } from '../../../lib/training/regularizers.ts';
import {
  constantRate,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  oneCycle,
  type Schedule,
  stepDecay,
  warmUp,
} from '../../../lib/training/schedules.ts';

beforeAll(async () => {
  await startEngine();
});

const data = { xs: [[0], [1], [2], [3]], ys: [0, 0, 1, 1] };
const make = () => new Sequential([new Dense({ units: 2 })]);

describe('schedules', () => {
  const at = (schedule: Schedule, epoch: number, epochs = 10) =>
    schedule({ step: epoch * 10, epoch, steps: 10 * epochs, stepsPerEpoch: 10, epochs });
  it('follow their formulas', () => {
    expect([0, 2.9, 3, 6].map((e) => at(stepDecay(1, { every: 3, factor: 0.5 }), e))).toEqual([
      1, 1, 0.5, 0.25,
    ]);
    expect([0, 4, 8, 9].map((e) => at(stepDecay(1, { every: [4, 8] }), e).toFixed(4))).toEqual([
      '1.0000',
      '0.1000',
      '0.0100',
      '0.0100',
    ]);
    expect(at(exponentialDecay(2, 0.5), 3)).toBe(0.25);
    expect(at(cosineDecay(1, { end: 0.2 }), 5)).toBeCloseTo(0.6, 12);
    expect(at(cosineDecay(1), 10)).toBeCloseTo(0, 12);
    const restarts = cosineRestarts(1, { period: 1, multiply: 2 });
    expect([0, 0.5, 1, 2, 3, 5, 7].map((e) => Math.round(at(restarts, e) * 1e6) / 1e6)).toEqual([
      1, 0.5, 1, 0.5, 1, 0.5, 1,
    ]);
    const warm = warmUp(2, cosineDecay(1), { from: 0.1 });
    expect(at(warm, 0)).toBeCloseTo(0.1, 12);
    expect(at(warm, 1)).toBeCloseTo(0.55, 12);
    expect(at(warm, 2)).toBeCloseTo(1, 12);
    expect(at(warm, 6)).toBeCloseTo(0.5, 12); // half of the eight epochs after it
    const cycle = oneCycle(1, { up: 0.5, start: 10, end: 100 });
    expect([0, 5, 10].map((e) => Math.round(at(cycle, e) * 1e6) / 1e6)).toEqual([0.1, 1, 0.01]);
    expect(at(constantRate(0.3), 4)).toBe(0.3);
  });
  it('refuse what makes no sense', () => {
    expect(() => stepDecay(0, { every: 3 })).toThrow('stepDecay: rate is 0');
    expect(() => cosineRestarts(1, { period: 1, multiply: 0.5 })).toThrow('multiply is 0.5');
    expect(() => oneCycle(1, { up: 1 })).toThrow('up is 1');
  });
  it('take effect step by step, in compiled steps too', async () => {
    // On a constant gradient, the way is the sum of the rates.
    const model = make().build([1], 1);
    const bias = model.variables[1]!.variable;
    const before = bias.dataSync()[0]!;
    const slope = { xs: { data: new Float32Array(6), shape: [6, 1] }, ys: [0, 0, 0, 0, 0, 0] };
    await fit(model, slope, {
      batchSize: 1,
      optimizer: new SGD(),
      loss: (output) => output.slice([0, 0], [1, 1]).sum(),
      schedule: ({ step }) => 10 ** -step,
    });
    expect(before - bias.dataSync()[0]!).toBeCloseTo(1.11111, 5);
  });
});

/** Runs a callback over given figures, without a training. */
async function run(callback: ReturnType<typeof reduceOnPlateau>, values: number[], name = 'valLoss') {
  const control = {
    learningRate: 1,
    stopped: '',
    model: make().build([1]),
    stop: (r: string) => (control.stopped = r),
  } as unknown as TrainingControl & { stopped: string };
  await callback.onTrainBegin?.(control);
  const rates: number[] = [];
  for (const [epoch, value] of values.entries()) {
    await callback.onEpochEnd?.(
      { epoch, values: { [name]: value }, learningRate: 1, steps: 1, seconds: 0 },
      control,
    );
    rates.push(control.learningRate);
    if (control.stopped) break;
  }
  return { rates, stopped: control.stopped, control };
}

describe('reduceOnPlateau', () => {
  it('lowers the rate after epochs without improvement', async () => {
    const { rates } = await run(reduceOnPlateau({ patience: 2, factor: 0.5 }), [3, 2, 2, 2, 1, 1, 1, 1, 1]);
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]);
  });
  it('watches upwards what gets better upwards, and names what is missing', async () => {
    const { rates } = await run(
      reduceOnPlateau({ monitor: 'valAccuracy', patience: 1, minRate: 0.05 }),
      [0.5, 0.6, 0.6, 0.6],
      'valAccuracy',
    );
    expect(rates).toEqual([1, 1, 0.1, 0.05]);
    await expect(run(reduceOnPlateau(), [1], 'loss')).rejects.toThrow(
      'reduceOnPlateau watches "valLoss", but the epoch has only loss',
    );
  });
});

describe('earlyStopping', () => {
  it('stops after its patience and puts the best weights back', async () => {
    const model = make();
    const best: number[][] = [];
    let value = 3;
    const history = await fit(model, data, {
      epochs: 20,
      learningRate: 0.1,
      callbacks: [
        {
          onEpochEnd: (record) => {
            value = record.epoch === 2 ? 1 : 2;
            (record.values as Record<string, number>)['valLoss'] = value;
            if (record.epoch === 2) best.push(...model.variables.map((v) => [...v.variable.dataSync()]));
          },
        },
        earlyStopping({ patience: 3 }),
      ],
    });
    expect(history.epochs).toHaveLength(6);
    expect(history.stopped).toMatch(/Stopped early after epoch 6: valLoss was best at epoch 3 \(1.000\)/);
    expect(model.variables.map((v) => [...v.variable.dataSync()])).toEqual(best);
  });
});

describe('TrainingProgress', () => {
  it('tells listeners where the training is, and keeps its curve short', async () => {
    const progress = new TrainingProgress({ every: 0, points: 8 });
    const states: ProgressState[] = [];
    const off = progress.subscribe((s) => states.push(s));
    await fit(make(), data, { epochs: 5, batchSize: 1, callbacks: progress, validationSplit: 0.5 });
    expect(states[0]!.status).toBe('running');
    expect(states.at(-1)!.status).toBe('done');
    const parts = states.slice(1).map((s) => s.part!);
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
    expect(states.at(-1)!.batches.length).toBeLessThanOrEqual(8);
    expect(states.at(-1)!.epochRecords).toHaveLength(5);
    expect(progressLine(states.at(-1)!)).toMatch(
      /^epoch 5\/5 {2}step 2\/2 {2}loss \d\.\d{4} {2}accuracy .* steps\/s {2}done$/,
    );
    off();
    const seen = states.length;
    await fit(make(), data, { callbacks: progress });
    expect(states).toHaveLength(seen);
    expect(JSON.parse(JSON.stringify(progress.state)).status).toBe('done');
  });
});

describe('small parts', () => {
  it('History gives columns and the best epoch', () => {
    const history = new History();
    [3, 1, 2].forEach(
      (loss, epoch) =>
        void history.add({
          epoch,
          values: { loss, accuracy: epoch === 2 ? 0.5 : 0.9 },
          learningRate: 1,
          steps: 1,
          seconds: 1,
        }),
    );
    expect(history.column('loss')).toEqual([3, 1, 2]);
    expect(history.best('loss').epoch).toBe(1);
    expect(history.best('accuracy').epoch).toBe(0);
    expect(() => history.best('valLoss')).toThrow('no "valLoss"; it has loss, accuracy');
  });
  it('penalties are those of hand', () => {
    const w = [
      tf.variable(
        tf.tensor2d([
          [1, -2],
          [3, 0],
        ]),
      ),
      tf.variable(tf.tensor2d([[0.5]])),
    ];
    const value = (t: tf.Tensor) => t.dataSync()[0];
    expect(value(l2(0.1)(w))).toBeCloseTo(1.425, 5);
    expect(value(l1(0.1)(w))).toBeCloseTo(0.65, 5);
    expect(value(elasticNet(0.1, 0.1)(w))).toBeCloseTo(2.075, 5);
    expect(() => l2(-1)).toThrow('at least 0');
  });
  it('permutation holds each number once, and all orders come up', () => {
    expect([...permutation(100, 3)].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    const orders = new Set(Array.from({ length: 200 }, (_, seed) => permutation(3, seed).join()));
    expect(orders.size).toBe(6);
  });
  it('hostRandom is uniform and normal', () => {
    const random = hostRandom(1);
    const uniform = Array.from({ length: 20000 }, () => random.uniform());
    const normal = Array.from({ length: 20000 }, () => random.normal());
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 1.7);
    expect(mean(uniform.map((u) => (u - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(mean(normal.map((v) => v * v)) - 1)).toBeLessThan(0.05);
  });
});
