import type { Initializer } from '../layers/layer.ts';
import { sizeOf } from '../layers/shape.ts';
import { tf } from '../runtime/tf.ts';
import { normalValues, uniformValues } from './random.ts';

/**
 * Normal numbers with mean 0 and a fixed standard deviation. 0.01 is the "small random numbers" that make the
 * activations of a deep net die out; 1 makes them saturate.
 *
 * @example
 * import { normal } from 'convbook';
 * const weights = normal({ std: 0.01 })([3, 2], { fanIn: 3, fanOut: 2 }, 1);
 * console.log(weights.shape); // [3, 2]
 */
export const normal =
  ({ std = 0.05 }: { std?: number } = {}): Initializer =>
  (shape, _fans, seed) =>
    tf.tensor(normalValues(sizeOf(shape), std, seed), [...shape]);

/**
 * Uniform numbers on [low, high).
 *
 * @example
 * import { uniform } from 'convbook';
 * console.log(uniform({ low: 2, high: 3 })([4], { fanIn: 1, fanOut: 1 }, 1).greaterEqual(2).all().dataSync()[0]); // 1
 */
export const uniform =
  ({ low = -0.05, high = 0.05 }: { low?: number; high?: number } = {}): Initializer =>
  (shape, _fans, seed) =>
    tf.tensor(uniformValues(sizeOf(shape), low, high, seed), [...shape]);

/** Uniform numbers whose variance is `gain / fan`: the limit is `sqrt(3 * gain / fan)`. */
const scaledUniform =
  (gain: number, fan: (fanIn: number, fanOut: number) => number): Initializer =>
  (shape, { fanIn, fanOut }, seed) => {
    const limit = Math.sqrt((3 * gain) / fan(fanIn, fanOut));
    return uniform({ low: -limit, high: limit })(shape, { fanIn, fanOut }, seed);
  };

/** Normal numbers whose variance is `gain / fan`. */
const scaledNormal =
  (gain: number, fan: (fanIn: number, fanOut: number) => number): Initializer =>
  (shape, { fanIn, fanOut }, seed) =>
    normal({ std: Math.sqrt(gain / fan(fanIn, fanOut)) })(shape, { fanIn, fanOut }, seed);

const inputs = (fanIn: number) => fanIn;
const both = (fanIn: number, fanOut: number) => (fanIn + fanOut) / 2;

/**
 * He et al. 2015 (arXiv:1502.01852): normal with std `sqrt(2 / fanIn)`, the slides' `randn(fanIn, fanOut) /
 * sqrt(fanIn / 2)`. The 2 makes up for the half that ReLU sets to zero. The default of Conv2D and Dense.
 *
 * @example
 * import { heNormal, tf } from 'convbook';
 * const weights = heNormal()([50, 40], { fanIn: 50, fanOut: 25 }, 1);
 * console.log(tf.moments(weights).variance.sqrt().dataSync()[0].toFixed(1)); // 0.2
 */
export const heNormal = (): Initializer => scaledNormal(2, inputs);

/**
 * He et al. 2015, uniform on `±sqrt(6 / fanIn)`.
 *
 * @example
 * import { heUniform } from 'convbook';
 * const weights = heUniform()([50, 40], { fanIn: 50, fanOut: 25 }, 1);
 * console.log(weights.abs().max().dataSync()[0].toFixed(2)); // 0.35
 */
export const heUniform = (): Initializer => scaledUniform(2, inputs);

/**
 * Glorot & Bengio 2010 ("Xavier"): normal with std `sqrt(2 / (fanIn + fanOut))`, for tanh and sigmoid.
 *
 * @example
 * import { xavierNormal, tf } from 'convbook';
 * const weights = xavierNormal()([50, 40], { fanIn: 50, fanOut: 25 }, 1);
 * console.log(tf.moments(weights).variance.sqrt().dataSync()[0].toFixed(1)); // 0.2
 */
export const xavierNormal = (): Initializer => scaledNormal(1, both);

/**
 * Glorot & Bengio 2010 ("Xavier"): uniform on `±sqrt(6 / (fanIn + fanOut))`.
 *
 * @example
 * import { xavierUniform } from 'convbook';
 * const weights = xavierUniform()([50, 40], { fanIn: 50, fanOut: 25 }, 1);
 * console.log(weights.abs().max().dataSync()[0].toFixed(2)); // 0.28
 */
export const xavierUniform = (): Initializer => scaledUniform(1, both);

/**
 * LeCun et al. 1998 ("Efficient BackProp"): normal with std `sqrt(1 / fanIn)`.
 *
 * @example
 * import { lecunNormal, tf } from 'convbook';
 * const weights = lecunNormal()([50, 40], { fanIn: 50, fanOut: 25 }, 1);
 * console.log(tf.moments(weights).variance.sqrt().dataSync()[0].toFixed(1)); // 0.1
 */
export const lecunNormal = (): Initializer => scaledNormal(1, inputs);

/**
 * LeNet's own: uniform on `±2.4 / fanIn` (LeCun et al. 1989 and 1998).
 *
 * @example
 * import { lecunUniform } from 'convbook';
 * const weights = lecunUniform()([50, 40], { fanIn: 50, fanOut: 25 }, 1);
 * console.log(weights.abs().max().dataSync()[0].toFixed(2)); // 0.05
 */
export const lecunUniform =
  (): Initializer =>
  (shape, { fanIn, fanOut }, seed) =>
    uniform({ low: -2.4 / fanIn, high: 2.4 / fanIn })(shape, { fanIn, fanOut }, seed);
