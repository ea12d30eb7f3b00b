import { readFileSync, writeFileSync } from 'node:fs';
import type { Layer, Shape } from '../layers/layer.ts';
import { showShape } from '../layers/shape.ts';
import { tf } from '../runtime/tf.ts';
import { summary } from './summary.ts';

export interface MeasureForwardOptions {
  /** One example's, `[height, width, channels]`; default: the model's own. */
  inputShape?: Shape;
  /** Images at once; default 1. */
  batch?: number;
  /** Timed runs after the first, of which the median counts; default 3. */
  runs?: number;
  /** Of the weights, where the model has none yet, and of the input; default 0. */
  seed?: number;
}

/** What a forward pass cost on this machine. */
export interface ForwardMeasurement {
  model: string;
  inputShape: Shape;
  batch: number;
  /** Median of the runs, for the whole batch. */
  milliseconds: number;
  /** The first run, which also makes room and picks algorithms. */
  firstMilliseconds: number;
  /** All runs after the first, as they came. */
  all: number[];
  /** Bytes of all weights. */
  weightBytes: number;
  /** Bytes that the input and the outputs of all layers take, if all were kept: what training has to keep. */
  activationBytes: number;
  /** How far the process grew above its size before the first run, at its highest; undefined where the system does not tell. */
  peakBytes: number | undefined;
}

/**
 * Runs a model forward on an image of noise and measures time and memory. Weights are made where there are none and then stay.
 *
 * The time ends when the scores have been read. The peak is the process's (Linux: VmHWM), so it has the engine's work space in it, and the
 * part that was reserved earlier is not seen; on a GPU it says nothing about the GPU's memory.
 *
 * @throws where batch or runs is no whole number of at least 1, or the shape does not fit
 *
 * @example
 * import { Conv2D, measureForward } from 'convbook';
 * const { milliseconds, weightBytes } = measureForward(new Conv2D({ filters: 4, kernelSize: 3 }), { inputShape: [8, 8, 1] });
 * console.log(milliseconds > 0, weightBytes); // true 160
 */
export function measureForward(
  model: Layer & { inputShape?: Shape },
  options: MeasureForwardOptions = {},
): ForwardMeasurement {
  const { batch = 1, runs = 3, seed = 0 } = options;
  for (const [name, value] of Object.entries({ batch, runs })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`measureForward: ${name} is ${value}; it must be a whole number of at least 1.`);
    }
  }
  const costs = summary(model, options.inputShape);
  const { inputShape, totals } = costs;
  if (!model.builtFor) model.build(inputShape, seed);
  const input = tf.randomUniform([batch, ...inputShape], 0, 1, 'float32', seed);
  const once = (): number => {
    const began = performance.now();
    const output = model.apply(input);
    const finite = output.dataSync().every(Number.isFinite);
    const milliseconds = performance.now() - began;
    output.dispose();
    if (!finite) {
      throw new Error(
        `measureForward: ${costs.model} gave scores that are not finite on ${showShape(inputShape)}.`,
      );
    }
    return milliseconds;
  };
  try {
    input.dataSync(); // made before the clock runs
    const before = startPeak();
    const firstMilliseconds = once();
    const peakBytes = before === undefined ? undefined : Math.max(0, peak() - before);
    const all = Array.from({ length: runs }, once);
    return {
      model: costs.model,
      inputShape,
      batch,
      milliseconds: median(all),
      firstMilliseconds,
      all,
      weightBytes: totals.weightBytes,
      activationBytes: batch * totals.forwardBytes,
      peakBytes,
    };
  } finally {
    input.dispose();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Sets the process's high-water mark back to what it uses now, and gives that; undefined where the system has none. */
function startPeak(): number | undefined {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return status('VmRSS');
  } catch {
    return undefined;
  }
}

const peak = () => status('VmHWM');

function status(name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(
    readFileSync('/proc/self/status', 'utf8'),
  )?.[1];
  if (kilobytes === undefined) throw new Error(`/proc/self/status has no ${name}.`);
  return 1024 * Number(kilobytes);
}
