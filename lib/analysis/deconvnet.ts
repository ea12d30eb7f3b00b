import type { Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { asBatch, layerAt } from './inner.ts';

export interface ProjectionOptions {
  /** The path of the layer that is looked into. */
  layer: string;
  /** Its feature map. */
  channel: number;
  /** The place in the map, `[row, column]`; default where it is strongest. */
  at?: readonly [number, number];
  /**
   * What passes back through a ReLU: `'deconvnet'` (default) what is positive (Zeiler and Fergus 2014); `'gradient'` where the ReLU was
   * on; `'guided'` both (Springenberg et al. 2015).
   */
  method?: 'deconvnet' | 'guided' | 'gradient';
}

export interface Projection {
  /** The pattern in pixels, `[height, width, channels]`; the caller disposes it. */
  pattern: Tensor;
  at: [number, number];
  /** The value of the feature there. */
  activation: number;
}

/**
 * Projects one feature of a map back to the pixels that caused it: unpooling through the places of the maxima, transposed filters, and
 * a rule for ReLUs. A deconvnet is a backward pass with another rule at the ReLUs, and so it is computed.
 *
 * @example
 * import { Conv2D, projectFeature, Sequential, tf } from 'convbook';
 * const model = new Sequential({ conv: new Conv2D({ filters: 4, kernelSize: 3, activation: 'relu' }) });
 * const { pattern } = projectFeature(model, tf.ones([6, 6, 1]), { layer: 'conv', channel: 0 });
 * console.log(pattern.shape); // [6, 6, 1]
 */
export function projectFeature(model: Layer, image: Tensor, options: ProjectionOptions): Projection {
  const { layer, channel, method = 'deconvnet' } = options;
  const kept: Tensor[] = [];
  const run = () => {
    const x = asBatch(model, image).toFloat();
    if (!model.builtFor) model.build(x.shape.slice(1));
    const target = layerAt(model, layer);
    const map = mapOf(model, x, target, channel, kept);
    const [, height, width] = map.shape as [number, number, number];
    const strongest = map.flatten().argMax().dataSync()[0]!;
    const at: [number, number] = options.at
      ? [...options.at]
      : [Math.floor(strongest / width), strongest % width];
    if (!(at[0] >= 0 && at[0] < height && at[1] >= 0 && at[1] < width)) {
      throw new Error(`The map of "${layer}" has ${height} x ${width} places; there is none at [${at}].`);
    }
    const feature = (input: Tensor) =>
      mapOf(model, input, target, channel, kept)
        .slice([0, ...at], [1, 1, 1])
        .sum();
    const pattern = withReluRule(method, () => tf.grad(feature)(x)).squeeze([0]);
    const activation = map.slice([0, ...at], [1, 1, 1]).dataSync()[0]!;
    return { pattern, at, activation };
  };
  let result!: Projection;
  try {
    tf.tidy(() => {
      result = run();
      return result.pattern;
    });
  } finally {
    tf.dispose(kept);
  }
  return result;
}

/** One channel of a layer's output, `[1, height, width]`; it outlives the run and is put on the list of what to dispose. */
function mapOf(model: Layer, x: Tensor, target: Layer, channel: number, kept: Tensor[]): Tensor {
  let map: Tensor | undefined;
  model.apply(x, {
    observe: (layer, y) => {
      if (layer !== target || map) return undefined;
      if (y.rank !== 4)
        throw new Error(
          `The output of ${target} has shape [${y.shape}]; maps [batch, height, width, channels] were expected.`,
        );
      const channels = y.shape[3]!;
      if (!Number.isInteger(channel) || channel < 0 || channel >= channels) {
        throw new Error(`${target} has the channels 0 to ${channels - 1}; there is no ${channel}.`);
      }
      map = tf.keep(y.slice([0, 0, 0, channel], [-1, -1, -1, 1]).squeeze([3]));
      return undefined;
    },
  });
  kept.push(map!);
  return map!;
}

/** Runs work with another gradient of ReLU in tfjs' registry. */
function withReluRule<T>(method: 'deconvnet' | 'guided' | 'gradient', work: () => T): T {
  if (method === 'gradient') return work();
  const own = tf.getGradient('Relu')!;
  tf.registerGradient({
    ...own,
    gradFunc: (dy, saved, attributes) => {
      const positive = tf.relu(dy as Tensor);
      return method === 'deconvnet' ? { x: () => positive } : own.gradFunc(positive, saved, attributes);
    },
  });
  try {
    return work();
  } finally {
    tf.registerGradient(own);
  }
}
