import type { Layer } from '../layers/layer.ts';
import type { LossScaler } from '../optimizers/loss-scaler.ts';
import type { Scalar, Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { TrainingOptimizer } from './optimizer.ts';
import { decayed, type Regularizer } from './regularizers.ts';

/** The loss of a batch: the mean over its examples, as a scalar. `ys` are labels or one-hot rows, as the loss takes them. */
export type LossFunction = (output: Tensor, ys: Tensor) => Tensor;
/** A figure of a batch, as a scalar tensor: the mean over its examples. */
export type MetricFunction = (output: Tensor, ys: Tensor) => Tensor;

export interface StepOptions {
  loss: LossFunction;
  metrics: Readonly<Record<string, MetricFunction>>;
  regularizer?: Regularizer | undefined;
  /** Adds `weightDecay * w` to the gradient of each kernel. */
  weightDecay: number;
  /** Scales the gradients down so that their joint L2 norm is at most this (Pascanu et al. 2013). */
  clipNorm?: number | undefined;
  /** Changes the examples of a training batch inside the step: `augment(...)` makes one. */
  augment?: ((xs: Tensor) => Tensor) | undefined;
  /** Batches whose gradients are averaged for one update. */
  accumulate: number;
  /** Scales the loss before the backward pass of a step in float16. */
  scaler?: LossScaler | undefined;
}

/** What the backward pass of one batch gives. */
export interface StepGradients {
  /** The figures in the order of `names`, then 1 where loss and gradients are finite, else 0. */
  figures: Tensor;
  /** In the order of the model's trainable variables. */
  gradients: Tensor[];
}

/** The tensor functions of a training, each ready to be compiled. */
export interface TrainFunctions {
  names: string[];
  /**
   * A whole step: forward, backward, and the update (or the sum of gradients, with `accumulate`), which happens only where
   * loss and gradients are finite, so that no step has to be undone. Gives the figures of `StepGradients`. For optimisers that can
   * hold an update back.
   */
  train(xs: Tensor, ys: Tensor): Tensor | Promise<Tensor>;
  /** Forward and backward. */
  backward(xs: Tensor, ys: Tensor): StepGradients;
  /** One update of the optimiser with these gradients. */
  update(...gradients: Tensor[]): Tensor;
  /** Adds gradients to the sums. */
  collect(...gradients: Tensor[]): Tensor;
  /** One update with the mean of the `count` gradients collected; clears the sums. */
  updateCollected(count: Tensor): Tensor;
  /** Forward in inference mode. */
  test(xs: Tensor, ys: Tensor): Tensor;
  dispose(): void;
}

export function trainFunctions(
  model: Layer,
  optimizer: TrainingOptimizer,
  options: StepOptions,
): TrainFunctions {
  const { loss, metrics, regularizer, weightDecay, clipNorm, augment, accumulate, scaler } = options;
  const variables = model.trainableVariables;
  if (variables.length === 0) {
    throw new Error(
      `${model} has no trainable weights, so there is nothing to train. Unfreeze some of its layers.`,
    );
  }
  // Made here and not in the step: a compiled step can't make variables.
  const sums: Variable[] =
    accumulate > 1 ? variables.map((v) => tf.tidy(() => tf.variable(tf.zerosLike(v), false))) : [];
  const kernels = decayed(variables);
  // The gradient of a bias is the sum of what flows back through its layer: NaN on the way shows in it, and it is small. A sum over
  // all kernels would cost a small net a tenth of its speed.
  const small = variables.flatMap((v, i) => (v.rank < 2 ? [i] : []));
  const watched = small.length > 0 && !scaler ? small : variables.map((_, i) => i);

  function step(gradients: readonly Tensor[], when?: Tensor): Tensor {
    let used = [...gradients];
    if (weightDecay > 0) {
      used = used.map((g, i) =>
        variables[i]!.rank >= 2 ? tf.add(g, tf.mul(weightDecay, variables[i]!)) : g,
      );
    }
    if (clipNorm !== undefined) used = clipByNorm(used, clipNorm);
    optimizer.apply(variables, used, when ? { when } : {});
    return tf.scalar(0);
  }

  /** Figures, gradients, and whether loss and gradients are finite. Inside `tidy`. */
  function passes(xs: Tensor, ys: Tensor): { figures: Tensor[]; gradients: Tensor[]; sound: Tensor } {
    const kept: Tensor[] = [];
    try {
      const inputs = augment ? augment(xs) : xs;
      const { value, grads } = tf.variableGrads(() => {
        const output = model.apply(inputs, { training: true });
        const dataLoss = scalar(loss(output, ys), 'loss');
        const penalty = regularizer?.(kernels);
        const others = Object.entries(metrics).map(([name, metric]) => scalar(metric(output, ys), name));
        // Kept: variableGrads tidies away everything that is not its result.
        for (const t of [dataLoss, ...(penalty ? [penalty] : []), ...others]) kept.push(tf.keep(t.clone()));
        const total = penalty ? tf.add(dataLoss, penalty) : dataLoss;
        return (scaler ? tf.mul(total, scaler.scale) : total) as Scalar;
      }, variables);
      const scaled = variables.map((v) => grads[v.name] ?? tf.zerosLike(v));
      const gradients = scaler ? scaled.map((g) => tf.div(g, scaler.scale)) : scaled;
      const sum = tf.addN(watched.map((i) => tf.sum(gradients[i]!)));
      const sound = tf.logicalAnd(tf.isFinite(value.toFloat()), tf.isFinite(sum));
      return { figures: kept.map((figure) => figure.toFloat()), gradients, sound };
    } finally {
      tf.dispose(kept);
    }
  }

  return {
    names: ['loss', ...(regularizer ? ['penalty'] : []), ...Object.keys(metrics)],
    train: (xs, ys) =>
      tf.tidy(() => {
        const { figures, gradients, sound } = passes(xs, ys);
        const result = tf.stack([...figures, sound.toFloat()]);
        scaler?.adapt(sound);
        if (accumulate === 1) step(gradients, sound);
        else {
          sums.forEach(
            (sum, i) => void sum.assign(tf.where(sound, tf.add(sum, gradients[i]!), sum as Tensor)),
          );
        }
        return result;
      }),
    backward: (xs, ys) =>
      tf.tidy(() => {
        const { figures, gradients, sound } = passes(xs, ys);
        return { figures: tf.stack([...figures, sound.toFloat()]), gradients };
      }),
    update: (...gradients) => tf.tidy(() => step(gradients)),
    collect: (...gradients) =>
      tf.tidy(() => {
        sums.forEach((sum, i) => void sum.assign(tf.add(sum, gradients[i]!)));
        return tf.scalar(0);
      }),
    updateCollected: (count) =>
      tf.tidy(() => {
        const done = step(sums.map((sum) => tf.div(sum, count)));
        for (const sum of sums) sum.assign(tf.zerosLike(sum));
        return done;
      }),
    test: testFunction(model, loss, metrics),
    dispose: () => {
      for (const sum of sums) sum.dispose();
    },
  };
}

/** The figures of a batch in inference mode: loss, then metrics. */
export function testFunction(
  model: Layer,
  loss: LossFunction,
  metrics: Readonly<Record<string, MetricFunction>>,
): (xs: Tensor, ys: Tensor) => Tensor {
  return (xs, ys) =>
    tf.tidy(() => {
      const output = model.apply(xs, { training: false });
      const figures = [scalar(loss(output, ys), 'loss')];
      for (const [name, metric] of Object.entries(metrics)) figures.push(scalar(metric(output, ys), name));
      return tf.stack(figures.map((f) => f.toFloat()));
    });
}

/** Scales tensors down together so that their joint L2 norm is at most `norm`. */
export function clipByNorm(tensors: readonly Tensor[], norm: number): Tensor[] {
  return tf.tidy(() => {
    const total = tf.sqrt(tf.addN(tensors.map((t) => tf.sum(tf.square(t)))));
    const factor = tf.div(norm, tf.maximum(total, norm));
    return tensors.map((t) => tf.mul(t, factor));
  });
}

function scalar(value: Tensor, name: string): Tensor {
  if (value.size !== 1) {
    throw new Error(
      `The ${name} function returned a tensor of shape [${value.shape}]; expected a scalar, the mean over the batch.`,
    );
  }
  return value.rank === 0 ? value : value.asScalar();
}
