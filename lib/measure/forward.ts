import { hashSeed, type Layer, type Shape } from '../layers/layer.ts';
import { compile, engineInfo } from '../runtime/index.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { peakMemory } from './peak-memory.ts';

export interface MeasureForwardOptions {
  /** Examples at once; default 1. */
  batch?: number;
  /** Timed runs; default 3. */
  repeats?: number;
  /** Of one example; default the model's own. */
  inputShape?: Shape;
  /** Decides weights and input; default 0. */
  seed?: number;
}

/** What a forward pass took on this machine. */
export interface ForwardCost {
  model: string;
  batch: number;
  engine: string;
  /** Of the output, with the batch. */
  outputShape: number[];
  /** False where an output overflowed, as random weights make hundreds of layers do; the time is the same. */
  finite: boolean;
  /** Median of the timed runs, for the whole batch. */
  seconds: number;
  /** Of each timed run, in their order. */
  times: number[];
  imagesPerSecond: number;
  /** Of the weights, and by how much the process grew at the peak of the runs; undefined where it can't be told. */
  peakBytes: number | undefined;
}

/**
 * Runs a model forward at full size on random pixels and measures it: makes the weights where there are none (and frees them
 * again), runs once to warm up (which compiles, where the engine can), then takes the median of the timed runs. The output
 * is read in each run, so that an engine that works in the background has really finished.
 *
 * @example
 * import { measureForward, models } from 'convbook';
 * const cost = await measureForward(models['lenet-5-modern'](), { batch: 2 });
 * console.log(cost.outputShape, cost.seconds > 0, cost.times.length); // [2, 10] true 3
 */
export async function measureForward(
  model: Layer & { inputShape?: Shape },
  options: MeasureForwardOptions = {},
): Promise<ForwardCost> {
  const { batch = 1, repeats = 3, seed = 0 } = options;
  for (const [name, value] of Object.entries({ batch, repeats })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`measureForward: ${name} is ${value}; it must be a whole number of at least 1.`);
    }
  }
  const shape = options.inputShape ?? model.inputShape ?? model.builtFor;
  if (!shape)
    throw new Error(`measureForward: ${model.kind} has no input shape of its own. Give one: inputShape.`);
  const own = !model.builtFor;
  const times: number[] = [];
  let outputShape: number[] = [];
  let finite = true;
  const forward = compile((x: Tensor) => model.apply(x, { training: false }), {
    name: `forward of ${model.kind}`,
    fallback: 'eager',
    warmUp: false,
  });
  if (own) model.build(shape, seed);
  const weightBytes = model.variables.reduce((sum, { variable }) => sum + 4 * variable.size, 0);
  const x = tf.randomUniform([batch, ...shape], 0, 1, 'float32', hashSeed(seed, 1));
  let growth: number | undefined;
  try {
    ({ growth } = await peakMemory(async () => {
      for (let run = -1; run < repeats; run++) {
        const began = performance.now();
        const y = forward(x);
        const values = await y.data();
        if (run >= 0) times.push((performance.now() - began) / 1000);
        outputShape = y.shape;
        y.dispose();
        finite &&= values.every((v) => Number.isFinite(v));
      }
    }));
  } finally {
    tf.dispose(x);
    forward.dispose();
    if (own) model.dispose();
  }
  const seconds = [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) / 2)]!;
  return {
    model: model.name || model.kind,
    batch,
    engine: engineInfo()?.engine ?? 'none',
    outputShape,
    finite,
    seconds,
    times,
    imagesPerSecond: batch / seconds,
    peakBytes: growth === undefined ? undefined : weightBytes + growth,
  };
}
