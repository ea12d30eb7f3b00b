import type { Layer } from '../layers/layer.ts';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy.ts';
import { accuracy, binaryAccuracy, topKAccuracy } from '../metrics/batch.ts';
import { compile } from '../runtime/compile.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { Precision } from '../runtime/trace/precision.ts';
import { type LossFunction, type MetricFunction, testFunction } from './train-step.ts';

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

export interface Compiled<A extends unknown[], R = Tensor> {
  (...args: A): R;
  /** The same in another thread, where it is compiled; otherwise at once. */
  aside(...args: A): Promise<R>;
  dispose(): void;
}

/**
 * Compiles a function of tensors.
 *
 * @param wanted false: never; true: or fail; undefined: where the engine and the function allow it
 */
export function compileStep<A extends Tensor[], R>(
  f: (...args: A) => R,
  name: string,
  wanted?: boolean,
  precision: Precision = 'float32',
): Compiled<A, R> {
  if (wanted === false) {
    return Object.assign((...args: A) => f(...args), {
      aside: async (...args: A) => f(...args),
      dispose: () => {},
    });
  }
  return compile(f, { name, precision, fallback: wanted ? 'error' : 'eager' });
}

interface Kept<A extends Tensor[]> {
  /** What the compiled function depends on: it is made anew where one of these is another. */
  key: readonly unknown[];
  compiled: Compiled<A>;
}

const forwards = new WeakMap<Layer, Kept<[Tensor]>>();
const tests = new WeakMap<Layer, Kept<[Tensor, Tensor]>>();

/** Compiles a model's function once, for as long as the model keeps its variables and the rest of the key stays. */
function keptOrNew<A extends Tensor[]>(
  kept: WeakMap<Layer, Kept<A>>,
  model: Layer,
  rest: readonly unknown[],
  make: () => Compiled<A>,
): Compiled<A> {
  const key = [...model.variables.map((v) => v.variable), ...rest];
  const found = kept.get(model);
  if (found?.key.length === key.length && found.key.every((part, i) => part === key[i]))
    return found.compiled;
  found?.compiled.dispose();
  const compiled = make();
  kept.set(model, { key, compiled });
  return compiled;
}

/** The model's forward pass in inference mode, compiled once a model. */
export function compiledForward(model: Layer, wanted?: boolean): (x: Tensor) => Tensor {
  const forward = (x: Tensor) => model.apply(x, { training: false });
  if (wanted === false) return forward;
  return keptOrNew(forwards, model, [], () => compileStep(forward, 'predict', wanted));
}

/** Loss and metrics of a batch in inference mode, compiled once for as long as the same ones are asked for. */
export function compiledTest(
  model: Layer,
  loss: LossFunction,
  metrics: Readonly<Record<string, MetricFunction>>,
  wanted?: boolean,
): (xs: Tensor, ys: Tensor) => Tensor {
  const test = testFunction(model, loss, metrics);
  if (wanted === false) return test;
  const rest = [loss, ...Object.values(metrics)];
  return keptOrNew(tests, model, rest, () => compileStep(test, 'evaluate', wanted));
}
