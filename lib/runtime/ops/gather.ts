import { tf } from '../tf.ts';
import { attribute, overrideKernel } from './kernel.ts';

/**
 * tfjs-node's gather reads its indices to check them, which a step that is traced can't do. In a trace TensorFlow's own check
 * has to do: an error on the CPU, zeros on a GPU.
 */
export function overrideGather(): void {
  overrideKernel('GatherV2', (backend, inputs, attributes) => {
    if (!('trace' in backend) || !backend.trace) return undefined;
    const { x, indices } = inputs as { x: tf.Tensor; indices: tf.Tensor };
    const axis = tf.scalar(attributes['axis'] as number, 'int32');
    const types = [
      attribute.int('batch_dims', attributes['batchDims'] as number),
      attribute.type('Tparams', backend, x.dtype),
      attribute.type('Tindices', backend, indices.dtype),
      attribute.type('Taxis', backend, 'int32'),
    ];
    const result = backend.executeSingleOutput('GatherV2', types, [x, indices, axis]);
    axis.dispose();
    return result;
  });
}
