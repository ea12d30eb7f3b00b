import type { LayerOptions, Shape } from '../layers/layer.ts';
import type { NamedLayers } from '../layers/named.ts';
import { Sequential } from '../layers/sequential.ts';
import { checkCount, imageShape } from '../layers/shape.ts';

/** What every model takes. */
export interface ModelOptions extends LayerOptions {
  /** Number of classes; default: the paper's. */
  classes?: number;
  /** Multiplies the number of filters and hidden units everywhere; default 1. Small widths train on two cores. */
  width?: number;
  /** `[height, width, channels]` of the images that the model is for; default: the paper's. */
  inputShape?: readonly [height: number, width: number, channels: number];
}

/** Options with the paper's values filled in. */
export interface Settings {
  classes: number;
  inputShape: readonly [height: number, width: number, channels: number];
  /** A number of filters or units times the width, a multiple of `of`, at least `of`. */
  scaled: (count: number, of?: number) => number;
}

/** Checks a model's options and fills in the paper's values. */
export function settings(
  options: ModelOptions,
  name: string,
  paper: { classes: number; inputShape: readonly [number, number, number] },
): Settings {
  const { classes = paper.classes, width = 1, inputShape = paper.inputShape } = options;
  checkCount(classes, `${name}: classes`);
  imageShape(inputShape, name);
  inputShape.forEach((n) => {
    checkCount(n, `${name}: a size in inputShape`);
  });
  if (!(width > 0 && Number.isFinite(width))) {
    throw new RangeError(`${name}: width must be a number above 0; it is ${width}.`);
  }
  return {
    classes,
    inputShape,
    scaled: (count, of = 1) => Math.max(of, Math.round((count * width) / of) * of),
  };
}

/** A net for images: layers one after another, and the input shape that they are for. */
export abstract class Model extends Sequential {
  abstract override readonly kind: string;
  readonly inputShape: Shape;

  constructor(layers: NamedLayers, { inputShape }: Pick<Settings, 'inputShape'>, options: LayerOptions = {}) {
    super(layers, options.name === undefined ? {} : { name: options.name });
    this.inputShape = inputShape;
  }

  /** Makes the weights; the input shape is the model's own where none is given. */
  override build(inputShape: Shape = this.inputShape, seed = 0): this {
    return super.build(inputShape, seed);
  }
}
