import type { Layer } from '../layers/layer.ts';
import { fromCallSite } from '../runtime/call-site.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type ArrayInput, rows } from './arrays.ts';
import { type BatchSource, batchSource, positiveInteger, type TrainingData } from './data.ts';
import { compiledForward, compiledTest, defaultLoss, metricFunctions } from './defaults.ts';
import { Breather, Means } from './pace.ts';
import type { LossFunction, MetricFunction } from './train-step.ts';

export interface EvaluateOptions {
  /** Examples a batch; default 256. Changes memory and speed, not the figures. */
  batchSize?: number;
  /** Default: softmax cross-entropy of logits with class numbers or one-hot rows. */
  loss?: LossFunction;
  /** Default: `accuracy`. */
  metrics?: readonly string[] | Readonly<Record<string, MetricFunction>>;
  /** Only these examples, by number. */
  only?: Int32Array;
  /** False: run the operations one by one. Default: compiled where the engine can. */
  compile?: boolean;
}

export interface PredictOptions {
  /** Examples a batch; default 256. Changes memory and speed, not the outputs. */
  batchSize?: number;
  /** False: run the operations one by one. Default: compiled where the engine can. */
  compile?: boolean;
  /** The shape of one example, where `xs` is a flat typed array. */
  exampleShape?: readonly number[];
}

/**
 * The means of loss and metrics over data, in inference mode.
 *
 * @example
 * const model = new Sequential([new Dense({ units: 3 })]);
 * const { loss, accuracy } = await evaluate(model, { xs: [[1, 2], [3, 4]], ys: [0, 2] });
 * console.log(loss! > 0, accuracy! <= 1); // true true
 */
export function evaluate(
  model: Layer,
  data: TrainingData,
  options: EvaluateOptions = {},
): Promise<Record<string, number>> {
  return fromCallSite(evaluate, () => evaluated(model, data, options));
}

async function evaluated(
  model: Layer,
  data: TrainingData,
  options: EvaluateOptions,
): Promise<Record<string, number>> {
  const { batchSize = 256, loss = defaultLoss, compile, only } = options;
  const metrics = metricFunctions(options.metrics);
  const test = compiledTest(model, loss, metrics, compile);
  const source = batchSource(data, { batchSize, ...(only ? { only } : {}) });
  return testBatches(source, test, ['loss', ...Object.keys(metrics)], new Breather());
}

/** Means of a compiled test function's figures over the batches of a source. */
export async function testBatches(
  source: BatchSource,
  test: (xs: Tensor, ys: Tensor) => Tensor,
  names: readonly string[],
  breather: Breather,
): Promise<Record<string, number>> {
  const means = new Means();
  for await (const { xs, ys } of source.batches(0)) {
    try {
      const figures = test(xs, ys);
      const data = await figures.data();
      figures.dispose();
      means.add(Object.fromEntries(names.map((name, i) => [name, data[i]!])), xs.shape[0]!);
    } finally {
      tf.dispose([xs, ys]);
    }
    await breather.breathe();
  }
  return means.values;
}

/**
 * The model's outputs for examples, in inference mode, batch after batch.
 *
 * @returns one tensor `[count, ...outputShape]`; the caller disposes it
 *
 * @example
 * const logits = await predict(new Sequential([new Dense({ units: 3 })]), [[1, 2], [3, 4]]);
 * console.log(logits.shape); // [2, 3]
 */
export function predict(model: Layer, xs: ArrayInput, options: PredictOptions = {}): Promise<Tensor> {
  return fromCallSite(predict, () => predicted(model, xs, options));
}

async function predicted(model: Layer, xs: ArrayInput, options: PredictOptions): Promise<Tensor> {
  const { batchSize = 256, compile, exampleShape } = options;
  positiveInteger('batchSize', batchSize);
  const examples = rows(xs, 'examples', exampleShape);
  if (examples.count === 0) throw new Error('There are no examples to predict.');
  if (!model.builtFor) model.build(examples.exampleShape);
  const forward = compiledForward(model, compile);
  const breather = new Breather();
  const parts: Tensor[] = [];
  try {
    for (let start = 0; start < examples.count; start += batchSize) {
      const indices = Int32Array.from(
        { length: Math.min(batchSize, examples.count - start) },
        (_, i) => start + i,
      );
      const batch = examples.gather(indices);
      parts.push(forward(batch));
      batch.dispose();
      await breather.breathe();
    }
    return parts.length === 1 ? parts[0]!.clone() : tf.concat(parts, 0);
  } finally {
    tf.dispose(parts);
  }
}

/** The most likely class of each example, from logits or probabilities in the last dimension. */
export async function predictClasses(
  model: Layer,
  xs: ArrayInput,
  options: PredictOptions = {},
): Promise<Int32Array> {
  const output = await predict(model, xs, options);
  const classes = tf.tidy(() => output.argMax(-1));
  const data = (await classes.data()) as Int32Array;
  tf.dispose([output, classes]);
  return data;
}
