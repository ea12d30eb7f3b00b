import type { Shape } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** Numbers on the host with their shape; the first dimension counts the examples. */
export interface HostArray {
  readonly data: TypedArray;
  readonly shape: Shape;
}

export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/** What `fit`, `evaluate`, `predict` and the classical methods take for examples or labels. */
export type ArrayInput = Tensor | HostArray | TypedArray | NestedNumbers;

/** Examples that can be gathered by number, without a copy of the whole. */
export interface Rows {
  readonly count: number;
  /** The shape of one example: no batch dimension. */
  readonly exampleShape: Shape;
  /** The examples with these numbers, as one new tensor `[indices.length, ...exampleShape]`. */
  gather(indices: Int32Array): Tensor;
}

/**
 * Wraps examples for gathering. Bytes stay bytes on the host (60,000 images of 28 x 28 take 47 MB) and become float32 only
 * per batch: with role `'examples'` divided by 255, so that images lie in [0, 1]; with role `'labels'` as int32 class numbers.
 *
 * @param exampleShape the shape of one example, for flat typed arrays: `[28, 28, 1]`
 * @throws where the length doesn't divide by the example's size, or the value is of none of the known kinds
 */
export function rows(value: ArrayInput, role: 'examples' | 'labels', exampleShape?: Shape): Rows {
  if (value instanceof tf.Tensor) return tensorRows(value, role, exampleShape);
  if (ArrayBuffer.isView(value)) return hostRows(withShape(value as TypedArray, role, exampleShape), role);
  if (isHostArray(value)) return hostRows(checked(value, role), role);
  if (Array.isArray(value)) return hostRows(fromNested(value as NestedNumbers, role, exampleShape), role);
  throw new Error(
    `The ${role} are ${describe(value)}; expected a tensor, a typed array, { data, shape } or an array of numbers.`,
  );
}

function tensorRows(value: Tensor, role: string, exampleShape?: Shape): Rows {
  if (value.isDisposed)
    throw new Error(`The tensor of the ${role} is disposed. Keep it until training has ended.`);
  if (value.rank === 0)
    throw new Error(`The ${role} are a single number; expected a tensor with a batch dimension.`);
  const shape = value.shape.slice(1);
  if (exampleShape && exampleShape.join() !== shape.join()) {
    const size = exampleShape.reduce((a, b) => a * b, 1);
    if (size !== shape.reduce((a, b) => a * b, 1)) {
      throw new Error(
        `The ${role} have shape [${value.shape}], which does not hold examples of [${exampleShape}].`,
      );
    }
  }
  const wanted = exampleShape ?? shape;
  const count = value.shape[0]!;
  return {
    count,
    exampleShape: wanted,
    gather: (indices) =>
      tf.tidy(() => {
        const first = indices[0] ?? 0;
        // A run of neighbours is a slice: cheaper than a gather, and what evaluation and unshuffled epochs ask for.
        const run = indices.every((v, i) => v === first + i);
        const part = run
          ? value.slice([first], [indices.length])
          : tf.gather(value, tf.tensor1d(indices, 'int32'));
        return part.reshape([indices.length, ...wanted]);
      }),
  };
}

function hostRows({ data, shape }: HostArray, role: 'examples' | 'labels'): Rows {
  const exampleShape = shape.slice(1);
  const size = exampleShape.reduce((a, b) => a * b, 1);
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  const float = data instanceof Float32Array || data instanceof Float64Array;
  const asInt = !float && !(bytes && role === 'examples');
  return {
    count: shape[0]!,
    exampleShape,
    gather(indices) {
      const out = asInt ? new Int32Array(indices.length * size) : new Float32Array(indices.length * size);
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i]! * size;
        out.set(data.subarray(from, from + size), i * size);
      }
      const tensor = tf.tensor(out, [indices.length, ...exampleShape], asInt ? 'int32' : 'float32');
      if (!bytes || role === 'labels') return tensor;
      // The engine divides: a loop in JavaScript takes ten times as long as the copy itself.
      const scaled = tf.div(tensor, 255);
      tensor.dispose();
      return scaled;
    },
  };
}

function isHostArray(value: unknown): value is HostArray {
  const v = value as HostArray;
  return typeof value === 'object' && value !== null && ArrayBuffer.isView(v.data) && Array.isArray(v.shape);
}

function withShape(data: TypedArray, role: string, exampleShape?: Shape): HostArray {
  const size = exampleShape?.reduce((a, b) => a * b, 1) ?? 1;
  if (data.length % size !== 0) {
    throw new Error(
      `The ${role} hold ${data.length} numbers, which is no multiple of ${size}, the size of one example of shape ` +
        `[${exampleShape}]. Check the shape or the file they came from.`,
    );
  }
  return { data, shape: [data.length / size, ...(exampleShape ?? [])] };
}

function checked(array: HostArray, role: string): HostArray {
  const size = array.shape.reduce((a, b) => a * b, 1);
  if (array.shape.length === 0 || size !== array.data.length) {
    throw new Error(
      `The ${role} have shape [${array.shape}] = ${size} numbers, but their data hold ${array.data.length}.`,
    );
  }
  return array;
}

function fromNested(value: NestedNumbers, role: string, exampleShape?: Shape): HostArray {
  const shape: number[] = [];
  for (let v: unknown = value; Array.isArray(v); v = v[0]) shape.push(v.length);
  const flat = (value as unknown[]).flat(shape.length as 1) as number[];
  const wanted = shape.reduce((a, b) => a * b, 1);
  if (flat.length !== wanted || flat.some((v) => typeof v !== 'number')) {
    throw new Error(
      `The ${role} are a ragged array: its first entries say shape [${shape}], but the others differ.`,
    );
  }
  const data =
    flat.every(Number.isInteger) && role === 'labels' ? Int32Array.from(flat) : Float32Array.from(flat);
  return exampleShape && shape.length === 1 ? withShape(data, role, exampleShape) : { data, shape };
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return `of the kind ${(value as object).constructor?.name ?? typeof value}`;
}
