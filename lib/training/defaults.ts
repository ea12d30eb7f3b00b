import type { Layer } from '../layers/layer.ts';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy.ts';
import { accuracy, binaryAccuracy, topKAccuracy } from '../metrics/batch.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { LossFunction, MetricFunction } from './train-step.ts';

/** Softmax cross-entropy of logits, with class numbers or one-hot rows as labels; one decision an example or a pixel. */
export const defaultLoss: LossFunction = (output, ys) => {
  if (output.rank <= 2)
    return softmaxCrossEntropy(output, ys.rank === 2 && ys.shape[1] === 1 ? ys.flatten() : ys);
  return tf.tidy(() => {
    const classes = output.shape.at(-1)!;
    const labels = ys.shape.join() === output.shape.join() ? ys.reshape([-1, classes]) : ys.flatten();
    return softmaxCrossEntropy(output.reshape([-1, classes]), labels);
  });
};

const byName: Readonly<Record<string, MetricFunction>> = {
  accuracy,
  top5: topKAccuracy(5),
  binaryAccuracy: binaryAccuracy(),
};

/** Metrics by name, from names or functions; accuracy where nothing is said. */
export function metricFunctions(
  metrics: readonly string[] | Readonly<Record<string, MetricFunction>> = ['accuracy'],
): Record<string, MetricFunction> {
  if (!Array.isArray(metrics)) return { ...(metrics as Record<string, MetricFunction>) };
  return Object.fromEntries(
    metrics.map((name: string) => {
      const found = byName[name];
      if (!found) {
        throw new Error(
          `There is no metric named "${name}"; the names are ${Object.keys(byName).join(', ')}. ` +
            'Any function works too: metrics: { mine: (output, ys) => … }.',
        );
      }
      return [name, found];
    }),
  );
}

/** Compiles a function of tensors, where that is wanted and the engine can. */
export function compileStep<A extends Tensor[]>(
  f: (...args: A) => Tensor,
  _wanted?: boolean,
): (...args: A) => Tensor {
  return f;
}

const forwards = new WeakMap<Layer, (x: Tensor) => Tensor>();

/** The model's forward pass in inference mode, compiled once a model. */
export function compiledForward(model: Layer, wanted?: boolean): (x: Tensor) => Tensor {
  const forward = (x: Tensor) => model.apply(x, { training: false });
  if (wanted === false) return forward;
  let found = forwards.get(model);
  if (!found) {
    found = compileStep(forward, wanted);
    forwards.set(model, found);
  }
  return found;
}
