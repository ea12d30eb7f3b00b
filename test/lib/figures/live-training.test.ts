import { afterEach, expect, test, vi } from 'vitest';
import { liveTraining, type ShowBundle, trainingCurves } from '../../../lib/figures/index.ts';
import { Dense, Sequential } from '../../../lib/layers/index.ts';
import { SGD } from '../../../lib/optimizers/index.ts';
import { fit, History } from '../../../lib/training/index.ts';
import { expectWellFormed } from './support.ts';

afterEach(() => {
  vi.restoreAllMocks();
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('convbook.host')];
});

type Shown = { data: Record<string, unknown>; displayId: string; update: boolean };
function recorder() {
  const shown: Shown[] = [];
  const show: ShowBundle = (data, _metadata, { displayId, update }) =>
    shown.push({ data, displayId, update });
  return { shown, show };
}

const info = (totalStep: number, loss: number) => ({
  epoch: Math.floor(totalStep / 10),
  step: totalStep % 10,
  totalStep,
  values: { loss },
  means: { loss },
  learningRate: 0.1,
  stepsPerSecond: 85.234,
  secondsLeft: 41.2,
});
const control = { epochs: 2, steps: 10, history: new History() };

test('draws a real training in one output and leaves its curves behind', async () => {
  const { shown, show } = recorder();
  const model = new Sequential([new Dense({ units: 2 })]);
  const history = await fit(
    model,
    { xs: [[0], [1], [0], [1]], ys: [0, 1, 0, 1] },
    {
      epochs: 4,
      batchSize: 2,
      optimizer: new SGD({ learningRate: 0.5 }),
      validationData: { xs: [[0], [1]], ys: [0, 1] },
      callbacks: liveTraining({ show, title: 'A line' }),
    },
  );
  model.dispose();
  expect(new Set(shown.map(({ displayId }) => displayId)).size).toBe(1);
  expect(shown.map(({ update }) => update)).toEqual([false, ...new Array(shown.length - 1).fill(true)]);
  const last = shown.at(-1)!;
  expect(last.data['text/plain']).toMatch(/^A line: done in [\d.]+ s\nA line: done/);
  const svg = last.data['image/svg+xml'] as string;
  expectWellFormed(svg);
  const short = (name: string) => String(Number(history.column(name).at(-1)!.toPrecision(3)));
  expect(svg).toContain(`in 4 epochs, in validation ${short('valLoss')}.`);
  expect(svg).toContain(`to ${short('loss')} in 4 epochs`);
});

test('the line says epoch, step, learning rate, speed and time left', () => {
  const { shown, show } = recorder();
  const live = liveTraining({ show, every: 0 });
  live.onTrainBegin(control);
  vi.spyOn(performance, 'now').mockReturnValue(1e9);
  live.onBatchEnd(info(12, 0.5), control);
  expect(shown[0]!.data).toEqual({ 'text/plain': 'waiting for the first step' });
  expect(String(shown[1]!.data['text/plain']).split('\n')[0]).toBe(
    'epoch 2/2, step 3/10, learning rate 0.1, 85.2 steps/s, 42 s left',
  );
});

test('draws twice a second at most, and more rarely where drawing is slow', () => {
  const { shown, show } = recorder();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const slow: ShowBundle = (...args) => {
    show(...args);
    now += 20; // 20 ms for each picture
  };
  const live = liveTraining({ show: slow });
  live.onTrainBegin(control);
  const from = now;
  for (let step = 0; step < 20_000; step++) {
    now += 1;
    live.onBatchEnd(info(step, 1), control);
  }
  // 20 ms are 1 % of 2 s, so that a picture comes every 2 s at most.
  expect(shown.length - 1).toBe(Math.floor((now - from) / 2000));
  expect(live.seconds * 1000).toBeLessThan(0.02 * now);
  expect(live.seconds).toBeGreaterThan(0);
});

test('a long training keeps a bounded number of points, evenly', () => {
  const { shown, show } = recorder();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const live = liveTraining({ show, points: 100 });
  const long = { epochs: 1, steps: 100_000, history: new History() };
  live.onTrainBegin(long);
  for (let step = 0; step < 100_000; step++) live.onBatchEnd({ ...info(step, step), epoch: 0, step }, long);
  now += 10_000;
  live.onTrainEnd(undefined, long);
  const path = /<path d="([^"]*)" fill="none" stroke="#9ecae1"/.exec(
    shown.at(-1)!.data['image/svg+xml'] as string,
  )![1]!;
  const xs = [...path.matchAll(/[ML]([\d.]+) /g)].map((m) => Number(m[1]));
  expect(xs.length).toBeGreaterThan(40);
  expect(xs.length).toBeLessThanOrEqual(100);
  const steps = xs.slice(1).map((x, i) => x - xs[i]!);
  expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.05);
});

test('takes the notebook of the host, and prints a line an epoch where there is none', () => {
  const record = { epoch: 0, values: { loss: 0.25 }, learningRate: 0.1, steps: 10, seconds: 1 };
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const plain = liveTraining();
  plain.onTrainBegin(control);
  plain.onEpochEnd(record, control);
  plain.onTrainEnd(undefined, control);
  expect(log.mock.calls).toEqual([['epoch 1/2  loss 0.2500']]);
  const shown: unknown[] = [];
  (globalThis as Record<symbol, unknown>)[Symbol.for('convbook.host')] = {
    display: (data: unknown) => shown.push(data),
  };
  liveTraining().onTrainBegin(control);
  expect(shown).toEqual([{ 'text/plain': 'waiting for the first step' }]);
});

test('curves show loss, metrics with their validation, and a learning rate that changed', () => {
  const history = new History();
  history.add({
    epoch: 0,
    values: { loss: 2, accuracy: 0.4, valLoss: 2.5, valAccuracy: 0.3 },
    learningRate: 0.1,
    steps: 1,
    seconds: 1,
  });
  history.add({
    epoch: 1,
    values: { loss: 1, accuracy: 0.7, valLoss: 2.1, valAccuracy: 0.5 },
    learningRate: 0.01,
    steps: 1,
    seconds: 1,
  });
  const curves = trainingCurves(history);
  expect(curves.alt).toBe(
    'The training loss goes from 2 to 1 in 2 epochs, in validation 2.1. ' +
      'The training accuracy goes from 0.4 to 0.7 in 2 epochs, in validation 0.5. ' +
      'The learning rate goes from 0.1 to 0.01.',
  );
  expectWellFormed(curves.toSvg());
});

test('the learning rate is drawn step by step where it changes within an epoch', () => {
  const { shown, show } = recorder();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const live = liveTraining({ show });
  const one = { epochs: 1, steps: 10, history: new History() };
  live.onTrainBegin(one);
  const rates = [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
  for (const [step, learningRate] of rates.entries())
    live.onBatchEnd({ ...info(step, 1), learningRate }, one);
  now += 10_000;
  live.onTrainEnd(undefined, one);
  expect(shown.at(-1)!.data['text/plain']).toContain('The learning rate goes from 0.1 over 0.5 to 0.05.');
  const steady = recorder();
  const constant = liveTraining({ show: steady.show });
  constant.onTrainBegin(one);
  for (const step of rates.keys()) constant.onBatchEnd(info(step, 1), one);
  constant.onTrainEnd(undefined, one);
  expect(steady.shown.at(-1)!.data['text/plain']).not.toContain('learning rate goes');
});
