import { normalValues } from '../../../lib/initializers/random.ts';
import type { Layer } from '../../../lib/layers/layer.ts';
import { tf } from '../../../lib/runtime/tf.ts';

/** Fills every weight, biases too, with normal numbers: zeros would hide mistakes. */
export function randomiseWeights(layer: Layer, seed = 5, std = 0.5): void {
  layer.variables.forEach(({ path, variable }, i) => {
    const values = normalValues(variable.size, std, seed + i);
    if (path.endsWith('movingVariance'))
      for (let k = 0; k < values.length; k++) values[k] = 1 + Math.abs(values[k]!);
    const value = tf.tensor(values, variable.shape);
    variable.assign(value);
    value.dispose();
  });
}
