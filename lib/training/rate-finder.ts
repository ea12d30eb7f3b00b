import type { Layer } from '../layers/layer.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';
import type { TrainingData } from './data.ts';
import { fit } from './fit.ts';
import type { FitOptions } from './options.ts';

export interface RateFinderOptions
  extends Omit<FitOptions, 'schedule' | 'epochs' | 'resume' | 'validationSplit'> {
  /** Default 1e-6. */
  from?: number;
  /** Default 10. */
  to?: number;
  /** Default 100. */
  steps?: number;
}

export interface RateFinding {
  rates: number[];
  /** The loss at each rate, smoothed by an exponential mean (0.95, its start corrected). */
  losses: number[];
  /** The rate where the loss falls fastest (over the logarithm of the rate). */
  suggestion: number;
}

/**
 * The learning rate range test (Smith 2017): trains some steps with a rate that grows exponentially, until the loss is four times
 * its best. The model's weights are put back afterwards.
 *
 * @example
 * import { Dense, findLearningRate, Sequential } from 'convbook';
 * const data = { xs: [[0], [1], [2], [3]], ys: [0, 0, 1, 1] };
 * const { rates, suggestion } = await findLearningRate(new Sequential([new Dense({ units: 2 })]), data, { steps: 30 });
 * console.log(rates.length > 5, suggestion > 0); // true true
 */
export async function findLearningRate(
  model: Layer,
  data: TrainingData,
  { from = 1e-6, to = 10, steps = 100, callbacks = [], ...options }: RateFinderOptions = {},
): Promise<RateFinding> {
  if (!(from > 0 && to > from))
    throw new Error(`findLearningRate: expected 0 < from < to; got from ${from} and to ${to}.`);
  if (!Number.isInteger(steps) || steps < 5)
    throw new Error(`findLearningRate: steps is ${steps}; expected a whole number of at least 5.`);
  const rates: number[] = [];
  const losses: number[] = [];
  let mean = 0;
  let best = Number.POSITIVE_INFINITY;
  let kept: { variable: Variable; value: Tensor }[] = [];
  const training = fit(model, data, {
    ...options,
    epochs: steps, // each epoch has at least one step
    schedule: ({ step }) => from * (to / from) ** (step / (steps - 1)),
    callbacks: [
      ...(Array.isArray(callbacks) ? callbacks : [callbacks]),
      {
        onTrainBegin: () => {
          kept = model.variables.map(({ variable }) => ({ variable, value: variable.clone() }));
        },
        onBatchEnd: ({ totalStep, loss, learningRate }, control) => {
          mean = 0.95 * mean + 0.05 * loss;
          const smooth = mean / (1 - 0.95 ** (totalStep + 1));
          rates.push(learningRate);
          losses.push(smooth);
          best = Math.min(best, smooth);
          if (totalStep + 1 >= steps) control.stop('All rates were tried.');
          else if (totalStep > 5 && smooth > 4 * best) control.stop('The loss grows without bound.');
        },
      },
    ],
  });
  try {
    await training.catch((error: Error) => {
      // A rate so large that numbers overflow is an end like any other, once there is a curve.
      if (losses.length < 5 || !/not finite|became (NaN|infinite)/.test(error.message)) throw error;
    });
  } finally {
    for (const { variable, value } of kept) {
      variable.assign(value);
      value.dispose();
    }
  }
  return { rates, losses, suggestion: steepest(rates, losses) };
}

function steepest(rates: readonly number[], losses: readonly number[]): number {
  const lowest = losses.indexOf(Math.min(...losses));
  let [place, slope] = [Math.max(0, lowest - 1), 0];
  for (let i = 1; i < lowest; i++) {
    const fall = losses[i - 1]! - losses[i + 1]!;
    if (fall > slope) [place, slope] = [i, fall];
  }
  return rates[place]!;
}
