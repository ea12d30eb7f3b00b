import { tf } from '../tf.ts';
import { attribute, overrideKernel } from './kernel.ts';

/** Biases and plain matrix products as the ops that TensorFlow's graph optimiser fuses. */
export function overrideLinear(): void {
  // x + bias over the last dimension
  overrideKernel('Add', (backend, { a, b }) => {
    if (a!.dtype !== 'float32' || b!.dtype !== 'float32') return undefined;
    if (b!.shape.length !== 1 || a!.shape.length < 2 || a!.shape.at(-1) !== b!.shape[0]) return undefined;
    return backend.executeSingleOutput('BiasAdd', [attribute.type('T', backend, 'float32')], [a!, b!]);
  });
  // the gradient of that: a sum over all dimensions but the last
  overrideKernel('Sum', (backend, { x }, { axis, keepDims }) => {
    const rank = x!.shape.length;
    if (keepDims || rank < 2 || x!.dtype !== 'float32' || x!.shape.includes(0)) return undefined;
    const axes = tf.util.parseAxisParam(axis as number | number[], x!.shape).sort((p, q) => p - q);
    if (axes.length !== rank - 1 || axes.some((value, index) => value !== index)) return undefined;
    return backend.executeSingleOutput('BiasAddGrad', [attribute.type('T', backend, 'float32')], [x!]);
  });
  overrideKernel('BatchMatMul', (backend, { a, b }, { transposeA, transposeB }) => {
    if (a!.shape.length !== 2 || b!.shape.length !== 2) return undefined;
    return backend.executeSingleOutput(
      'MatMul',
      [
        attribute.type('T', backend, a!.dtype),
        attribute.bool('transpose_a', Boolean(transposeA)),
        attribute.bool('transpose_b', Boolean(transposeB)),
      ],
      [a!, b!],
    );
  });
}
