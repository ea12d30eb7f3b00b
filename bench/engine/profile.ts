import { softmaxCrossEntropy } from '../../lib/losses/softmax-cross-entropy.ts';
import { startEngine, tf } from '../../lib/runtime/index.ts';
import type { EagerBinding } from '../../lib/runtime/native/binding.ts';
import { tensorflow } from '../../lib/runtime/state.ts';
import type { Scalar } from '../../lib/runtime/tf.ts';
import { nets } from './nets.ts';

/** Milliseconds and calls of one kind of op in a training step. */
export interface OpTime {
  op: string;
  ms: number;
  calls: number;
}

/**
 * Where a training step's time goes, per op and shape of its result, from eager steps: inside a compiled step TensorFlow fuses
 * some of these and runs others side by side, so that their sum is more than the step takes.
 */
export async function profile(name: string, steps = 5): Promise<OpTime[]> {
  await startEngine();
  const backend = tensorflow();
  if (!backend) throw new Error('The profile of ops needs TensorFlow.');
  const net = nets.find((candidate) => candidate.name === name)!;
  const model = net.build().build(net.inputShape, 1);
  const optimizer = net.optimizer();
  const variables = model.trainableVariables;
  const xs = tf.randomNormal([net.batch, ...net.inputShape], 0, 1, 'float32', 1);
  const ys = tf.tensor1d(
    Int32Array.from({ length: net.batch }, (_, i) => i % 10),
    'int32',
  );
  const step = () =>
    tf.tidy(() => {
      const loss = () => softmaxCrossEntropy(model.apply(xs, { training: true }), ys) as Scalar;
      optimizer.minimize(loss, variables).dataSync();
    });
  step();
  const spent = new Map<string, OpTime>();
  // updates of variables go through the eager binding itself, everything else through the backend's
  const timed = (binding: EagerBinding): EagerBinding['executeOp'] => {
    const { executeOp } = binding;
    return (op, attributes, inputs, outputs) => {
      const start = performance.now();
      const results = executeOp(op, attributes, inputs, outputs);
      const key = `${op} ${results[0] ? `[${results[0].shape}]` : ''}`;
      const entry = spent.get(key) ?? { op: key, ms: 0, calls: 0 };
      spent.set(key, entry);
      entry.ms += (performance.now() - start) / steps;
      entry.calls += 1 / steps;
      return results;
    };
  };
  const { executeOp } = backend.eager;
  Object.assign(backend.eager, { executeOp: timed(backend.eager) });
  try {
    for (let i = 0; i < steps; i++) step();
  } finally {
    Object.assign(backend.eager, { executeOp });
  }
  tf.dispose([xs, ys]);
  return [...spent.values()].sort((a, b) => b.ms - a.ms);
}
