/**
 * Seconds that a fixed loop takes on this machine now: multiply-adds over an array that fits no register. Times are compared in
 * units of it, so that a slower or busier machine does not look like a slower notebook. The best of several runs, because
 * other processes can only add time.
 */
export function calibrate(runs = 7): number {
  const values = new Float64Array(1 << 16);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    for (let pass = 0; pass < 64; pass++) {
      for (let i = 0; i < values.length; i++) values[i] = values[i]! * 0.999 + i * 1e-6;
    }
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  if (values[1] === Number.NEGATIVE_INFINITY)
    throw new Error('unreachable: keeps the loop from being optimised away');
  return best;
}
