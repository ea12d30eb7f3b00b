import type { Scalar, Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { onlyWhen } from '../runtime/updates.ts';
import { makeVariable } from '../runtime/variables.ts';
import { type ClipOptions, checkClip, clipGradients } from './clip.ts';
import { Hyperparameter } from './hyperparameter.ts';

export interface OptimizerOptions extends ClipOptions {
  /** Step size; change it later through `optimizer.learningRate`. */
  learningRate?: number;
  /** Decoupled weight decay (Loshchilov & Hutter 2019): before each update, w becomes w - learningRate * weightDecay * w. */
  weightDecay?: number;
  /** Which variables decay. Default: those of rank 2 and more, so that biases and batch norm's scales don't. */
  decays?: (variable: Variable) => boolean;
}

/** Gradients by the variables' tfjs names (what `tf.variableGrads` gives), or as pairs. */
export type Gradients = Readonly<Record<string, Tensor>> | readonly (readonly [Variable, Tensor])[];

export interface ApplyOptions {
  /** A boolean scalar on the engine: false leaves variables and state as they are (a NaN loss, an overflow). */
  when?: Tensor;
}

/** One variable that an optimiser owns, by name. */
export interface StateEntry {
  name: string;
  variable: Variable;
}

/** What one update needs besides the variable: made once a step, shared by all variables. */
export interface StepScalars {
  learningRate: Scalar;
  /** Counts from 1 in the first step. */
  step: Scalar;
  /** See `ApplyOptions.when`. */
  when: Tensor | undefined;
  readonly [extra: string]: Tensor | undefined;
}

export type Slots = Readonly<Record<string, Variable>>;

/**
 * The base of the optimisers. `minimize` computes a loss and its gradients and updates the variables; `applyGradients`
 * takes gradients that you have. Both work eagerly and inside `compile`; the learning rate and the step count are
 * tensors, so nothing freezes in a compiled step.
 *
 * A subclass names its slots and gives `update`, the formula for one variable.
 */
export abstract class Optimizer {
  abstract readonly kind: string;
  /** Per-variable state, by name, all zeros at first. */
  protected abstract readonly slotNames: readonly string[];
  protected readonly hyper: { learningRate: Hyperparameter; weightDecay: Hyperparameter };
  private readonly count = new Hyperparameter(0);
  private readonly clip: ClipOptions;
  private readonly decays: (variable: Variable) => boolean;
  private readonly slots = new Map<Variable, Slots>();

  constructor(options: OptimizerOptions, defaultRate: number) {
    const { learningRate = defaultRate, weightDecay = 0, decays, ...clip } = options;
    if (!(learningRate >= 0 && learningRate < Infinity)) {
      throw new Error(`The learning rate is ${learningRate}; it must be a finite number of at least 0.`);
    }
    if (!(weightDecay >= 0)) throw new Error(`The weight decay is ${weightDecay}; it must be at least 0.`);
    checkClip(clip);
    this.hyper = {
      learningRate: new Hyperparameter(learningRate),
      weightDecay: new Hyperparameter(weightDecay),
    };
    this.clip = clip;
    this.decays = decays ?? ((variable) => variable.rank >= 2);
  }

  get learningRate(): number {
    return this.hyper.learningRate.value;
  }

  set learningRate(value: number) {
    if (!(value >= 0 && value < Infinity)) {
      throw new Error(`The learning rate is ${value}; it must be a finite number of at least 0.`);
    }
    this.hyper.learningRate.value = value;
  }

  get weightDecay(): number {
    return this.hyper.weightDecay.value;
  }

  /** Updates that were applied so far, as a scalar on the engine. */
  get iterations(): Scalar {
    return this.count.tensor;
  }

  /**
   * Computes the loss and its gradients, and updates the variables.
   * @param variables default: every trainable variable that the loss depends on
   * @returns the loss before the update; the caller disposes it
   */
  minimize(loss: () => Scalar, variables?: readonly Variable[], options: ApplyOptions = {}): Scalar {
    const { value, grads } = tf.variableGrads(loss, variables as Variable[] | undefined);
    this.applyGradients(grads, options);
    for (const gradient of Object.values(grads)) gradient.dispose();
    return value;
  }

  /** Updates variables with gradients that you have. The gradients stay yours. */
  applyGradients(gradients: Gradients, options: ApplyOptions = {}): void {
    const pairs = pairsOf(gradients);
    this.build(pairs.map(([variable]) => variable));
    const { learningRate, weightDecay } = this.hyper;
    const count = this.count.tensor as unknown as Variable;
    tf.tidy(() => {
      const clipped = clipGradients(
        pairs.map(([, gradient]) => gradient),
        this.clip,
      );
      const { when } = options;
      const step = count.add(1) as Scalar;
      const scalars = this.prepare({ learningRate: learningRate.tensor, step, when });
      onlyWhen(when, () => {
        pairs.forEach(([variable], index) => {
          if (this.weightDecay > 0 && this.decays(variable)) {
            // a factor of 1 - rate * decay would round the same way in each step
            const shrunk = variable.sub(variable.mul(tf.mul(learningRate.tensor, weightDecay.tensor)));
            variable.assign(when ? tf.where(when, shrunk, variable as Tensor) : shrunk);
          }
          this.update(variable, clipped[index]!, this.slots.get(variable)!, scalars);
        });
      });
      count.assign(when ? tf.where(when, step, count as Tensor) : step);
    });
  }

  /** Makes the slots of these variables; `applyGradients` does it where nobody has. */
  build(variables: readonly Variable[]): void {
    for (const variable of variables) {
      if (this.slots.has(variable)) continue;
      const made: Record<string, Variable> = {};
      for (const name of this.slotNames) {
        made[name] = makeVariable(() => tf.zeros(variable.shape, variable.dtype));
      }
      this.slots.set(variable, made);
    }
  }

  /** Scalars that one step's updates share; a subclass adds its own (bias corrections). */
  protected prepare(scalars: StepScalars): StepScalars {
    return scalars;
  }

  /** Updates one variable and its slots. Runs inside `tf.tidy`. */
  protected abstract update(variable: Variable, gradient: Tensor, slots: Slots, scalars: StepScalars): void;

  /** Updates with the gradients in the order of the variables. */
  apply(variables: readonly Variable[], gradients: readonly Tensor[], options: ApplyOptions = {}): void {
    if (variables.length !== gradients.length) {
      throw new Error(
        `${variables.length} variables came with ${gradients.length} gradients; they must be as many.`,
      );
    }
    this.applyGradients(
      variables.map((variable, index) => [variable, gradients[index]!] as const),
      options,
    );
  }

  /**
   * The state for a checkpoint: `iterations`, and slots such as `m.0`, numbered in the order in which their variables
   * were first built or updated. The variables are the optimiser's own: copy what you keep, dispose nothing.
   */
  get state(): readonly StateEntry[] {
    const entries: StateEntry[] = [
      { name: 'iterations', variable: this.count.tensor as unknown as Variable },
    ];
    [...this.slots.values()].forEach((slots, index) => {
      for (const [name, variable] of Object.entries(slots))
        entries.push({ name: `${name}.${index}`, variable });
    });
    return entries;
  }

  /**
   * Takes back the tensors of a saved `state`, by name, for the same variables in the same order. All is checked
   * before anything changes.
   * @throws where one is missing or has another shape
   */
  loadState(state: Readonly<Record<string, Tensor>>, variables: readonly Variable[]): void {
    const taken = (key: string, shape: readonly number[]): Tensor => {
      const tensor = state[key];
      if (!tensor)
        throw new Error(`The optimiser state lacks "${key}". It was saved by another optimiser or model.`);
      if (tensor.shape.join() !== shape.join()) {
        throw new Error(
          `"${key}" of the optimiser state has shape [${tensor.shape}], and [${shape}] is needed.`,
        );
      }
      return tensor;
    };
    const iterations = taken('iterations', []);
    const values = variables.map((variable, index) =>
      Object.fromEntries(this.slotNames.map((name) => [name, taken(`${name}.${index}`, variable.shape)])),
    );
    this.build(variables);
    (this.count.tensor as unknown as Variable).assign(iterations);
    variables.forEach((variable, index) => {
      for (const [name, slot] of Object.entries(this.slots.get(variable)!))
        slot.assign(values[index]![name]!);
    });
  }

  /** Frees the slots. The variables stay. */
  dispose(): void {
    for (const slots of this.slots.values()) for (const slot of Object.values(slots)) slot.dispose();
    this.slots.clear();
    this.count.dispose();
    for (const parameter of Object.values(this.hyper)) parameter.dispose();
  }

  toString(): string {
    return `${this.kind}(learningRate: ${this.learningRate})`;
  }
}

function pairsOf(gradients: Gradients): [Variable, Tensor][] {
  const pairs: [Variable, Tensor][] = Array.isArray(gradients)
    ? gradients.map(([variable, gradient]) => [variable, gradient])
    : Object.entries(gradients).map(([name, gradient]) => {
        const variable = tf.engine().registeredVariables[name];
        if (!variable) throw new Error(`There is no variable "${name}"; it may have been disposed.`);
        return [variable, gradient];
      });
  for (const [variable, gradient] of pairs) {
    if (variable.shape.join() !== gradient.shape.join()) {
      throw new Error(
        `The gradient for the variable "${variable.name}" has shape [${gradient.shape}]; ` +
          `the variable's is [${variable.shape}].`,
      );
    }
  }
  return pairs;
}
