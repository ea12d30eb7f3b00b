import type { Layer } from '../layers/layer.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { asBatch, classOf, fromInner, type HeatMap, heatMap, lastMap, layerAt, outputAt } from './inner.ts';
import { score } from './saliency.ts';
import { tidied } from './tidied.ts';

export interface GradCamOptions {
  classIndex?: number;
  /** The path of the layer whose maps are weighed; default the last convolution. */
  layer?: string;
}

/**
 * Grad-CAM (Selvaraju et al. 2017): the maps A_k of a layer, weighed by how much the class score grows with each,
 * ReLU(sum over k of mean(dS / dA_k) * A_k), enlarged to the image. Largest value 1; all zeros where nothing speaks for the class.
 *
 * @example
 * import { Conv2D, Dense, GlobalAvgPool, gradCam, Sequential, tf } from 'convbook';
 * const model = new Sequential({
 *   conv: new Conv2D({ filters: 4, kernelSize: 3, activation: 'relu' }),
 *   pool: new GlobalAvgPool(),
 *   fc: new Dense({ units: 2 }),
 * }).build([8, 8, 1], 1);
 * console.log(gradCam(model, tf.ones([8, 8, 1]), { layer: 'conv' }).data.length); // 64
 */
export function gradCam(model: Layer, image: Tensor, { classIndex, layer }: GradCamOptions = {}): HeatMap {
  return tidied(() => {
    const x = asBatch(model, image).toFloat();
    if (!model.builtFor) model.build(x.shape.slice(1));
    const target = layerAt(model, layer ?? lastMap(model));
    const { inner, output } = outputAt(model, x, target);
    if (inner.rank !== 4)
      throw new Error(
        `gradCam needs a layer with maps; the output of "${layer}" has shape [${inner.shape}].`,
      );
    const index = classOf(output, classIndex);
    const rest = fromInner(model, x, target);
    const slopes = tf.grad((maps: Tensor) => score(rest(maps), index))(inner);
    const weights = tf.mean(slopes, [1, 2], true);
    const map = tf.relu(tf.sum(tf.mul(inner, weights), -1, true)) as Tensor4D;
    inner.dispose();
    const size: [number, number] = [x.shape[1]!, x.shape[2]!];
    return heatMap(tf.image.resizeBilinear(map, size, false, true), index, size);
  });
}
