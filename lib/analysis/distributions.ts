import type { Layer } from '../layers/layer.ts';
import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { defaultLoss } from '../training/defaults.ts';
import type { LossFunction } from '../training/train-step.ts';
import { tidied } from './tidied.ts';

/** How many numbers fall where. */
export interface Distribution {
  /** The path of the layer or weight. */
  path: string;
  /** What the layer is, as its `toString` says; empty for weights. */
  description: string;
  count: number;
  min: number;
  max: number;
  mean: number;
  deviation: number;
  /** The share of numbers that are exactly 0: of a ReLU's outputs, those that are off. */
  zeros: number;
  /** Numbers that are NaN or infinite; left out of everything else. */
  nonFinite: number;
  /** One more than `counts`. */
  edges: Float64Array;
  counts: Int32Array;
}

/**
 * The distribution of numbers: moments, and a histogram of equal parts from the least to the largest.
 *
 * @example
 * import { distribution } from 'convbook';
 * console.log([...distribution([0, 0, 1, 3], { bins: 3 }).counts]); // [2, 1, 1]
 */
export function distribution(
  values: ArrayLike<number>,
  { bins = 40, path = '', description = '' }: { bins?: number; path?: string; description?: string } = {},
): Distribution {
  let [count, min, max, sum, squares, zeros] = [
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
    0,
  ];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (!Number.isFinite(v)) continue;
    count++;
    sum += v;
    squares += v * v;
    if (v === 0) zeros++;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  const mean = sum / count;
  const width = max > min ? (max - min) / bins : 1 / bins;
  const from = max > min ? min : (count ? min : 0) - 0.5;
  const counts = new Int32Array(bins);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) counts[Math.min(bins - 1, Math.floor((values[i]! - from) / width))]!++;
  }
  return {
    path,
    description,
    count,
    min,
    max,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    zeros: zeros / count,
    nonFinite: values.length - count,
    edges: Float64Array.from({ length: bins + 1 }, (_, i) => from + i * width),
    counts,
  };
}

/**
 * The distribution of each layer's outputs for a batch, in the order in which they run: where activations die, saturate or explode.
 *
 * @example
 * import { activationDistributions, Dense, Sequential, tf } from 'convbook';
 * const model = new Sequential([new Dense({ units: 8, activation: 'relu' }), new Dense({ units: 2 })]);
 * console.log(activationDistributions(model, tf.ones([4, 3])).map((d) => d.path)); // ['dense1', 'dense2']
 */
export function activationDistributions(
  model: Layer,
  xs: Tensor,
  { bins = 40, training = false }: { bins?: number; training?: boolean } = {},
): Distribution[] {
  if (!model.builtFor) model.build(xs.shape.slice(1));
  const paths = new Map(model.descendants().map(([path, layer]) => [layer, path]));
  const out: Distribution[] = [];
  tf.tidy(() => {
    model.apply(xs, {
      training,
      observe: (layer, y) => {
        const path = paths.get(layer);
        if (path !== undefined && layer.children().length === 0) {
          out.push(distribution(y.dataSync(), { bins, path, description: String(layer) }));
        }
        return undefined;
      },
    });
  });
  return out;
}

/**
 * The distribution of the loss's gradient in each trainable weight, for a batch: where gradients vanish or explode.
 *
 * @example
 * import { Dense, gradientDistributions, Sequential, tf } from 'convbook';
 * const model = new Sequential([new Dense({ units: 2 })]);
 * const found = gradientDistributions(model, tf.ones([4, 3]), tf.tensor1d([0, 1, 0, 1], 'int32'));
 * console.log(found.map((d) => d.path)); // ['dense1.kernel', 'dense1.bias']
 */
export function gradientDistributions(
  model: Layer,
  xs: Tensor,
  ys: Tensor,
  { bins = 40, loss = defaultLoss }: { bins?: number; loss?: LossFunction } = {},
): Distribution[] {
  if (!model.builtFor) model.build(xs.shape.slice(1));
  const variables = model.variables.filter((v) => v.trainable);
  return tidied(() => {
    // Inference mode: looking must not move batch norm's statistics.
    const f = () => loss(model.apply(xs, { training: false }), ys).asScalar() as Scalar;
    const { grads } = tf.variableGrads(
      f,
      variables.map((v) => v.variable),
    );
    return variables.map(({ path, variable }) =>
      distribution((grads[variable.name] ?? tf.zerosLike(variable)).dataSync(), { bins, path }),
    );
  });
}

/** The distribution of each weight. */
export function weightDistributions(model: Layer, { bins = 40 }: { bins?: number } = {}): Distribution[] {
  return model.variables.map(({ path, variable }) => distribution(variable.dataSync(), { bins, path }));
}
