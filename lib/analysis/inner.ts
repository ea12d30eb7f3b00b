import type { CallContext, Layer } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** A layer inside a model by its dotted path, as `summary` shows it. */
export function layerAt(model: Layer, path: string): Layer {
  const all = model.descendants();
  const found = all.find(([name]) => name === path);
  if (found) return found[1];
  const near = all
    .map(([name]) => name)
    .filter((name) => !name.includes('.') || name.startsWith(path.split('.')[0]!));
  throw new Error(
    `The model has no layer "${path}". It has ${near.slice(0, 30).join(', ')}${near.length > 30 ? ', …' : ''}.`,
  );
}

/** The last layer whose output is a map, `[height, width, channels]`: where Grad-CAM looks by default. */
export function lastMap(model: Layer): string {
  const shape = model.builtFor;
  if (!shape) throw new Error(`${model.kind} has no weights yet. Call build(inputShape) or apply(x) first.`);
  const rows = model.cost(shape, '').filter((row) => row.outputShape.length === 3 && row.weights.length > 0);
  const path = rows.at(-1)?.path;
  if (path === undefined)
    throw new Error(`${model.kind} has no convolution, so there are no feature maps to look at.`);
  return path;
}

/** Runs a model up to its end and gives what one inner layer put out on the way. */
export function outputAt(model: Layer, x: Tensor, target: Layer): { inner: Tensor; output: Tensor } {
  return tf.tidy(() => {
    let inner: Tensor | undefined;
    const output = model.apply(x, {
      observe: (layer, y) => {
        if (layer === target && !inner) inner = tf.keep(y.clone());
        return undefined;
      },
    });
    if (!inner) throw new Error(`${target} did not run inside of ${model.kind}.`);
    return { inner, output };
  });
}

/** The rest of a model as a function of one inner layer's output: that layer's own output is replaced. */
export function fromInner(model: Layer, x: Tensor, target: Layer): (inner: Tensor) => Tensor {
  return (inner) => {
    let seen = false;
    const observe: CallContext['observe'] = (layer) => {
      if (layer !== target || seen) return undefined;
      seen = true;
      return inner;
    };
    return model.apply(x, { observe });
  };
}

/** An image as a batch of one; a batch of one as it is. */
export function asBatch(model: Layer, image: Tensor): Tensor {
  const x = image.rank === 3 ? image.expandDims(0) : image.clone();
  if (x.rank !== 4 || x.shape[0] !== 1) {
    throw new Error(
      `Expected one image [height, width, channels] for ${model.kind}; got a tensor of shape [${image.shape}].`,
    );
  }
  return x;
}

/** The class to explain: the one asked for, or the likeliest. */
export function classOf(output: Tensor, asked: number | undefined): number {
  const classes = output.size;
  if (asked === undefined) return tf.tidy(() => output.flatten().argMax().dataSync()[0]!);
  if (!Number.isInteger(asked) || asked < 0 || asked >= classes) {
    throw new Error(`There is no class ${asked}; the model has the classes 0 to ${classes - 1}.`);
  }
  return asked;
}

/** One value a pixel. */
export interface HeatMap {
  data: Float32Array;
  height: number;
  width: number;
  /** The class that it explains. */
  classIndex: number;
}

/** A tensor `[height, width]` (or with dimensions of 1 around) as a heat map, divided by its largest value where asked. */
export function heatMap(
  map: Tensor,
  classIndex: number,
  [height, width]: [number, number],
  normalize = true,
): HeatMap {
  const data = Float32Array.from(map.dataSync());
  const largest = data.reduce((a, v) => Math.max(a, v), 0);
  if (normalize && largest > 0) for (let i = 0; i < data.length; i++) data[i]! /= largest;
  return { data, height, width, classIndex };
}
