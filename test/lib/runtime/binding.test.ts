import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorFlowBackend } from '../../../lib/runtime/backend.ts';
import { startEngine, tf } from '../../../lib/runtime/index.ts';
import { tensorflow } from '../../../lib/runtime/state.ts';

let backend: TensorFlowBackend;
beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
  backend = tensorflow()!;
});

const type = (name: string, value: number) => ({ name, type: 4, value });

describe('the binding', () => {
  it('carries strings of any length and bytes', () => {
    const texts = ['', 'a', 'ünï', 'x'.repeat(22), 'y'.repeat(23), 'z'.repeat(5000)];
    expect(tf.tensor1d(texts).reshape([2, 3]).reshape([6]).dataSync()).toEqual(texts);
    expect(tf.concat([tf.tensor1d(['a']), tf.tensor1d(['b'])]).dataSync()).toEqual(['a', 'b']);
  });

  it('carries empty tensors', () => {
    expect([...tf.ones([0, 3]).sum(0).dataSync()]).toEqual([0, 0, 0]);
    expect(tf.concat([tf.zeros([0, 2]), tf.ones([1, 2])]).shape).toEqual([1, 2]);
  });

  it('carries complex numbers', () => {
    const c = tf.complex([1, 2], [3, -4]);
    expect([...tf.real(c.mul(c)).dataSync(), ...tf.imag(c.mul(c)).dataSync()]).toEqual([-8, -12, 6, -16]);
    expect([...tf.spectral.ifft(tf.spectral.fft(c)).dataSync()]).toEqual([1, 3, 2, -4]);
  });

  it('makes int32 of types that tfjs lacks', () => {
    const [id] = backend.getInputTensorIds([tf.tensor1d([1, 300])]);
    const cast = (to: number) =>
      backend.executeSingleOutput('Cast', [type('SrcT', 1), type('DstT', to)], [tf.tensor1d([1, 200])]);
    expect(id).toBeGreaterThan(0);
    for (const wide of [4, 9]) {
      const tensor = cast(wide);
      expect([tensor.dtype, ...tensor.add(tf.scalar(1, 'int32')).dataSync()]).toEqual(['int32', 2, 201]);
    }
  });

  it('takes lists of inputs and of numbers', () => {
    expect([...tf.addN([tf.ones([2]), tf.ones([2]), tf.ones([2])]).dataSync()]).toEqual([3, 3]);
    expect([...tf.stack([tf.zeros([1]), tf.ones([1])]).dataSync()]).toEqual([0, 1]);
    expect(tf.split(tf.range(0, 6), 3).map((part) => [...part.dataSync()])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect([...tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([3, 2])).dataSync()]).toEqual([3, 3, 3, 3]);
  });

  it("turns TensorFlow's errors into sentences that name the op and what came in", () => {
    const a = tf.tensor1d([1, 2, 3, 4]);
    expect(() => backend.executeSingleOutput('Nonesuch', [], [a])).toThrow(
      /^TensorFlow's Nonesuch failed: .*float32 \[4\]\.$/s,
    );
    expect(() => backend.executeSingleOutput('AddV2', [type('T', 1)], [a, tf.ones([3])])).toThrow(
      /^TensorFlow's AddV2 failed: Incompatible shapes: \[4\] vs\. \[3\]\. Its inputs were: float32 \[4\], float32 \[3\]\.$/,
    );
    expect([...a.add(1).dataSync()]).toEqual([2, 3, 4, 5]);
  });

  it('refuses handles that were freed', () => {
    const id = backend.eager.createTensor([1], 1, [1]);
    backend.eager.deleteTensor(id);
    expect(() => backend.eager.deleteTensor(id)).toThrow(/not on the engine any more/);
    expect(() => backend.eager.executeOp('Neg', [type('T', 1)], [id], 1)).toThrow(
      /not on the engine any more/,
    );
  });

  it('frees every handle with its tensor', () => {
    const before = backend.eager.getNumOfTensors();
    tf.tidy(() => {
      const x = tf.randomNormal([4, 4]);
      x.matMul(x).relu().sum().dataSync();
      tf.grad((t) => t.square().mean())(x).dataSync();
    });
    expect(() => backend.executeSingleOutput('AddV2', [type('T', 1)], [])).toThrow();
    expect(backend.eager.getNumOfTensors()).toBe(before);
  });

  it('keeps gradients of gradients right', () => {
    const x = tf.tensor1d([-1, 0.5, 2]);
    const second = (f: (t: tf.Tensor) => tf.Tensor) => [
      ...tf
        .grad((t) =>
          tf
            .grad((u) => f(u).sum())(t)
            .sum(),
        )(x)
        .dataSync(),
    ];
    expect(second((t) => t.mul(t).mul(t))).toEqual([-6, 3, 12]);
    expect(second((t) => t.relu().square())).toEqual([0, 2, 2]);
  });
});
