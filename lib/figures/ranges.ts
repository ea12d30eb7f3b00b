import { extent } from './scale.ts';

/** A range for an axis: the given one, or the values' own with a little room; powers of ten for logarithmic axes. */
export function axisRange(
  values: Iterable<number | null>,
  options: {
    given?: readonly [number, number] | undefined;
    log?: boolean | undefined;
    zero?: boolean;
    room?: number;
  },
): [number, number] {
  const { given, log = false, zero = false, room = 0.04 } = options;
  if (given) return log ? [Math.log10(given[0]), Math.log10(given[1])] : [given[0], given[1]];
  if (log) {
    const powers = function* () {
      for (const value of values) if (value !== null && value > 0) yield Math.log10(value);
    };
    const [low, high] = extent(powers()) ?? [0, 1];
    const pad = (high - low || 1) * room;
    return [low - pad, high + pad];
  }
  let [low, high] = extent(values) ?? [0, 1];
  if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  const pad = (high - low || Math.abs(high) || 1) * room;
  return [zero && low === 0 ? 0 : low - pad, zero && high === 0 ? 0 : high + pad];
}
