import type { Scalar, Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { hostRandom } from '../training/random.ts';

export interface GradientCheckOptions {
  /** The distance of the difference quotient, as a share of each number's size (at least of 1); default 1e-2, for float32. */
  step?: number;
  /** Numbers of each tensor that are checked, chosen with the seed; default 10. */
  samples?: number;
  /** The largest relative error that passes; default 2e-2. */
  tolerance?: number;
  seed?: number;
}

/** One number's two slopes. */
export interface SlopePair {
  /** The name or number of the tensor. */
  tensor: string;
  index: number;
  analytic: number;
  numeric: number;
  /** |a - n| / max(|a|, |n|, 1e-3 of the largest slope of the tensor). */
  error: number;
}

export interface GradientCheck {
  ok: boolean;
  /** The pair with the largest error. */
  worst: SlopePair;
  pairs: SlopePair[];
}

/**
 * Compares a function's gradients with central difference quotients (f(x + h) - f(x - h)) / 2h, number by number.
 *
 * Float32 has seven digits: a step much smaller than 1e-2 loses them in the difference. At kinks (a ReLU at zero) the two
 * differ rightly; smooth points pass.
 *
 * @param f a scalar function of the tensors (variables: of their values)
 * @param tensors what is varied: variables, by name, or a list
 *
 * @example
 * import { checkGradients, tf } from 'convbook';
 * const x = tf.variable(tf.tensor1d([1, 2, 3]));
 * console.log(checkGradients(() => tf.sum(tf.pow(x, 3)), [x]).ok); // true
 */
export function checkGradients(
  f: () => Tensor,
  tensors: readonly Variable[] | Readonly<Record<string, Variable>>,
  { step = 1e-2, samples = 10, tolerance = 2e-2, seed = 0 }: GradientCheckOptions = {},
): GradientCheck {
  const named: [string, Variable][] = Array.isArray(tensors)
    ? tensors.map((v: Variable, i) => [`tensor ${i}`, v])
    : Object.entries(tensors as Record<string, Variable>);
  if (named.length === 0) throw new Error('checkGradients got no tensors to vary.');
  const random = hostRandom(seed);
  const value = () => tf.tidy(() => scalar(f()).dataSync()[0]!);
  const gradients = tf.tidy(() => {
    const { grads } = tf.variableGrads(
      () => scalar(f()),
      named.map(([, v]) => v),
    );
    return named.map(([, v]) => Float32Array.from((grads[v.name] ?? tf.zerosLike(v)).dataSync()));
  });
  const pairs: SlopePair[] = [];
  named.forEach(([tensor, variable], t) => {
    const numbers = Float32Array.from(variable.dataSync());
    const gradient = gradients[t]!;
    const largest = gradient.reduce((a, g) => Math.max(a, Math.abs(g)), 0);
    const all = Array.from({ length: numbers.length }, (_, i) => i);
    const chosen =
      numbers.length <= samples ? all : Array.from({ length: samples }, () => random.integer(numbers.length));
    for (const index of chosen) {
      const own = numbers[index]!;
      const h = step * Math.max(1, Math.abs(own));
      const at = (shifted: number) => {
        numbers[index] = shifted;
        tf.tidy(() => variable.assign(tf.tensor(numbers, variable.shape)));
        return { x: numbers[index]!, y: value() };
      };
      const [high, low] = [at(own + h), at(own - h)];
      at(own);
      const numeric = (high.y - low.y) / (high.x - low.x);
      const analytic = gradient[index]!;
      const scale = Math.max(Math.abs(analytic), Math.abs(numeric), 1e-3 * largest, 1e-6);
      pairs.push({ tensor, index, analytic, numeric, error: Math.abs(analytic - numeric) / scale });
    }
  });
  const worst = pairs.reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a));
  return { ok: pairs.every((p) => p.error <= tolerance), worst, pairs };
}

function scalar(value: Tensor): Scalar {
  if (value.size !== 1)
    throw new Error(`checkGradients needs a function with a scalar value; it gave shape [${value.shape}].`);
  return value.asScalar();
}
