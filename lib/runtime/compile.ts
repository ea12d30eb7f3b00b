import type { TensorFlowBackend } from './backend.ts';
import { ATTR_BOOL } from './native/dtypes.ts';
import { tensorflow } from './state.ts';
import { flatten } from './structure.ts';
import { type Tensor, tf } from './tf.ts';
import { TraceError } from './trace/errors.ts';
import { makePlan, type Plan } from './trace/plan.ts';
import type { Precision } from './trace/precision.ts';

export interface CompileOptions {
  /** Shown in errors and warnings. Default: the function's name. */
  name?: string;
  /** What happens where the step can't be compiled: an error, or one warning and eager calls. Default 'error'. */
  fallback?: 'error' | 'eager';
  /** Compile with XLA: fuses element-wise ops; slower than the plain function on most CPUs. */
  xla?: boolean;
  /**
   * The type that matrix products and convolutions compute in; weights, sums and everything else stay float32. bfloat16
   * has float32's range and 8 bits of precision; float16 needs a `LossScaler`. Default 'float32'.
   */
  precision?: Precision;
  /**
   * Run the first call eagerly, so that a step may make variables in it. Default true; without, a step that makes none
   * saves the time and memory of one eager step.
   */
  warmUp?: boolean;
  /** Where warnings go. Default: `console.warn`. */
  warn?: (message: string) => void;
}

/** A compiled step: called like the function that it was made from. */
export interface CompiledStep<Args extends unknown[], Result> {
  (...args: Args): Result;
  /**
   * The same call in another thread: JavaScript goes on meanwhile, to make the next batch or to answer an interrupt. Wait for it before
   * the step's variables are used, or the step is called again. Where a call is not a compiled function's, it has run when this
   * returns.
   */
  aside(...args: Args): Promise<Result>;
  /** How many traces were made: one for each combination of shapes, types and plain values of the arguments. */
  readonly traces: number;
  /** Frees the traces. A later call starts anew. */
  dispose(): void;
}

const MANY_TRACES = 8;

/**
 * Compiles a step: a function of tensors built from tfjs ops and this library's blocks. The first call runs eagerly, so
 * that variables that the step makes exist; the second is traced into a TensorFlow function, which it and the later ones run.
 * There is one trace for each combination of the arguments' shapes and types. Variables are inputs and outputs of the
 * function: assignments, optimisers' updates and moving statistics work, and new values count at the next call.
 *
 * Whatever else the step takes from outside (JavaScript numbers, tensors in its closure) is frozen in the trace. Pass what
 * changes as an argument.
 *
 * On engines other than TensorFlow, and inside another gradient or compiled step, the function is called as it is.
 *
 * @throws TraceError where the step reads a tensor's value, has shapes that depend on values, or draws random numbers on
 *   the host; it names the op and the line
 * @example
 * ```ts
 * const w = tf.variable(tf.zeros([3]));
 * const adam = new Adam({ learningRate: 0.1 });
 * const step = compile((x: Tensor, y: Tensor) => adam.minimize(() => x.mul(w).sum(1).sub(y).square().mean() as Scalar));
 * for (let i = 0; i < 100; i++) step(tf.ones([4, 3]), tf.ones([4])).dispose();
 * console.log(w.arraySync()); // close to 1/3 each
 * ```
 */
export function compile<Args extends unknown[], Result>(
  step: (...args: Args) => Result,
  options: CompileOptions = {},
): CompiledStep<Args, Result> {
  const { fallback = 'error', xla = false, warn = console.warn, precision = 'float32' } = options;
  if (!['float32', 'bfloat16', 'float16'].includes(precision)) {
    throw new Error(`There is no precision "${precision}"; choose float32, bfloat16 or float16.`);
  }
  const name = options.name ?? (step.name || 'step');
  const plans = new Map<string, Plan | 'eager'>();
  let warmedUp = !(options.warmUp ?? true);
  let warned = false;

  function plan(backend: TensorFlowBackend, args: Args, key: string): Plan | 'eager' {
    const attributes = xla ? [{ name: '_XlaMustCompile', type: ATTR_BOOL, value: true }] : [];
    let made: Plan | 'eager';
    try {
      made = makePlan(backend, step as (...args: never[]) => unknown, args, {
        label: name,
        attributes,
        precision,
      });
    } catch (error) {
      if (fallback === 'error' || !(error instanceof TraceError)) throw error;
      warn(`"${name}" runs eagerly, op by op. ${error.message}`);
      made = 'eager';
    }
    plans.set(key, made);
    if (plans.size >= MANY_TRACES && !warned) {
      warned = true;
      warn(
        `"${name}" was traced ${plans.size} times, each for other shapes, types or plain values of its arguments. ` +
          'Use one batch size, and pass numbers that change as tensors. The last: ' +
          `${key}.`,
      );
    }
    return made;
  }

  /** The trace that a call runs, with its tensors; or the function is called as it is, the first time for the variables' sake. */
  const find = (args: Args): { found: Plan; tensors: Tensor[] } | 'as it is' | 'warm up' => {
    const backend = tensorflow();
    const { state } = tf.engine() as unknown as { state: { gradientDepth: number } };
    if (!backend || backend.trace || state.gradientDepth > 0) return 'as it is';
    const { tensors, key } = flatten(args);
    const empty = tensors.find(({ size }) => size === 0);
    if (empty) {
      throw new Error(
        `"${name}" got an empty tensor of shape [${empty.shape}]. Leave out batches without examples.`,
      );
    }
    if (!warmedUp) return 'warm up';
    let found = plans.get(key);
    if (found !== 'eager' && found?.stale) {
      found.dispose();
      plans.delete(key);
      found = undefined;
    }
    found ??= plan(backend, args, key);
    return found === 'eager' ? 'as it is' : { found, tensors };
  };
  const plainly = (way: 'as it is' | 'warm up', args: Args): Result => {
    const result = step(...args);
    if (way === 'warm up') warmedUp = true;
    return result;
  };
  const compiled = (...args: Args): Result => {
    const way = find(args);
    return typeof way === 'string' ? plainly(way, args) : (way.found.run(way.tensors) as Result);
  };
  const aside = async (...args: Args): Promise<Result> => {
    const way = find(args);
    return typeof way === 'string' ? plainly(way, args) : ((await way.found.runAside(way.tensors)) as Result);
  };
  return Object.defineProperties(compiled, {
    name: { value: name },
    aside: { value: aside },
    traces: { get: () => [...plans.values()].filter((made) => made !== 'eager').length },
    dispose: {
      value: () => {
        for (const made of plans.values()) if (made !== 'eager') made.dispose();
        plans.clear();
      },
    },
  }) as CompiledStep<Args, Result>;
}
