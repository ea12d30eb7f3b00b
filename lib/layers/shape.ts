/** A shape of one example: the batch dimension is left out. Images are `[height, width, channels]`. */
export type Shape = readonly number[];

/** Shapes or sizes that do not fit together. The message starts with the path of the layer that found it. */
export class ShapeError extends Error {
  override name = 'ShapeError';

  /** The same error, seen from the parent: its message starts with one name more. */
  within(name: string): ShapeError {
    const nested = new ShapeError(this.path ? `${name}.${this.message}` : `${name}: ${this.message}`);
    nested.path = this.path ? `${name}.${this.path}` : name;
    return nested;
  }

  /** Dotted path of the layer, empty where it is not inside another. */
  path = '';
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** `[28, 28, 1]`. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The three sizes of an image shape, or a sentence that says what came instead. */
export function imageShape(
  shape: Shape,
  layer: unknown,
): readonly [height: number, width: number, channels: number] {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || !height || !width || !channels) {
    throw new ShapeError(
      `${layer} needs images of shape [height, width, channels] and got ${showShape(shape)}.` +
        (shape.length === 2 ? ' A grey image has one channel: reshape to [height, width, 1].' : '') +
        (shape.length === 4 ? ' Leave the batch dimension out of shapes.' : ''),
    );
  }
  return [height, width, channels];
}

/** The size of a flat example, or a sentence that says what came instead. */
export function flatShape(shape: Shape, layer: unknown): number {
  const [size] = shape;
  if (shape.length !== 1 || !size) {
    throw new ShapeError(
      `${layer} needs flat examples of shape [features] and got ${showShape(shape)}.` +
        (shape.length > 1 ? ' Put a Flatten() or GlobalAvgPool() before it.' : ''),
    );
  }
  return size;
}

/** Throws unless `value` is a whole number of at least `least`: options of layers. */
export function checkCount(value: unknown, what: string, least = 1): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new TypeError(`${what} must be a whole number of at least ${least}; it is ${String(value)}.`);
  }
  return value;
}
