import { type CallContext, hashSeed, Layer, type LayerCost, type Shape } from '../layers/layer.ts';
import type { Field } from '../layers/receptive-field.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { rows } from './arrays.ts';
import { type ArrayData, labelsOf, positiveInteger, type TrainingData } from './data.ts';
import { evaluate } from './evaluate.ts';
import { fit } from './fit.ts';
import type { FitOptions } from './options.ts';
import { hostRandom } from './random.ts';
import { cosineRestarts } from './schedules.ts';
import { kFold } from './split.ts';

/**
 * Several models that decide together: the mean of their probabilities. The output is the logarithm of that mean, so that losses,
 * metrics and `evaluate` take it as logits.
 *
 * @example
 * import { Dense, Ensemble, tf } from 'convbook';
 * const both = new Ensemble([new Dense({ units: 3 }), new Dense({ units: 3 })]);
 * console.log(both.apply(tf.ones([2, 4])).shape); // [2, 3]
 */
export class Ensemble extends Layer {
  readonly kind = 'Ensemble';
  readonly members: readonly Layer[];

  constructor(members: readonly Layer[]) {
    super();
    if (members.length === 0) throw new Error('An Ensemble needs at least one member.');
    this.members = members;
  }

  override children(): readonly (readonly [string, Layer])[] {
    return this.members.map((member, i) => [`member${i + 1}`, member] as const);
  }

  override outputShape(inputShape: Shape): Shape {
    const shapes = this.members.map((member) => member.outputShape(inputShape));
    if (new Set(shapes.map((s) => s.join())).size > 1) {
      throw new Error(
        `The members of the Ensemble give outputs of different shapes: ${shapes.map((s) => `[${s}]`).join(', ')}.`,
      );
    }
    return shapes[0]!;
  }

  override cost(inputShape: Shape, path = this.name, field?: Field): LayerCost[] {
    return this.children().flatMap(([name, member]) =>
      member.cost(inputShape, path ? `${path}.${name}` : name, field),
    );
  }

  protected override buildChildren(inputShape: Shape, seed: number): void {
    this.members.forEach((member, i) => void member.build(inputShape, hashSeed(seed, i)));
  }

  override forward(x: Tensor, context: CallContext): Tensor {
    const probabilities = this.members.map((member) => tf.softmax(member.call(x, context)));
    return tf.log(tf.maximum(tf.div(tf.addN(probabilities), this.members.length), 1e-30));
  }

  override toString(): string {
    return `Ensemble(${this.members.length} members)`;
  }
}

/** `fit`'s options for each member; those that belong to one training alone are left out. */
export type MemberOptions = Omit<FitOptions, 'only' | 'resume' | 'optimizer'> & {
  /** Makes the optimiser of one member; default Adam. */
  makeOptimizer?: () => NonNullable<FitOptions['optimizer']>;
};

/**
 * Bagging (Breiman 1996): each member learns from its own bootstrap sample, as many examples as there are, drawn with replacement;
 * together they vary less than one alone.
 *
 * @example
 * import { bagging, Dense, Sequential } from 'convbook';
 * const data = { xs: [[0], [1], [2], [3]], ys: [0, 0, 1, 1] };
 * const together = await bagging(() => new Sequential([new Dense({ units: 2 })]), data, 3, { epochs: 2 });
 * console.log(together.members.length); // 3
 */
export async function bagging(
  make: (member: number) => Layer,
  data: ArrayData,
  members: number,
  options: MemberOptions = {},
): Promise<Ensemble> {
  positiveInteger('members', members);
  const { seed = 0 } = options;
  const count = countOf(data);
  const trained: Layer[] = [];
  for (let i = 0; i < members; i++) {
    const random = hostRandom(hashSeed(seed, i));
    const only = Int32Array.from({ length: count }, () => random.integer(count));
    const model = make(i);
    await fit(model, data, { ...forMember(options), only, seed: hashSeed(seed, 1000 + i) });
    trained.push(model);
  }
  return joined(trained);
}

export interface SnapshotOptions extends MemberOptions {
  /** Cycles of the learning rate; each gives one member. */
  cycles: number;
  /** Epochs a cycle. */
  period: number;
  /** The rate at the start of a cycle; default 0.1. */
  learningRate?: number;
}

