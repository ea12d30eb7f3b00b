import type { Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type ArrayInput, rows } from '../training/arrays.ts';
import { Breather } from '../training/pace.ts';
import { layerAt, outputAt } from './inner.ts';

/**
 * What a layer puts out for a batch: feature maps `[batch, height, width, channels]` of a convolution. The caller disposes it.
 *
 * @example
 * import { Conv2D, featureMaps, Sequential, tf } from 'convbook';
 * const model = new Sequential({ conv: new Conv2D({ filters: 4, kernelSize: 3 }) });
 * console.log(featureMaps(model, tf.ones([1, 6, 6, 1]), 'conv').shape); // [1, 4, 4, 4]
 */
export function featureMaps(model: Layer, xs: Tensor, layer: string): Tensor {
  if (!model.builtFor) model.build(xs.shape.slice(1));
  const { inner, output } = outputAt(model, xs, layerAt(model, layer));
  output.dispose();
  return inner;
}

/**
 * What a layer puts out for many examples, flattened to one row each: for `pca`, `tsne` or `KNearest`.
 *
 * @returns `[count, size]` on the host
 */
export async function features(
  model: Layer,
  xs: ArrayInput,
  layer: string,
  { batchSize = 128, exampleShape }: { batchSize?: number; exampleShape?: readonly number[] } = {},
): Promise<Float32Array[]> {
  const examples = rows(xs, 'examples', exampleShape);
  const out: Float32Array[] = [];
  const breather = new Breather();
  for (let from = 0; from < examples.count; from += batchSize) {
    const indices = Int32Array.from(
      { length: Math.min(batchSize, examples.count - from) },
      (_, i) => from + i,
    );
    const batch = examples.gather(indices);
    const maps = featureMaps(model, batch, layer);
    const numbers = (await maps.data()) as Float32Array;
    const size = numbers.length / indices.length;
    for (let i = 0; i < indices.length; i++) out.push(numbers.slice(i * size, (i + 1) * size));
    tf.dispose([batch, maps]);
    await breather.breathe();
  }
  return out;
}

export interface FilterPictures {
  /** `[count, height, width, channels]`, each filter from 0 to 1, with 0.5 for a weight of 0. */
  data: Float32Array;
  shape: readonly [count: number, height: number, width: number, channels: number];
  /** The largest absolute weight of each filter. */
  largest: Float32Array;
}

/**
 * The filters of a convolution as pictures. Filters on three channels can be shown in colour, others channel by channel.
 *
 * @throws where the layer has no kernel `[height, width, in, out]`
 *
 * @example
 * import { Conv2D, filters, Sequential } from 'convbook';
 * const model = new Sequential({ conv: new Conv2D({ filters: 8, kernelSize: 5 }) }).build([28, 28, 1]);
 * console.log(filters(model, 'conv').shape); // [8, 5, 5, 1]
 */
export function filters(model: Layer, layer: string): FilterPictures {
  const kernel = layerAt(model, layer).variables.find((v) => v.path === 'kernel')?.variable;
  if (kernel?.rank !== 4) {
    throw new Error(
      `The layer "${layer}" has no convolution kernel${kernel ? `; its kernel has shape [${kernel.shape}]` : ''}.`,
    );
  }
  const [height, width, inputs, count] = kernel.shape as [number, number, number, number];
  const weights = kernel.dataSync() as Float32Array;
  const data = new Float32Array(weights.length);
  const largest = new Float32Array(count);
  for (let i = 0; i < weights.length; i++)
    largest[i % count] = Math.max(largest[i % count]!, Math.abs(weights[i]!));
  const size = height * width * inputs;
  for (let f = 0; f < count; f++) {
    for (let i = 0; i < size; i++)
      data[f * size + i] = 0.5 + weights[i * count + f]! / (2 * (largest[f]! || 1));
  }
  return { data, shape: [count, height, width, inputs], largest };
}
