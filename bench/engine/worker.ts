// One side of the comparison: convbook, in a process of its own. Reads requests as JSON lines, answers with one each.
// With CONVBOOK_OVERRIDES=off and `eager`, it is tfjs-node's kernels as they are, on the same TensorFlow.
import { createInterface } from 'node:readline';
import { softmaxCrossEntropy } from '../../lib/losses/softmax-cross-entropy.ts';
import { compile, startEngine, tf } from '../../lib/runtime/index.ts';
import type { Scalar, Tensor } from '../../lib/runtime/tf.ts';
import { fit } from '../../lib/training/index.ts';
import { nets } from './nets.ts';

export interface Request {
  net: string;
  phase: 'train' | 'xla' | 'bfloat16' | 'infer' | 'fit' | 'end';
  steps: number;
  eager?: boolean;
}

await startEngine();

function prepare(name: string, eager: boolean) {
  const net = nets.find((candidate) => candidate.name === name)!;
  const model = net.build().build(net.inputShape, 1);
  const optimizer = eager ? tf.train.adam(0.001) : net.optimizer();
  const size = net.batch * net.inputShape.reduce((a, b) => a * b, 1);
  let seed = 1;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  const batches = Array.from({ length: 4 }, () => ({
    xs: Float32Array.from({ length: size }, () => random() - 0.5),
    ys: Int32Array.from({ length: net.batch }, () => Math.floor(random() * 10)),
  }));
  const variables = model.trainableVariables;
  const train = (xs: Tensor, ys: Tensor) =>
    tf.tidy(() => {
      const loss = () => {
        const logits = model.apply(xs, { training: true });
        // the baseline computes what a user of tfjs-node writes
        return eager
          ? (tf.losses.softmaxCrossEntropy(tf.oneHot(ys as never, 10), logits) as Scalar)
          : softmaxCrossEntropy(logits, ys);
      };
      return optimizer.minimize(
        loss as never,
        eager ? (true as never) : (variables as never),
        ...(eager ? [variables as never] : []),
      ) as Tensor;
    });
  const infer = (xs: Tensor) => tf.tidy(() => model.apply(xs, { training: false }).sum());
  return {
    net,
    model,
    batches,
    train: eager ? train : compile(train, { warmUp: false }),
    xla: eager ? train : compile(train, { warmUp: false, xla: true }),
    bfloat16: eager ? train : compile(train, { warmUp: false, precision: 'bfloat16' }),
    infer: eager ? infer : compile(infer, { warmUp: false }),
  };
}

const prepared = new Map<string, ReturnType<typeof prepare>>();

async function answer(request: Request): Promise<unknown> {
  const { eager = false, steps, phase } = request;
  const side = prepared.get(request.net) ?? prepare(request.net, eager);
  prepared.set(request.net, side);
  const { net, batches } = side;
  if (phase === 'fit') {
    const xs = new Float32Array(batches[0]!.xs.length * steps);
    const ys = new Int32Array(net.batch * steps);
    for (let i = 0; i < steps; i++) {
      xs.set(batches[i % 4]!.xs, i * batches[0]!.xs.length);
      ys.set(batches[i % 4]!.ys, i * net.batch);
    }
    const model = net.build().build(net.inputShape, 1);
    const data = { xs: tf.tensor(xs, [net.batch * steps, ...net.inputShape]), ys: tf.tensor1d(ys, 'int32') };
    const starts: number[] = [];
    await fit(model, data, {
      epochs: 3,
      batchSize: net.batch,
      optimizer: net.optimizer(),
      callbacks: [
        {
          onEpochBegin: () => void starts.push(performance.now()),
          onTrainEnd: () => void starts.push(performance.now()),
        },
      ],
    } as never);
    tf.dispose([data.xs, data.ys]);
    return { ms: [(starts[3]! - starts[1]!) / (2 * steps)], last: 0, memoryMb: 0 };
  }
  const ms: number[] = [];
  let last = 0;
  for (let i = 0; i < steps; i++) {
    const batch = batches[i % 4]!;
    const start = performance.now();
    const xs = tf.tensor(batch.xs, [net.batch, ...net.inputShape]);
    const ys = tf.tensor1d(batch.ys, 'int32');
    const result = phase === 'infer' || phase === 'end' ? side.infer(xs) : side[phase](xs, ys);
    last = result.dataSync()[0]!;
    tf.dispose([xs, ys, result]);
    ms.push(performance.now() - start);
  }
  return { ms, last, memoryMb: process.resourceUsage().maxRSS / 1024 };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}
