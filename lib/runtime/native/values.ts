import type { Native } from './context.ts';
import {
  BYTES,
  dtypeName,
  TF_BOOL,
  TF_COMPLEX64,
  TF_FLOAT,
  TF_INT32,
  TF_INT64,
  TF_STRING,
} from './dtypes.ts';

/** What tfjs keeps as the values of a tensor on the host. */
export type HostValues = ArrayLike<number | bigint | boolean> | readonly (Uint8Array | string)[];

const STRING_BYTES = 24; // sizeof(TF_TString)

/** A typed array with exactly the bytes of `values` as TensorFlow stores them. */
function bytesOf(values: HostValues, dtype: number): ArrayBufferView {
  const like = values as ArrayLike<number>;
  switch (dtype) {
    case TF_FLOAT:
    case TF_COMPLEX64:
      return values instanceof Float32Array ? values : Float32Array.from(like);
    case TF_INT32:
      return values instanceof Int32Array ? values : Int32Array.from(like);
    case TF_INT64:
      if (values instanceof BigInt64Array) return values;
      // tfjs-node keeps one int64 as the two halves of an Int32Array
      if (values instanceof Int32Array && values.length === 2) return values;
      return BigInt64Array.from(Array.from(like, (value) => BigInt(value)));
    case TF_BOOL:
      return values instanceof Uint8Array ? values : Uint8Array.from(like, (value) => (value ? 1 : 0));
    default:
      return values instanceof Uint8Array ? values : Uint8Array.from(like);
  }
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Makes a TF_Tensor from values of the host. The caller deletes it. */
export function makeTensor(
  native: Native,
  shape: readonly number[],
  dtype: number,
  values: HostValues,
): number {
  const { api, memory } = native;
  const count = sizeOf(shape);
  const dimensions = shape.length ? BigInt64Array.from(shape, (size) => BigInt(size)) : null;
  if (dtype === TF_STRING) {
    const tensor = api.TF_AllocateTensor(dtype, dimensions, shape.length, count * STRING_BYTES);
    const data = api.TF_TensorData(tensor);
    for (let i = 0; i < count; i++) {
      const value = (values as readonly (Uint8Array | string)[])[i]!;
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      const at = data + i * STRING_BYTES;
      api.TF_StringInit(at);
      api.TF_StringCopy(at, bytes.length ? bytes : new Uint8Array(1), bytes.length);
    }
    return tensor;
  }
  const width = BYTES[dtype];
  if (width === undefined) throw new Error(`A tensor of ${dtypeName(dtype)} can't be made from values.`);
  const bytes = bytesOf(values, dtype);
  const length = count * width;
  if (bytes.byteLength < length) {
    throw new Error(
      `A tensor of shape [${shape}] and type ${dtypeName(dtype)} holds ${length} bytes, but ${bytes.byteLength} came.`,
    );
  }
  const tensor = api.TF_AllocateTensor(dtype, dimensions, shape.length, length);
  if (length) memory.write(api.TF_TensorData(tensor), bytes, length);
  return tensor;
}

/** Half-precision numbers widen exactly: a bfloat16 is the upper half of a float32. */
function widenBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16;
  return new Float32Array(wide.buffer);
}

/** Copies the values of a TF_Tensor into JavaScript. */
export function readTensor(native: Native, tensor: number, dtype: number): HostValues {
  const { api, memory } = native;
  const length = api.TF_TensorByteSize(tensor);
  const data = length ? api.TF_TensorData(tensor) : 0;
  if (dtype === TF_STRING) {
    return Array.from({ length: length / STRING_BYTES }, (_, i) => {
      const at = data + i * STRING_BYTES;
      const bytes = new Uint8Array(api.TF_StringGetSize(at));
      if (bytes.length) memory.read(bytes, api.TF_StringGetDataPointer(at), bytes.length);
      return bytes;
    });
  }
  const buffer = new ArrayBuffer(length);
  if (length) memory.read(new Uint8Array(buffer), data, length);
  switch (dtype) {
    case TF_FLOAT:
    case TF_COMPLEX64:
      return new Float32Array(buffer);
    case TF_INT32:
      return new Int32Array(buffer);
    case TF_INT64:
      return new BigInt64Array(buffer);
    case 14: // bfloat16
      return widenBfloat16(new Uint16Array(buffer));
    case 2: // float64
      return Float32Array.from(new Float64Array(buffer));
    default:
      return new Uint8Array(buffer);
  }
}
