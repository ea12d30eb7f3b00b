// What every layer, loss and optimiser computes on the engine that runs, as plain numbers: for comparing engines. Read without
// blocking, because WebGPU can't be read otherwise.
import type { Layer } from '../../../lib/layers/layer.ts';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import {
  type LayerCase,
  type LossCase,
  layerCases,
  lossCases,
  type OptimizerCase,
  optimizerCases,
} from './every.ts';
import { randomiseWeights } from './randomise.ts';

/** Numbers by what they are: `inference`, `gradient of kernel`. */
export type Results = Record<string, number[]>;

export const normal = (shape: readonly number[], seed: number): Tensor =>
  tf.randomNormal([...shape], 0, 1, 'float32', seed);

async function read(tensors: Readonly<Record<string, Tensor>>): Promise<Results> {
  const results: Results = {};
  for (const [name, tensor] of Object.entries(tensors)) results[name] = Array.from(await tensor.data());
  return results;
}

/** Three examples for a layer. */
export function inputOf({ inputShape, below }: LayerCase, seed: number): Tensor {
  const shape = [3, ...inputShape];
  if (below === undefined) return normal(shape, seed);
  const values = Int32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (i * seed) % below);
  return tf.tensor(values, shape, 'int32');
}

/**
 * The outputs in inference and training, and the gradients of the latter's weighted sum by the input (where it has one)
 * and by the weights.
 */
export function passes(layer: Layer, x: Tensor, weigh: Tensor): Record<string, Tensor> {
  const results: Record<string, Tensor> = { inference: layer.apply(x, { training: false }) };
  const weights = layer.variables.filter(({ trainable }) => trainable);
  const hasGradient = x.dtype === 'float32';
  const names = [...weights.map(({ path }) => path), ...(hasGradient ? ['input'] : [])];
  const by = [...weights.map(({ variable }) => variable as Tensor), ...(hasGradient ? [x] : [])];
  const { grads } = tf.engine().gradients(() => {
    const y = layer.apply(x, { training: true });
    results['training'] = tf.keep(y.clone());
    return tf.sum(tf.mul(y, weigh));
  }, by);
  grads.forEach((gradient, i) => {
    results[`gradient of ${names[i]}`] = gradient;
  });
  return results;
}

async function ofLayer(given: LayerCase): Promise<Results> {
  const layer = given.make().build(given.inputShape, 1);
  randomiseWeights(layer);
  const weigh = normal([3, ...layer.outputShape(given.inputShape)], 6);
  const results = await read(passes(layer, inputOf(given, 5), weigh));
  const state = layer.variables.filter(({ trainable }) => !trainable);
  return {
    ...results,
    ...(await read(Object.fromEntries(state.map(({ path, variable }) => [path, variable])))),
  };
}

async function ofLoss({ of }: LossCase): Promise<Results> {
  const { value, grad } = tf.valueAndGrad((x: Tensor) => of(x, normal([6, 4], 2)))(normal([6, 4], 1));
  return read({ value, gradient: grad });
}

async function ofOptimizer({ make }: OptimizerCase): Promise<Results> {
  const optimizer = make();
  const variables = [normal([3, 4], 1), normal([4], 2)].map((value) => tf.variable(value));
  for (let step = 0; step < 4; step++) {
    optimizer.apply(variables, [normal([3, 4], 3 + step), normal([4], 13 + step)]);
  }
  const state = Object.fromEntries(optimizer.state.map(({ name, variable }) => [name, variable as Tensor]));
  return read({ kernel: variables[0]!, bias: variables[1]!, ...state });
}

/** Everything that can be asked for, by name. */
export const computations: ReadonlyMap<string, () => Promise<Results>> = new Map([
  ...layerCases.map((given) => [`layer ${given.name}`, () => ofLayer(given)] as const),
  ...lossCases.map((given) => [`loss ${given.name}`, () => ofLoss(given)] as const),
  ...optimizerCases.map((given) => [`optimiser ${given.name}`, () => ofOptimizer(given)] as const),
]);
