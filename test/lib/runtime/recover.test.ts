import vm from 'node:vm';
import { beforeAll, expect, it } from 'vitest';
import { compile, recoverEngine, startEngine, tf } from '../../../lib/runtime/index.ts';
import { tensorflow } from '../../../lib/runtime/state.ts';
import type { Scalar, Tensor } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
});

/** Ends the running script as the interrupt of a notebook does (TerminateExecution of V8): no `finally` runs. */
function cutOff(work: () => void): void {
  Object.assign(globalThis, { __work: work });
  expect(() => vm.runInThisContext('__work()', { timeout: 300 })).toThrow(/timed out/);
}

it('takes up work after an interrupt in the middle of a trace and a gradient', () => {
  const w = tf.variable(tf.scalar(2));
  const before = tf.memory().numTensors;
  const endless = compile(
    (x: Tensor) =>
      tf.tidy(
        () =>
          tf.variableGrads(() => {
            w.assign(w.mul(5));
            x.mul(w);
            for (;;);
          }, [w]).value,
      ),
    { warmUp: false },
  );
  const x = tf.scalar(1);
  cutOff(() => endless(x));
  const { state } = tf.engine() as unknown as { state: { gradientDepth: number; scopeStack: unknown[] } };
  expect(tensorflow()!.trace).toBeDefined();
  expect(state.gradientDepth).toBe(1);

  recoverEngine();
  x.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(w.dataSync()[0]).toBe(2);
  expect([state.gradientDepth, state.scopeStack.length]).toEqual([0, 0]);
  const step = compile((y: Tensor) =>
    tf.tidy(() => tf.variableGrads(() => y.mul(w) as Scalar, [w]).grads[w.name]!),
  );
  for (const value of [3, 4]) expect(step(tf.scalar(value)).dataSync()[0]).toBe(value);
});
