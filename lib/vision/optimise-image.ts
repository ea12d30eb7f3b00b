import { Adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { compile } from '../runtime/compile.ts';
import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Breather } from '../training/pace.ts';

export interface OptimiseImageOptions {
  /** Default 100. */
  steps?: number;
  /** Default Adam with a learning rate of 0.02. */
  optimizer?: Optimizer;
  /** Pixels are kept in this range after each step; default [0, 1]. */
  range?: readonly [number, number];
  onStep?: (step: number, loss: number) => void | Promise<void>;
}

export interface OptimisedImage {
  /** The picture, of the shape of the start; the caller disposes it. */
  image: Tensor;
  /** The loss before each step. */
  losses: number[];
}

/**
 * Gradient descent on an image instead of on weights: for neural style (Gatys et al. 2016), Inceptionism, and pictures
 * that a unit likes best. One compiled step.
 *
 * @param start the first picture; it is left as it is
 * @param loss a scalar of the picture, smaller is better
 *
 * @example
 * import { optimiseImage, tf } from 'convbook';
 * const { image, losses } = await optimiseImage(tf.zeros([1, 2, 2, 1]), (x) => x.sub(0.5).square().mean(), { steps: 60 });
 * console.log(losses[59]! < 0.01 * losses[0]!, image.shape.join('x')); // true 1x2x2x1
 */
export async function optimiseImage(
  start: Tensor,
  loss: (image: Tensor) => Tensor,
  options: OptimiseImageOptions = {},
): Promise<OptimisedImage> {
  const { steps = 100, optimizer = new Adam({ learningRate: 0.02 }), range = [0, 1], onStep } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`optimiseImage: steps must be a whole number from 1 on; it is ${steps}.`);
  const picture = tf.tidy(() => tf.variable(start.toFloat()));
  const step = compile(
    () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => loss(picture as Tensor).asScalar() as Scalar,
          [picture],
        );
        optimizer.applyGradients(grads);
        picture.assign(tf.clipByValue(picture as Tensor, range[0], range[1]));
        return value.clone();
      }),
    { name: 'optimiseImage', fallback: 'eager' },
  );
  const losses: number[] = [];
  const breather = new Breather();
  try {
    for (let i = 0; i < steps; i++) {
      const value = step();
      const number = (await value.data())[0]!;
      value.dispose();
      if (!Number.isFinite(number)) {
        throw new Error(
          `The loss of the image is ${number} in step ${i + 1}. A smaller learning rate usually helps.`,
        );
      }
      losses.push(number);
      await onStep?.(i, number);
      await breather.breathe();
    }
    return { image: tf.tidy(() => tf.clone(picture as Tensor)), losses };
  } finally {
    step.dispose();
    if (!options.optimizer) optimizer.dispose();
    picture.dispose();
  }
}
