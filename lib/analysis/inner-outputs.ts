import type { Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { layerAt } from './inner.ts';

/**
 * What several layers of a model put out on the way, in one run and differentiable: for losses on features (neural style,
 * perceptual losses, dreams). `featureMaps` gives one layer's without a gradient.
 *
 * Call it in `tf.tidy` or in a loss: the tensors belong to the scope around the call.
 *
 * @param paths dotted paths, as `summary` shows them
 * @throws where a path names no layer, or one that did not run
 *
 * @example
 * import { Conv2D, innerOutputs, Sequential, tf } from 'convbook';
 * const model = new Sequential({ a: new Conv2D({ filters: 4, kernelSize: 3 }), b: new Conv2D({ filters: 2, kernelSize: 3 }) });
 * console.log(innerOutputs(model.build([6, 6, 1]), tf.ones([1, 6, 6, 1]), ['a', 'b']).map((t) => t.shape.join('x')).join(' ')); // 1x4x4x4 1x2x2x2
 */
export function innerOutputs(model: Layer, x: Tensor, paths: readonly string[]): Tensor[] {
  const wanted = paths.map((path) => layerAt(model, path));
  const found = new Map<Layer, Tensor>();
  // Not through `apply`: its own tidy would free what was seen on the way.
  if (!model.builtFor) model.build(x.shape.slice(1));
  model.call(x, {
    training: false,
    observe: (layer, y) => {
      if (wanted.includes(layer) && !found.has(layer)) found.set(layer, y);
      return undefined;
    },
  });
  return wanted.map((layer, i) => {
    const output = found.get(layer);
    if (!output) throw new Error(`The layer "${paths[i]}" did not run inside of ${model.kind}.`);
    return output;
  });
}
