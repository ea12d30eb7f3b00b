import { freemem } from 'node:os';
import { tf } from './tf.ts';

export interface BatchSizeOptions {
  /** The first size tried; default 1. */
  start?: number;
  /** No size above this is tried; default 65536. */
  max?: number;
  /**
   * Stop before the process' resident memory passes this many MiB. Default: nine tenths of what it holds and what is free, since the
   * system kills a process that takes more without a word.
   */
  memoryLimitMb?: number;
}

export interface BatchSize {
  /** The largest size that worked. */
  batchSize: number;
  /** Why none above it was taken. */
  reason: string;
}

const peakMb = () => process.resourceUsage().maxRSS / 1024;

function availableMb(): number {
  const all = process.memoryUsage.rss() + freemem();
  // 0 or a made-up number above the machine's memory where no limit is set
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return (0.9 * Math.min(all, limit)) / 2 ** 20;
}

const OUT_OF_MEMORY =
  /out of memory|\bOOM\b|resource ?exhausted|failed to allocate|allocation.*(failed|exceed)|bad_alloc/i;

/**
 * Finds the largest batch that fits: doubles the size until memory runs out. Variables get back the values that they had before,
 * so that a training can go on from where it was.
 *
 * @param attempt one training step with that many examples, whose result is read (so that it has really run)
 * @throws where even the first size does not fit, or where a step fails for another reason than memory
 * @example
 * import { Dense, findBatchSize, tf } from 'convbook';
 * const model = new Dense({ units: 10 });
 * const { batchSize } = await findBatchSize(
 *   (size) => tf.tidy(() => model.apply(tf.zeros([size, 784])).dataSync()[0]),
 *   { max: 256 },
 * );
 * console.log(batchSize); // 256
 */
export async function findBatchSize(
  attempt: (batchSize: number) => unknown,
  options: BatchSizeOptions = {},
): Promise<BatchSize> {
  const { start = 1, max = 65_536, memoryLimitMb = availableMb() } = options;
  if (!Number.isInteger(start) || start < 1 || max < start) {
    throw new Error(
      `findBatchSize: start is ${start} and max ${max}; start must be a whole number of at least 1, max no less.`,
    );
  }
  const kept = Object.values(tf.engine().registeredVariables).map((variable) => ({
    variable,
    value: tf.keep(variable.clone()),
  }));
  let best = 0;
  try {
    for (let size = start; size <= max; size *= 2) {
      const peak = peakMb();
      try {
        await attempt(size);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!OUT_OF_MEMORY.test(message)) throw error;
        if (best === 0) {
          throw new Error(
            `Not even a batch of ${size} fits into memory (${message}). Use a smaller model or smaller images.`,
          );
        }
        return { batchSize: best, reason: `A batch of ${size} ran out of memory.` };
      }
      best = size;
      // the peak where this attempt reached one: memory may be free again behind it
      const reached = peakMb();
      const resident = reached > peak ? reached : process.memoryUsage.rss() / 2 ** 20;
      if (resident > memoryLimitMb / 2 && size * 2 <= max) {
        return {
          batchSize: best,
          reason: `The process holds ${Math.round(resident)} MiB; twice the batch could pass the limit of ${memoryLimitMb} MiB.`,
        };
      }
    }
    return { batchSize: best, reason: `${max} is the largest size that may be tried.` };
  } finally {
    for (const { variable, value } of kept) {
      if (!variable.isDisposed) variable.assign(value);
      value.dispose();
    }
  }
}
