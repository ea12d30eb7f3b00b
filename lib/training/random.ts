// Random numbers of the host side (shuffling, bootstrap samples, k-means' starts): small, seeded, the same on every
// engine and platform. Random numbers inside a step come from lib/runtime.

import { sfc32 } from '../initializers/sfc32.ts';

/** A seeded source of random numbers on the host. */
export interface HostRandom {
  /** Uniform in [0, 1), 32 bits of it. */
  uniform(): number;
  /** An integer in [0, n). */
  integer(n: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
}

/**
 * A seeded generator (sfc32).
 *
 * @example
 * const random = hostRandom(7);
 * const again = hostRandom(7);
 * console.log(random.uniform() === again.uniform()); // true
 */
export function hostRandom(seed: number): HostRandom {
  const next = sfc32(0x9e3779b9 ^ seed, 0x243f6a88 ^ Math.floor(seed / 2 ** 32), 0xb7e15162, 15);
  const uniform = () => next() / 2 ** 32;
  return {
    uniform,
    integer: (n) => Math.floor(uniform() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/**
 * A random order of the numbers 0 ... n-1 (Fisher-Yates), a function of `n` and `seed` alone.
 *
 * @example
 * console.log(permutation(5, 1).toSorted().join()); // 0,1,2,3,4
 */
export function permutation(n: number, seed: number): Int32Array {
  const random = hostRandom(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
