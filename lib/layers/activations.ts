// Activations as plain functions; each also has a layer (activation-layers.ts).

import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** `max(alpha * x, x)`; the slides' alpha is 0.1. */
export const leakyRelu = (x: Tensor, alpha = 0.1): Tensor => tf.leakyRelu(x, alpha);

/** `x` where `x >= 0`, else `alpha * (exp(x) - 1)` (Clevert et al. 2015, arXiv:1511.07289). */
export function elu(x: Tensor, alpha = 1): Tensor {
  if (alpha === 1) return tf.elu(x);
  return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), alpha));
}

/** `x * Phi(x)` with the exact normal distribution function (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
export const gelu = (x: Tensor): Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

/** `x * sigmoid(x)`, also called swish (Elfwing et al. 2017, arXiv:1702.03118). */
export const silu = (x: Tensor): Tensor => tf.mul(x, tf.sigmoid(x));

/** LeCun's scaled tanh, `1.7159 * tanh(2x / 3)` (LeNet-5): ±1 maps to ±1. */
export const lecunTanh = (x: Tensor): Tensor => tf.mul(tf.tanh(tf.mul(x, 2 / 3)), 1.7159);

/** `min(max(x, 0), 6)` (MobileNet). */
export const relu6 = (x: Tensor): Tensor => tf.clipByValue(x, 0, 6);

const byName = {
  linear: (x: Tensor): Tensor => x,
  relu: (x: Tensor): Tensor => tf.relu(x),
  relu6,
  'leaky-relu': (x: Tensor): Tensor => leakyRelu(x),
  elu: (x: Tensor): Tensor => elu(x),
  sigmoid: (x: Tensor): Tensor => tf.sigmoid(x),
  tanh: (x: Tensor): Tensor => tf.tanh(x),
  'lecun-tanh': lecunTanh,
  softmax: (x: Tensor): Tensor => tf.softmax(x),
  gelu,
  silu,
};

export type ActivationName = keyof typeof byName;
export type Activation = ActivationName | ((x: Tensor) => Tensor);

/** An activation's function from a layer's option. */
export function activation(option: Activation): (x: Tensor) => Tensor {
  if (typeof option === 'function') return option;
  if (Object.hasOwn(byName, option)) return byName[option];
  throw new TypeError(
    `Unknown activation ${JSON.stringify(option)}. Known are ${Object.keys(byName).join(', ')}; or give a function.`,
  );
}

/** The name for `toString`. */
export const activationName = (option: Activation): string =>
  typeof option === 'function' ? option.name || 'function' : option;