/**
 * A snapshot ensemble (Huang et al. 2017): one training with cosine restarts (SGDR); at the end of each cycle, where the rate is
 * near zero, the weights are copied into a new member. M members for the price of one training.
 *
 * @param make makes a model, always the same one: the first is trained, the others take the copies
 *
 * @example
 * import { Dense, Sequential, SGD, snapshotEnsemble } from 'convbook';
 * const data = { xs: [[0], [1], [2], [3]], ys: [0, 0, 1, 1] };
 * const make = () => new Sequential([new Dense({ units: 2 })]);
 * const together = await snapshotEnsemble(make, data, { cycles: 3, period: 2, makeOptimizer: () => new SGD() });
 * console.log(together.members.length); // 3
 */
export async function snapshotEnsemble(
  make: () => Layer,
  data: TrainingData,
  { cycles, period, learningRate = 0.1, ...options }: SnapshotOptions,
): Promise<Ensemble> {
  positiveInteger('cycles', cycles);
  positiveInteger('period', period);
  const model = make();
  const members: Layer[] = [];
  const { callbacks = [] } = options;
  await fit(model, data, {
    ...forMember(options),
    epochs: cycles * period,
    schedule: cosineRestarts(learningRate, { period }),
    callbacks: [
      ...(Array.isArray(callbacks) ? callbacks : [callbacks]),
      {
        onEpochEnd: ({ epoch }) => {
          if ((epoch + 1) % period === 0) members.push(copyOf(model, make()));
        },
      },
    ],
  });
  model.dispose();
  return joined(members);
}

export interface CrossValidation {
  folds: { figures: Record<string, number>; model: Layer }[];
  /** Mean and standard deviation (n - 1) over the folds, of each figure. */
  mean: Record<string, number>;
  deviation: Record<string, number>;
}

/**
 * k-fold cross-validation (Stone 1974): trains k models, each tested on the part that it did not see.
 *
 * @example
 * import { crossValidate, Dense, Sequential } from 'convbook';
 * const data = { xs: [[0], [1], [2], [3], [4], [5]], ys: [0, 0, 0, 1, 1, 1] };
 * const { folds } = await crossValidate(() => new Sequential([new Dense({ units: 2 })]), data, 3, { epochs: 2 });
 * console.log(folds.length); // 3
 */
export async function crossValidate(
  make: (fold: number) => Layer,
  data: ArrayData,
  k: number,
  options: MemberOptions = {},
): Promise<CrossValidation> {
  const { seed = 0, loss, metrics, compile } = options;
  const folds: CrossValidation['folds'] = [];
  for (const [i, { train, test }] of kFold(countOf(data), k, seed).entries()) {
    const model = make(i);
    await fit(model, data, { ...forMember(options), only: train, seed: hashSeed(seed, i) });
    const figures = await evaluate(model, data, {
      only: test,
      ...(loss ? { loss } : {}),
      ...(metrics ? { metrics } : {}),
      ...(compile === undefined ? {} : { compile }),
    });
    folds.push({ figures, model });
  }
  const names = Object.keys(folds[0]!.figures);
  const over = (of: (values: number[]) => number) =>
    Object.fromEntries(names.map((name) => [name, of(folds.map((fold) => fold.figures[name]!))]));
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = (values: number[]) => {
    const m = mean(values);
    return Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1));
  };
  return { folds, mean: over(mean), deviation: over(deviation) };
}

function forMember({ makeOptimizer, ...options }: MemberOptions): FitOptions {
  return makeOptimizer ? { ...options, optimizer: makeOptimizer() } : options;
}

function joined(members: readonly Layer[]): Ensemble {
  return new Ensemble(members).build(members[0]!.builtFor!);
}

/** Gives a model the weights of another of the same kind. */
export function copyOf<L extends Layer>(from: Layer, to: L): L {
  to.build(from.builtFor!);
  const targets = to.variables;
  const sources = from.variables;
  if (
    targets.map((v) => v.path + v.variable.shape).join() !==
    sources.map((v) => v.path + v.variable.shape).join()
  ) {
    throw new Error(
      `The weights of ${from.kind} can't be copied into ${to.kind}: they are other ones. Make both alike.`,
    );
  }
  targets.forEach(({ variable }, i) => void variable.assign(sources[i]!.variable));
  return to;
}

function countOf(data: ArrayData): number {
  return rows(labelsOf(data), 'labels').count;
}
