import { hashSeed, type Layer } from '../layers/layer.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { orthogonal } from './orthogonal.ts';

export interface LsuvOptions {
  /** How far the variance may stay from 1; default 0.1. */
  tolerance?: number;
  /** Rescalings per layer at most; default 10. */
  maxIterations?: number;
  seed?: number;
}

/** One layer's variance of outputs, before its activation, at the start and in the end. */
export interface LsuvStep {
  path: string;
  before: number;
  after: number;
}

/** A layer with a kernel: convolution or dense. */
type Linear = Layer & { linear(x: Tensor): Tensor };
const isLinear = (layer: Layer): layer is Linear => 'linear' in layer && typeof layer.linear === 'function';

/**
 * Layer-sequential unit variance (Mishkin & Matas 2015, arXiv:1511.06422): orthonormal kernels, then layer by layer, from
 * the first to the last, each kernel is divided by the standard deviation of its outputs on a batch of real examples,
 * until their variance is 1. Changes the model's weights.
 *
 * @param batch examples, `[batch, ...]`: some hundreds, normalised as in training.
 * @returns what it found and left in each layer.
 *
 * @example
 * import { Dense, lsuv, ReLU, Sequential, tf } from 'convbook';
 * const model = new Sequential([new Dense({ units: 50 }), new ReLU(), new Dense({ units: 50 })]);
 * const steps = lsuv(model, tf.randomNormal([200, 30], 0, 9));
 * console.log(steps.every(({ after }) => Math.abs(after - 1) < 0.1)); // true
 */
export function lsuv(
  model: Layer,
  batch: Tensor,
  { tolerance = 0.1, maxIterations = 10, seed = 0 }: LsuvOptions = {},
): LsuvStep[] {
  model.build(batch.shape.slice(1), seed);
  const targets = (model.children().length === 0 ? [['', model] as const] : model.descendants()).filter(
    (entry): entry is [string, Linear] => isLinear(entry[1]),
  );
  if (targets.length === 0) throw new Error(`lsuv: ${model.kind} has no convolution or dense layer.`);
  return targets.map(([path, layer], index) => {
    const kernel = layer.variables.find((v) => v.path === 'kernel')!.variable;
    const input = inputOf(model, layer, batch);
    try {
      const fans = { fanIn: 1, fanOut: 1 };
      assign(kernel, () => orthogonal()(kernel.shape, fans, hashSeed(seed, index)));
      const variance = () => tf.tidy(() => tf.moments(layer.linear(input)).variance.dataSync()[0]!);
      const before = variance();
      let after = before;
      for (let i = 0; i < maxIterations && Math.abs(after - 1) > tolerance; i++) {
        if (!(after > 0 && Number.isFinite(after))) {
          throw new Error(
            `lsuv: the outputs of ${path || layer.kind} have variance ${after}; the batch must vary and be finite.`,
          );
        }
        const scale = 1 / Math.sqrt(after);
        assign(kernel, () => tf.mul(kernel, scale));
        after = variance();
      }
      return { path, before, after };
    } finally {
      input.dispose();
    }
  });
}

function assign(variable: Variable, make: () => Tensor): void {
  const value = tf.tidy(make);
  variable.assign(value);
  value.dispose();
}

/** What a layer gets when the model runs on a batch. */
function inputOf(model: Layer, target: Layer, batch: Tensor): Tensor {
  let found: Tensor | undefined;
  const output = model.apply(batch, {
    observe: (layer, _output, input) => {
      if (layer === target && !found) found = tf.keep(input.clone());
      return undefined;
    },
  });
  if (output !== batch) output.dispose();
  if (!found) throw new Error(`lsuv: ${target} did not run.`);
  return found;
}
