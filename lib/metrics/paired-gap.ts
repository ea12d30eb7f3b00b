import { studentT } from './student-t.ts';

/** The mean of paired differences, and where it may lie. */
export interface PairedGap {
  /** Of `second - first`. */
  mean: number;
  /** The interval's ends; undefined for one pair, which has no spread. */
  low: number | undefined;
  high: number | undefined;
  /** Standard deviation of the differences (with n - 1); undefined for one pair. */
  deviation: number | undefined;
  gaps: number[];
  confidence: number;
}

/**
 * How much more `second` is than `first`, where value i of both comes from the same seed: the mean of the differences, and
 * its Student t interval. Pairs share what the seed decides, so that their differences spread less than the values.
 *
 * @throws where the lists differ in length, are empty, or hold a number that is not finite
 * @example
 * import { pairedGap } from 'convbook';
 * const { mean, low, high } = pairedGap([1.0, 1.2, 1.1], [1.5, 1.6, 1.7]);
 * console.log(mean.toFixed(2), low!.toFixed(2), high!.toFixed(2)); // 0.50 0.25 0.75
 */
export function pairedGap(
  first: readonly number[],
  second: readonly number[],
  { confidence = 0.95 }: { confidence?: number } = {},
): PairedGap {
  if (first.length !== second.length || first.length === 0) {
    throw new Error(
      `pairedGap: there are ${first.length} first and ${second.length} second values; each needs its partner, and one pair at least.`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `pairedGap: the confidence is ${confidence}; it must be above 0 and below 1, such as 0.95.`,
    );
  }
  const gaps = first.map((value, i) => second[i]! - value);
  const odd = gaps.findIndex((gap) => !Number.isFinite(gap));
  if (odd >= 0)
    throw new Error(`pairedGap: pair ${odd + 1} is ${first[odd]} and ${second[odd]}; both must be finite.`);
  const n = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  if (n === 1) return { mean, low: undefined, high: undefined, deviation: undefined, gaps, confidence };
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (n - 1));
  const half = (studentT((1 + confidence) / 2, n - 1) * deviation) / Math.sqrt(n);
  return { mean, low: mean - half, high: mean + half, deviation, gaps, confidence };
}
