import type { Layer } from '../layers/layer.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { StoredTensor } from '../weights/safetensors.ts';

/** The part of an optimiser that training needs: the library's own have it, and tfjs' are wrapped by `asOptimizer`. */
export interface TrainingOptimizer {
  learningRate: number;
  /** One update; gradients in the order of the variables. */
  apply(variables: readonly Variable[], gradients: readonly Tensor[]): void;
  /** Variables that the optimiser owns (moments, step counters), by name; empty before the first update. */
  readonly state: readonly { name: string; variable: Variable }[];
}

/** Wraps one of tfjs' own optimisers (`tf.train.adam(...)`), whose learning rate it can't always change. */
export function fromTfjs(optimizer: tf.Optimizer): TrainingOptimizer {
  const inner = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
  return {
    get learningRate() {
      return inner.learningRate;
    },
    set learningRate(rate: number) {
      if (inner.setLearningRate) inner.setLearningRate(rate);
      else inner.learningRate = rate;
    },
    apply(variables, gradients) {
      optimizer.applyGradients(Object.fromEntries(variables.map((v, i) => [v.name, gradients[i]!])));
    },
    get state() {
      return Object.values(optimizer as object)
        .filter(Array.isArray)
        .flat()
        .filter((slot) => slot?.variable instanceof tf.Variable)
        .map((slot) => ({ name: slot.originalName as string, variable: slot.variable as Variable }));
    },
  };
}

/** An optimiser as training uses it; Adam where none is given. */
export function asOptimizer(optimizer: TrainingOptimizer | tf.Optimizer | undefined): TrainingOptimizer {
  if (!optimizer) return fromTfjs(tf.train.adam(0.001));
  return optimizer instanceof tf.Optimizer ? fromTfjs(optimizer) : optimizer;
}

export function describeOptimizer(optimizer: TrainingOptimizer): { name: string; settings: unknown } {
  return { name: optimizer.constructor.name, settings: null };
}

/** Puts back what a checkpoint kept of an optimiser. */
export function restoreOptimizer(
  optimizer: TrainingOptimizer,
  tensors: ReadonlyMap<string, StoredTensor>,
  _model: Layer,
  _settings: unknown,
): void {
  for (const { name, variable } of optimizer.state) {
    const stored = tensors.get(name);
    if (stored) tf.tidy(() => variable.assign(tf.tensor(stored.data, [...stored.shape], stored.dtype)));
  }
}
