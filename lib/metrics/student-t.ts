/**
 * The value that a Student t variable with `freedom` degrees of freedom stays below with this probability: 12.706 for
 * 0.975 and 1 degree, 1.96 for many.
 *
 * @param probability above 0 and below 1
 * @param freedom at least 1: for a mean of n values, n - 1
 * @example
 * import { studentT } from 'convbook';
 * console.log(studentT(0.975, 2).toFixed(3)); // 4.303
 */
export function studentT(probability: number, freedom: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`studentT: the probability is ${probability}; it must be above 0 and below 1.`);
  }
  if (!(freedom >= 1)) {
    throw new RangeError(`studentT: the degrees of freedom are ${freedom}; there must be at least 1.`);
  }
  if (probability < 0.5) return -studentT(1 - probability, freedom);
  let [low, high] = [0, 1];
  while (below(high, freedom) < probability && high < 1e12) [low, high] = [high, 2 * high];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (below(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T < t) for t >= 0. */
const below = (t: number, freedom: number): number =>
  1 - incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;

/** Regularised incomplete beta function, by its continued fraction (Abramowitz & Stegun 26.5.8). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  // From the last term to the first; the terms fall fast on this side of the mean.
  let fraction = 1;
  for (let k = 200; k >= 1; k--) {
    const m = Math.floor(k / 2);
    const term =
      k % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    fraction = 1 + term / fraction;
  }
  return front / fraction;
}

/** log of the gamma function, by Stirling's series where it is exact to 1e-14. */
function logGamma(x: number): number {
  let [shift, z] = [0, x];
  while (z < 12) shift += Math.log(z++);
  const q = 1 / (z * z);
  const series = (1 / 12 - q * (1 / 360 - q * (1 / 1260 - q / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
