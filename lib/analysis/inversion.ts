import type { Layer } from '../layers/layer.ts';
import { Adam } from '../optimizers/adam.ts';
import { compile } from '../runtime/compile.ts';
import { RandomStream } from '../runtime/random.ts';
import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Breather } from '../training/pace.ts';
import { asBatch, layerAt, outputAt } from './inner.ts';
import { innerOutputs } from './inner-outputs.ts';

export interface InversionOptions {
  /** The path of the layer whose output is to be matched. */
  layer: string;
  /** Default 200. */
  steps?: number;
  /** Adam's; default 0.05. */
  learningRate?: number;
  /** The weight of the total variation, which keeps the picture smooth; default 1e-3. */
  smoothness?: number;
  /** Pixels are kept in this range; default [0, 1]. */
  range?: readonly [number, number];
  seed?: number;
  onStep?: (step: number, loss: number) => void;
}

export interface Inversion {
  /** `[height, width, channels]`; the caller disposes it. */
  image: Tensor;
  /** |features - wanted|^2 / |wanted|^2, step by step. */
  losses: number[];
}

/**
 * Feature inversion (Mahendran and Vedaldi 2015): an image, from noise, whose features in a layer are those of a given image. What
 * it shows is what the layer still knows.
 *
 * @example
 * import { Conv2D, invertFeatures, Sequential, tf } from 'convbook';
 * const model = new Sequential({ conv: new Conv2D({ filters: 4, kernelSize: 3, activation: 'relu' }) });
 * const image = tf.randomUniform([6, 6, 1], 0, 1, 'float32', 1);
 * const { losses } = await invertFeatures(model, image, { layer: 'conv', steps: 20 });
 * console.log(losses[19]! < losses[0]!); // true
 */
export async function invertFeatures(
  model: Layer,
  image: Tensor,
  options: InversionOptions,
): Promise<Inversion> {
  const { steps = 200, learningRate = 0.05, smoothness = 1e-3, range = [0, 1], seed = 0, onStep } = options;
  const x = tf.tidy(() => asBatch(model, image).toFloat());
  if (!model.builtFor) model.build(x.shape.slice(1));
  const target = layerAt(model, options.layer);
  const { inner: wanted, output } = outputAt(model, x, target);
  output.dispose();
  const random = new RandomStream(seed);
  const start = tf.tidy(() =>
    random.uniform(x.shape, range[0] + (range[1] - range[0]) * 0.4, range[0] + (range[1] - range[0]) * 0.6),
  );
  const picture = tf.variable(start);
  const optimizer = new Adam({ learningRate });
  const size = tf.tidy(() => tf.maximum(tf.sum(tf.square(wanted)), 1e-12));
  const step = compile(
    () =>
      tf.tidy(() => {
        const kept: Tensor[] = [];
        try {
          const { grads } = tf.variableGrads(() => {
            const [found] = innerOutputs(model, picture as Tensor, [options.layer]) as [Tensor];
            const distance = tf.div(tf.sum(tf.square(tf.sub(found, wanted))), size);
            kept.push(tf.keep(distance.clone()));
            return tf.add(distance, tf.mul(variation(picture as Tensor), smoothness)) as Scalar;
          }, [picture]);
          optimizer.applyGradients(grads);
          picture.assign(tf.clipByValue(picture as Tensor, range[0], range[1]));
          return kept.at(-1)!.clone();
        } finally {
          tf.dispose(kept); // also where a trace is given up half way
        }
      }),
    { name: 'invertFeatures', fallback: 'eager' },
  );
  const losses: number[] = [];
  const breather = new Breather();
  try {
    for (let i = 0; i < steps; i++) {
      const loss = step();
      losses.push((await loss.data())[0]!);
      loss.dispose();
      onStep?.(i, losses[i]!);
      await breather.breathe();
    }
    return { image: tf.tidy(() => picture.squeeze([0])), losses };
  } finally {
    step.dispose();
    optimizer.dispose();
    random.dispose();
    tf.dispose([x, wanted, start, size, picture]);
  }
}

/** The sum of squared differences of neighbouring pixels, a pixel. */
function variation(x: Tensor): Tensor {
  const [, height, width] = x.shape as [number, number, number, number];
  const across = tf.sub(
    x.slice([0, 0, 1, 0], [-1, -1, width - 1, -1]),
    x.slice([0, 0, 0, 0], [-1, -1, width - 1, -1]),
  );
  const down = tf.sub(
    x.slice([0, 1, 0, 0], [-1, height - 1, -1, -1]),
    x.slice([0, 0, 0, 0], [-1, height - 1, -1, -1]),
  );
  return tf.div(tf.add(tf.sum(tf.square(across)), tf.sum(tf.square(down))), x.size);
}
