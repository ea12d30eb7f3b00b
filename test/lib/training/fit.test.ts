import { beforeAll, describe, expect, it } from 'vitest';
import { Dense } from '../../../lib/layers/dense.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { SGD } from '../../../lib/optimizers/sgd.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { evaluate, predict, predictClasses } from '../../../lib/training/evaluate.ts';
import { fit } from '../../../lib/training/fit.ts';
import { hostRandom } from '../../../lib/training/random.ts';

beforeAll(async () => {
  await startEngine();
});

/** Two classes that a line parts: x0 + x1 > 0. */
function separable(count: number, seed = 1) {
  const random = hostRandom(seed);
  const xs = new Float32Array(count * 2).map(() => random.normal());
  const ys = Int32Array.from({ length: count }, (_, i) => (xs[2 * i]! + xs[2 * i + 1]! > 0 ? 1 : 0));
  return { xs: { data: xs, shape: [count, 2] }, ys };
}

const classifier = () => new Sequential([new Dense({ units: 2 })]);

describe('fit', () => {
  it('learns a separable problem and evaluate and predict agree with it', async () => {
    const data = separable(200);
    const model = classifier();
    const history = await fit(model, data, { epochs: 15, batchSize: 20, learningRate: 0.1, seed: 3 });
    expect(history.epochs).toHaveLength(15);
    expect(history.last.values['accuracy']).toBeGreaterThan(0.95);
    expect(history.last.values['loss']).toBeLessThan(history.epochs[0]!.values['loss']!);
    const figures = await evaluate(model, data, { batchSize: 64 });
    const classes = await predictClasses(model, data.xs, { batchSize: 33 });
    const right = classes.filter((c, i) => c === data.ys[i]).length / 200;
    expect(figures['accuracy']).toBeCloseTo(right, 6);
  });
});

/** Softmax regression by plain loops: the weights after some steps of gradient descent. */
function plainDescent(xs: Float32Array, ys: Int32Array, order: number[][], kernel: number[][], rate: number) {
  const w = kernel.map((row) => [...row]);
  const b = [0, 0];
  for (const batch of order) {
    const gw = w.map((row) => row.map(() => 0));
    const gb = [0, 0];
    for (const i of batch) {
      const x = [xs[2 * i]!, xs[2 * i + 1]!];
      const scores = [0, 1].map((c) => b[c]! + x[0]! * w[0]![c]! + x[1]! * w[1]![c]!);
      const sum = scores.reduce((s, v) => s + Math.exp(v), 0);
      for (const c of [0, 1]) {
        const d = (Math.exp(scores[c]!) / sum - (ys[i] === c ? 1 : 0)) / batch.length;
        gb[c]! += d;
        for (const k of [0, 1]) gw[k]![c]! += d * x[k]!;
      }
    }
    for (const c of [0, 1]) {
      b[c]! -= rate * gb[c]!;
      for (const k of [0, 1]) w[k]![c]! -= rate * gw[k]![c]!;
    }
  }
  return { w: w.flat(), b };
}

const numbers = (model: Sequential) => model.variables.map((v) => [...v.variable.dataSync()]);

describe('a step of fit', () => {
  it('is the gradient descent that plain loops give', async () => {
    const { xs, ys } = separable(10);
    const model = classifier().build([2], 5);
    const kernel = model.variables[0]!.variable.arraySync() as number[][];
    await fit(
      model,
      { xs, ys },
      { epochs: 2, batchSize: 4, shuffle: false, optimizer: new SGD({ learningRate: 0.3 }) },
    );
    const order = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ];
    const plain = plainDescent(xs.data, ys, [...order, ...order], kernel, 0.3);
    const [w, b] = numbers(model);
    w!.forEach((v, i) => void expect(v).toBeCloseTo(plain.w[i]!, 5));
    b!.forEach((v, i) => void expect(v).toBeCloseTo(plain.b[i]!, 5));
  });

  it('gives with accumulated gradients what one large batch gives', async () => {
    const data = separable(24);
    const large = classifier().build([2], 5);
    const small = classifier().build([2], 5);
    const shared = { epochs: 2, shuffle: false } as const;
    await fit(large, data, { ...shared, batchSize: 12, optimizer: new SGD({ learningRate: 0.3 }) });
    await fit(small, data, {
      ...shared,
      batchSize: 4,
      accumulate: 3,
      optimizer: new SGD({ learningRate: 0.3 }),
    });
    numbers(large)
      .flat()
      .forEach((v, i) => void expect(numbers(small).flat()[i]).toBeCloseTo(v, 5));
  });

  it('adds weight decay to kernels and leaves biases alone', async () => {
    const model = classifier().build([2], 5);
    const before = numbers(model);
    const zeros = { xs: { data: new Float32Array(8), shape: [4, 2] }, ys: [0, 1, 0, 1] };
    await fit(model, zeros, { batchSize: 4, weightDecay: 0.1, optimizer: new SGD({ learningRate: 0.5 }) });
    numbers(model)[0]!.forEach((v, i) => void expect(v).toBeCloseTo(before[0]![i]! * 0.95, 6));
    expect(numbers(model)[1]).toEqual(before[1]);
  });

  it('clips the joint norm of the gradients', async () => {
    const model = classifier().build([2], 5);
    const before = numbers(model).flat();
    const data = { xs: { data: new Float32Array(4).fill(100), shape: [2, 2] }, ys: [0, 1] };
    await fit(model, data, {
      batchSize: 2,
      clipNorm: 0.5,
      optimizer: new SGD({ learningRate: 1 }),
      metrics: [],
    });
    const moved = Math.hypot(
      ...numbers(model)
        .flat()
        .map((v, i) => v - before[i]!),
    );
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThanOrEqual(0.5 + 1e-5);
  });
});

