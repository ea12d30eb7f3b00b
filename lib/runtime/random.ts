import { ATTR_TYPE, TF_FLOAT, TF_INT32 } from './native/dtypes.ts';
import { normals, unit, words } from './philox.ts';
import { tensorflow } from './state.ts';
import type { Tensor, Variable } from './tf.ts';
import { tf } from './tf.ts';
import { makeVariable } from './variables.ts';

type Kind = 'StatelessRandomUniform' | 'StatelessRandomNormal';

/** Draws on the engine, from a seed that lies there. */
function drawNative(kind: Kind, shape: readonly number[], seed: Tensor): Tensor {
  const attributes = [
    { name: 'dtype', type: ATTR_TYPE, value: TF_FLOAT },
    { name: 'T', type: ATTR_TYPE, value: TF_INT32 },
    { name: 'Tseed', type: ATTR_TYPE, value: TF_INT32 },
  ];
  const dimensions = tf.tensor1d([...shape], 'int32');
  const result = tensorflow()!.executeSingleOutput(kind, attributes, [dimensions, seed]);
  dimensions.dispose();
  return result;
}

/** The same numbers drawn on the host. */
function drawHost(kind: Kind, shape: readonly number[], seed: readonly [number, number]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(size);
  let index = 0;
  if (kind === 'StatelessRandomUniform') {
    for (const word of words(seed, size)) values[index++] = unit(word);
  } else {
    let first: number | undefined;
    for (const word of words(seed, size + (size % 2))) {
      if (first === undefined) {
        first = word;
        continue;
      }
      const [one, two] = normals(first, word);
      first = undefined;
      values[index++] = one;
      if (index < size) values[index++] = two;
    }
  }
  return tf.tensor(values, [...shape], 'float32');
}

/**
 * A stream of random tensors from a seed. Every draw is another; the numbers are a function of the seed and of how many draws
 * came before, the same eagerly and in compiled steps (where the count is an input, so that no call repeats another's
 * numbers), and on every engine to float32 accuracy.
 *
 * Draws are Philox4x32-10 (Salmon et al. 2011) through TensorFlow's stateless random ops.
 *
 * @example
 * ```ts
 * const random = new RandomStream(42);
 * const noise = random.normal([2, 3]); // mean 0, standard deviation 1
 * const mask = random.dropoutMask([2, 3], 0.5); // zeros, and twos
 * ```
 */
export class RandomStream {
  readonly seed: number;
  private drawn = 0;
  /** On TensorFlow: `[seed, draws so far]`, an input and output of compiled steps. */
  private counter: Variable | undefined;

  constructor(seed: number) {
    if (!Number.isFinite(seed)) throw new Error(`The seed is ${seed}; it must be a finite number.`);
    this.seed = seed | 0;
  }

  /** How many draws were made. Set it to continue a stream from a checkpoint. */
  get draws(): number {
    return this.counter ? this.counter.dataSync()[1]! : this.drawn;
  }

  set draws(count: number) {
    this.drawn = count;
    this.counter?.dispose();
    this.counter = undefined;
  }

  /** The variable that holds the state on TensorFlow, for checkpoints; undefined on other engines. */
  get variable(): Variable | undefined {
    if (!tensorflow()) return undefined;
    this.counter ??= makeVariable(() => tf.tensor1d([this.seed, this.drawn], 'int32'));
    return this.counter;
  }

  private draw(kind: Kind, shape: readonly number[]): Tensor {
    const { variable } = this;
    if (!variable) return drawHost(kind, shape, [this.seed, this.drawn++]);
    const result = drawNative(kind, shape, variable);
    const next = tf.add(variable, tf.tensor1d([0, 1], 'int32'));
    variable.assign(next as Tensor);
    return result;
  }

  /** Uniform numbers in [min, max). */
  uniform(shape: readonly number[], min = 0, max = 1): Tensor {
    return withoutGradient(() => {
      const draw = this.draw('StatelessRandomUniform', shape);
      return min === 0 && max === 1 ? draw : draw.mul(max - min).add(min);
    });
  }

  /** Normally distributed numbers. */
  normal(shape: readonly number[], mean = 0, deviation = 1): Tensor {
    return withoutGradient(() => {
      const draw = this.draw('StatelessRandomNormal', shape);
      return mean === 0 && deviation === 1 ? draw : draw.mul(deviation).add(mean);
    });
  }

  /** 0 with probability `rate`, else 1 / (1 - rate): what inverted dropout multiplies with (Srivastava et al. 2014). */
  dropoutMask(shape: readonly number[], rate: number): Tensor {
    if (!(rate >= 0 && rate < 1))
      throw new Error(`The dropout rate is ${rate}; it must be at least 0 and below 1.`);
    return withoutGradient(() =>
      this.uniform(shape)
        .greaterEqual(rate)
        .toFloat()
        .mul(1 / (1 - rate)),
    );
  }

  dispose(): void {
    this.draws = this.draws; // keeps the count, frees the variable
  }
}

/** Ops in here are on no tape: a draw is a constant to every gradient. */
function withoutGradient(draw: () => Tensor): Tensor {
  const { state } = tf.engine() as unknown as { state: { kernelDepth: number } };
  state.kernelDepth++; // what tfjs counts inside a kernel, where it records nothing
  try {
    return tf.tidy(draw);
  } finally {
    state.kernelDepth--;
  }
}
