import type { Layer } from '../layers/layer.ts';
import { RandomStream } from '../runtime/random.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { asBatch, classOf, type HeatMap, heatMap } from './inner.ts';
import { tidied } from './tidied.ts';

export interface SaliencyOptions {
  /** Default: the likeliest. */
  classIndex?: number;
  /** More than 1: the mean over so many noisy copies (SmoothGrad, Smilkov et al. 2017); default 1. */
  samples?: number;
  /** The noise's standard deviation as a share of the image's range; default 0.15. */
  noise?: number;
  seed?: number;
}

/**
 * Saliency (Simonyan et al. 2014): how much the score of a class changes with each pixel, max over channels of |dS / dx|.
 * Largest value 1.
 *
 * @example
 * import { Conv2D, GlobalAvgPool, saliency, Sequential, tf } from 'convbook';
 * const model = new Sequential([new Conv2D({ filters: 3, kernelSize: 3 }), new GlobalAvgPool()]);
 * const map = saliency(model, tf.ones([8, 8, 1]));
 * console.log(map.height, map.width, Math.max(...map.data)); // 8 8 1
 */
export function saliency(model: Layer, image: Tensor, options: SaliencyOptions = {}): HeatMap {
  const { samples = 1, noise = 0.15, seed = 0 } = options;
  if (!Number.isInteger(samples) || samples < 1)
    throw new Error(`saliency: samples is ${samples}; expected a whole number of at least 1.`);
  const stream = new RandomStream(seed);
  const result = tidied(() => {
    const x = asBatch(model, image).toFloat();
    const index = classOf(model.apply(x), options.classIndex);
    const slope = tf.grad((input: Tensor) => score(model.apply(input), index));
    const spread = samples > 1 ? tf.mul(tf.sub(tf.max(x), tf.min(x)), noise) : undefined;
    let total: Tensor | undefined;
    for (let i = 0; i < samples; i++) {
      const input = spread ? tf.add(x, tf.mul(stream.normal(x.shape), spread)) : x;
      const map = tf.max(tf.abs(slope(input)), -1);
      total = total ? tf.add(total, map) : map;
    }
    return heatMap(total!, index, [x.shape[1]!, x.shape[2]!]);
  });
  stream.dispose();
  return result;
}

/** The score of one class, before softmax. */
export function score(output: Tensor, index: number): Tensor {
  return output.flatten().slice([index], [1]).sum();
}
