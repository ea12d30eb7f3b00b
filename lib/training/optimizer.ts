import { Adam } from '../optimizers/adam.ts';
import { type ApplyOptions, Optimizer } from '../optimizers/optimizer.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { StoredTensor } from '../weights/safetensors.ts';

/** The part of an optimiser that training needs. */
export interface TrainingOptimizer {
  readonly name: string;
  learningRate: number;
  /** Whether a compiled step may hold it: its rate and counters are tensors, so nothing freezes in a trace. */
  readonly compilable: boolean;
  /** One update; gradients in the order of the variables. Only those that are `compilable` heed `when`. */
  apply(variables: readonly Variable[], gradients: readonly Tensor[], options?: ApplyOptions): void;
  /** The variables that the optimiser owns, by name; fewer before the first update. */
  state(): [string, Variable][];
  /** Takes back what a checkpoint kept. All or nothing. */
  restore(tensors: ReadonlyMap<string, StoredTensor>, variables: readonly Variable[]): void;
}

/** An optimiser as training uses it: the library's own, or one of tfjs' (`tf.train.adam(…)`). Adam where none is given. */
export function asOptimizer(optimizer: Optimizer | tf.Optimizer | undefined): TrainingOptimizer {
  if (optimizer === undefined) return fromLibrary(new Adam());
  if (optimizer instanceof Optimizer) return fromLibrary(optimizer);
  if (optimizer instanceof tf.Optimizer) return fromTfjs(optimizer);
  throw new Error('The optimizer is none; pass one of the library, like new Adam({ learningRate: 0.001 }).');
}

function fromLibrary(optimizer: Optimizer): TrainingOptimizer {
  return {
    name: optimizer.kind,
    compilable: true,
    get learningRate() {
      return optimizer.learningRate;
    },
    set learningRate(rate: number) {
      if (rate !== optimizer.learningRate) optimizer.learningRate = rate;
    },
    apply: (variables, gradients, options) => optimizer.apply(variables, gradients, options),
    state: () => optimizer.state.map(({ name, variable }) => [name, variable]),
    restore(tensors, variables) {
      tf.tidy(() => {
        const state = [...tensors].map(
          ([name, t]) => [name, tf.tensor(t.data, [...t.shape], t.dtype)] as const,
        );
        optimizer.loadState(Object.fromEntries(state), variables);
      });
    },
  };
}

/** tfjs' optimisers keep the learning rate as a JavaScript number, which a compiled step would freeze. */
function fromTfjs(optimizer: tf.Optimizer): TrainingOptimizer {
  const inner = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
  return {
    name: `tf.train.${optimizer.getClassName()}`,
    compilable: false,
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
    state: () =>
      Object.values(optimizer as object)
        .flat()
        .filter((slot) => slot?.variable instanceof tf.Variable)
        .map((slot, i) => [String(i), slot.variable as Variable]),
    restore() {
      throw new Error(
        `A training with ${this.name} can't be resumed: tfjs doesn't give all of its state. ` +
          'Use an optimiser of the library, like new Adam().',
      );
    },
  };
}