describe('the course of fit', () => {
  it('is the same for the same seed and another for another', async () => {
    const data = separable(64);
    const run = async (seed: number) => {
      const model = classifier();
      await fit(model, data, { epochs: 2, batchSize: 8, seed });
      return numbers(model);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('takes bytes, flat arrays, streams and functions that make streams', async () => {
    const bytes = {
      images: new Uint8Array(6 * 4).fill(255),
      labels: new Uint8Array([0, 1, 0, 1, 0, 1]),
      imageShape: [2, 2, 1],
    };
    let seen: number[] = [];
    const model = classifier();
    const look = (xs: tf.Tensor) => {
      seen = [...xs.shape, ...xs.dataSync().slice(0, 1)];
      return xs.reshape([xs.shape[0]!, 4]);
    };
    await fit(model.build([4]), bytes, { batchSize: 6, augment: look, compile: false });
    expect(seen).toEqual([6, 2, 2, 1, 1]);
    const batches = function* () {
      for (let i = 0; i < 3; i++) yield { xs: tf.ones([2, 4]), ys: tf.tensor1d([0, 1], 'int32') };
    };
    const history = await fit(model, batches, { epochs: 2 });
    expect(history.epochs.map((e) => e.steps)).toEqual([3, 3]);
    await expect(fit(model, batches(), { epochs: 2 })).rejects.toThrow(/used up in the first epoch/);
  });

  it('tells callbacks the steps in order and reports pace and time left', async () => {
    const calls: string[] = [];
    const left: (number | undefined)[] = [];
    await fit(classifier(), separable(20), {
      epochs: 2,
      batchSize: 10,
      callbacks: {
        onTrainBegin: () => void calls.push('begin'),
        onEpochBegin: (e) => void calls.push(`epoch ${e}`),
        onBatchEnd: (i) => {
          calls.push(`batch ${i.epoch}.${i.step}/${i.totalStep}`);
          left.push(i.secondsLeft);
        },
        onEpochEnd: async (r) => void calls.push(`end ${r.epoch}`),
        onTrainEnd: () => void calls.push('over'),
      },
    });
    expect(calls.join(', ')).toBe(
      'begin, epoch 0, batch 0.0/0, batch 0.1/1, end 0, epoch 1, batch 1.0/2, batch 1.1/3, end 1, over',
    );
    expect(left.at(-1)).toBe(0);
  });

  it('stops from outside and from a callback, with the reason in the history', async () => {
    const abort = new AbortController();
    const data = separable(100);
    const history = await fit(classifier(), data, {
      epochs: 50,
      batchSize: 10,
      signal: abort.signal,
      callbacks: { onBatchEnd: (i) => (i.totalStep === 12 ? abort.abort(new Error('enough')) : undefined) },
    });
    expect(history.stopped).toBe('Stopped from outside in epoch 2 after 3 of its steps: enough.');
    expect(history.epochs).toHaveLength(1);
    const model = classifier().build([2]);
    const before = numbers(model);
    await fit(model, data, { signal: AbortSignal.abort() });
    expect(numbers(model)).toEqual(before);
    const second = await fit(classifier(), data, {
      epochs: 5,
      callbacks: {
        onEpochEnd: (r, control) => (r.epoch === 1 ? control.stop('Two are enough.') : undefined),
      },
    });
    expect(second.epochs).toHaveLength(2);
    expect(second.stopped).toBe('Two are enough.');
  });

  it('gives the event loop its turn', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await fit(classifier(), separable(1200), { batchSize: 4 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });

  it('holds back a validation part that the seed chooses', async () => {
    const history = await fit(classifier(), separable(50), { validationSplit: 0.2, batchSize: 10 });
    expect(history.epochs[0]!.steps).toBe(4);
    expect(Object.keys(history.last.values)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
  });

  it('leaks no tensors', async () => {
    const model = classifier().build([2]);
    const data = separable(60);
    const optimizer = new SGD({ learningRate: 0.1 });
    await fit(model, data, { batchSize: 7, optimizer, validationSplit: 0.2 });
    const before = tf.memory().numTensors;
    await fit(model, data, { batchSize: 7, optimizer, validationSplit: 0.2, epochs: 3 });
    await evaluate(model, data);
    (await predict(model, data.xs)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('predict and evaluate follow a model that was made anew', async () => {
  const data = separable(40);
  const model = classifier().build([2], 1);
  const logits = async () => [...(await predict(model, data.xs, { batchSize: 10 })).dataSync()];
  const accuracyNow = async () => (await evaluate(model, data, { batchSize: 10 }))['accuracy'];
  const [first, right] = [await logits(), await accuracyNow()];
  expect(await logits()).toEqual(first);
  model.dispose();
  model.build([2], 2);
  expect(await logits()).not.toEqual(first);
  model.dispose();
  model.build([2], 1);
  expect(await logits()).toEqual(first);
  expect(await accuracyNow()).toBe(right);
});

describe('fit with bad input', () => {
  it('names layer and step of a NaN loss and keeps the weights from before', async () => {
    const { xs, ys } = separable(12);
    xs.data[2 * 9] = Number.NaN; // in the third batch of four
    const model = classifier().build([2], 5);
    const good = classifier().build([2], 5);
    const options = { batchSize: 4, shuffle: false, epochs: 1, optimizer: new SGD({ learningRate: 0.3 }) };
    await fit(good, { xs: { data: xs.data.slice(0, 16), shape: [8, 2] }, ys: ys.slice(0, 8) }, options);
    await expect(fit(model, { xs, ys }, options)).rejects.toThrow(
      /The loss became NaN in step 3 \(epoch 1\).*from the input batch itself.*weights from before/,
    );
    expect(numbers(model)).toEqual(numbers(good));
  });

  it('names the layer where numbers overflow', async () => {
    const model = new Sequential([new Dense({ units: 3 }), new Dense({ units: 2 })]).build([2], 1);
    const kernel = model.variables[0]!.variable;
    tf.tidy(() => kernel.assign(tf.fill([2, 3], 3e38)));
    await expect(fit(model, separable(8), { batchSize: 8 })).rejects.toThrow(/the layer "dense1" \(Dense/);
    expect(kernel.dataSync()[0]).toBeCloseTo(3e38, -32);
  });

  it.each([
    [{ batchSize: 0 }, /batchSize is 0; expected a whole number of at least 1/],
    [{ epochs: 1.5 }, /epochs is 1.5/],
    [{ learningRate: Number.NaN }, /learningRate is NaN/],
    [{ validationSplit: 1 }, /validationSplit is 1/],
    [{ metrics: ['acuracy'] }, /no metric named "acuracy"; the names are accuracy/],
    [{ epoch: 3 }, /fit has no option "epoch"/],
    [{ loss: (o: tf.Tensor) => o }, /loss function returned a tensor of shape \[8,2\]; expected a scalar/],
  ])('says what is wrong with %o', async (options, message) => {
    await expect(fit(classifier(), separable(8), options as object)).rejects.toThrow(message);
  });

  it('says what is wrong with data', async () => {
    const model = classifier();
    const { xs } = separable(8);
    await expect(fit(model, { xs, ys: [0, 1] })).rejects.toThrow('There are 8 examples but 2 labels');
    await expect(fit(model, { xs } as never)).rejects.toThrow(/no labels/);
    await expect(fit(model, { xs: new Float32Array(0), ys: [] })).rejects.toThrow(/no examples/);
    await expect(fit(model, { images: new Uint8Array(10), labels: [1], imageShape: [3] })).rejects.toThrow(
      /10 numbers, which is no multiple of 3/,
    );
    await expect(fit(model, { xs, ys: [0, 1, 0, 1, 0, 1, 2, 0] })).rejects.toThrow(
      'Label 6 is 2, but the model has 2 outputs: its classes are numbered 0 to 1.',
    );
    const negative = tf.tensor1d([0, -1, 0, 1, 0, 1, 1, 0], 'int32');
    await expect(fit(model, { xs, ys: negative })).rejects.toThrow('Label 1 is -1');
    const gone = tf.ones([8, 2]);
    gone.dispose();
    await expect(fit(model, { xs: gone, ys: [0, 0, 0, 0, 0, 0, 0, 0] })).rejects.toThrow(/disposed/);
  });
});
