import { sfc32 } from './sfc32.ts';

/**
 * Random numbers for weights, in [0, 1): drawn on the host from a seed, so that a model starts from the same numbers on
 * every engine and machine. Dropout and augmentation, which draw inside training steps, use lib/runtime's instead.
 */
export function generator(seed: number): () => number {
  const next = sfc32(seed >>> 0, 0x9e3779b9, 0x243f6a88, 12);
  return () => next() / 2 ** 32;
}

/** `count` numbers from the uniform distribution on [low, high). */
export function uniformValues(count: number, low: number, high: number, seed: number): Float32Array {
  const next = generator(seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = low + (high - low) * next();
  return values;
}

/** `count` numbers from the normal distribution with mean 0, by Marsaglia's polar method. */
export function normalValues(count: number, std: number, seed: number): Float32Array {
  const next = generator(seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    let u = 0;
    let v = 0;
    let s = 0;
    do {
      u = 2 * next() - 1;
      v = 2 * next() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = std * Math.sqrt((-2 * Math.log(s)) / s);
    values[i] = u * scale;
    if (i + 1 < count) values[i + 1] = v * scale;
  }
  return values;
}
