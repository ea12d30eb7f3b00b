import { spawnSync } from 'node:child_process';
import { KNearest } from '../../lib/classical/knn.ts';
import { softmaxCrossEntropy } from '../../lib/losses/softmax-cross-entropy.ts';
import { compile, startEngine, tf } from '../../lib/runtime/index.ts';
import { tensorflow } from '../../lib/runtime/state.ts';
import type { Scalar, Tensor } from '../../lib/runtime/tf.ts';
import { nets } from './nets.ts';
import { median } from './side.ts';

/** Microseconds of one eager op: the binding's call alone, adding two tensors of four elements. */
export async function dispatch() {
  await startEngine();
  const backend = tensorflow();
  if (!backend) throw new Error('The dispatch benchmark needs TensorFlow.');
  const a = tf.tensor1d([1, 2, 3, 4]);
  const [id] = backend.getInputTensorIds([a]);
  const inputs = [id!, id!];
  const attributes = [{ name: 'T', type: 4, value: 1 }];
  const binding = backend.eager;
  const spent: number[] = [];
  for (let i = 0; i < 60_000; i++) {
    const start = process.hrtime.bigint();
    const [result] = binding.executeOp('AddV2', attributes, inputs, 1);
    const end = process.hrtime.bigint();
    binding.deleteTensor(result!.id);
    if (i >= 10_000) spent.push(Number(end - start) / 1000);
  }
  const us = median(spent);
  return { what: 'eager dispatch of one op', unit: 'us', convbook: us, ratio: us / 5, bar: 1 };
}

/** Trains the small CNN for many steps: the count of tensors must stay, and resident memory be flat. */
export async function leak(steps: number) {
  await startEngine();
  const net = nets[0]!;
  const model = net.build().build(net.inputShape, 1);
  const optimizer = net.optimizer();
  const variables = model.trainableVariables;
  const step = compile((xs: Tensor, ys: Tensor) =>
    tf.tidy(() =>
      optimizer.minimize(
        () => softmaxCrossEntropy(model.apply(xs, { training: true }), ys) as Scalar,
        variables,
      ),
    ),
  );
  const values = new Float32Array(16 * 28 * 28);
  const run = () => {
    const xs = tf.tensor(values, [16, 28, 28, 1]);
    const ys = tf.tensor1d(new Int32Array(16), 'int32');
    const loss = step(xs, ys);
    loss.dataSync();
    tf.dispose([xs, ys, loss]);
  };
  const collect = (globalThis as { gc?: () => void }).gc;
  for (let i = 0; i < steps / 5; i++) run();
  collect?.();
  const before = {
    tensors: tf.memory().numTensors,
    handles: tensorflow()?.eager.getNumOfTensors() ?? 0,
    rss: process.memoryUsage.rss(),
  };
  for (let i = steps / 5; i < steps; i++) run();
  collect?.();
  const after = {
    tensors: tf.memory().numTensors,
    handles: tensorflow()?.eager.getNumOfTensors() ?? 0,
    rss: process.memoryUsage.rss(),
  };
  step.dispose();
  return [
    {
      what: `tensors made and kept in ${steps} steps`,
      unit: '',
      convbook: after.tensors - before.tensors + after.handles - before.handles,
      ratio: after.tensors - before.tensors + after.handles - before.handles,
      bar: 0,
    },
    {
      what: `resident memory after ${steps} steps, against ${steps / 5}`,
      unit: 'MB',
      convbook: after.rss / 2 ** 20,
      baseline: before.rss / 2 ** 20,
      ratio: after.rss / before.rss,
      bar: 1.02,
    },
  ];
}

/** In turns, since the machine's speed varies. */
const ROUNDS = 3;

const SKLEARN = `
import time, numpy as np
from sklearn.neighbors import KNeighborsClassifier
r = np.random.default_rng(1)
x, y = r.random((60000, 784), dtype=np.float32), r.integers(0, 10, 60000)
t = r.random((10000, 784), dtype=np.float32)
k = KNeighborsClassifier(5, algorithm="brute", n_jobs=-1).fit(x, y)
s = time.perf_counter(); k.predict(t); print((time.perf_counter() - s) * 1000)
`;

/** Seconds of classifying 10,000 images by their neighbours among 60,000, of 784 numbers each. */
export async function kNearest(python: string | undefined) {
  await startEngine();
  const random = (count: number) => {
    const values = new Float32Array(count);
    let state = 1;
    for (let i = 0; i < count; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      values[i] = (state >>> 8) / 2 ** 24;
    }
    return values;
  };
  const labels = Int32Array.from({ length: 60_000 }, (_, i) => i % 10);
  const knn = new KNearest({ k: 5 }).train(random(60_000 * 784), labels, [784]);
  const tests = random(10_000 * 784);
  const own: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await knn.predict(tests);
    own.push((performance.now() - start) / 1000);
    const run = python ? spawnSync(python, ['-c', SKLEARN], { encoding: 'utf8' }) : undefined;
    if (run?.status === 0) others.push(Number(run.stdout) / 1000);
  }
  knn.dispose();
  const ours = median(own);
  const theirs = others.length > 0 ? median(others) : undefined;
  return {
    what: 'kNN, 10,000 x 60,000 images (scikit-learn in the Keras column)',
    unit: 's',
    convbook: ours,
    keras: theirs,
    ratio: theirs && ours / theirs,
    bar: 1,
  };
}
