// The safetensors format: 8 bytes length N (little-endian), N bytes of JSON `{ name: { dtype, shape, data_offsets } }`,
// then the numbers. No code can hide in it, unlike in a pickle. https://huggingface.co/docs/safetensors
import { bfloat16ToFloat32, float16ToFloat32 } from './half.ts';

export type DType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL';

/** Where one tensor lies in a file. */
export interface TensorEntry {
  dtype: DType;
  shape: readonly number[];
  /** Bytes from the start of the file. */
  begin: number;
  end: number;
}

export interface Header {
  entries: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/** One tensor's numbers as the engine takes them: floats as float32, whole numbers and booleans as int32. */
export interface StoredTensor {
  shape: readonly number[];
  dtype: 'float32' | 'int32';
  data: Float32Array | Int32Array;
}

const sizes: Readonly<Record<DType, number>> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1,
}; // biome-ignore format: a table
const headerLimit = 100_000_000; // the format's own limit

/** The length of the header from a file's first 8 bytes, checked against the file's size. */
export function headerLength(first: Uint8Array, fileSize: number, what: string): number {
  if (first.length < 8) throw bad(what, `it has ${fileSize} bytes, fewer than the 8 of its length field`);
  const view = new DataView(first.buffer, first.byteOffset, 8);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(headerLimit))
    throw bad(what, `its header would have ${length} bytes; the limit is ${headerLimit}`);
  if (8n + length > BigInt(fileSize)) {
    throw bad(
      what,
      `its header would have ${length} bytes, but the file has ${fileSize}: it is truncated or of another kind`,
    );
  }
  return Number(length);
}

/** Reads and checks a header: every tensor lies in the file, has the size that its shape says, and overlaps no other. */
export function parseHeader(json: Uint8Array, fileSize: number, what: string): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    throw bad(what, `its header is no JSON (${(error as Error).message})`);
  }
  if (!isObject(parsed)) throw bad(what, 'its header is no JSON object');
  const start = 8 + json.length;
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') {
      if (!isObject(value) || Object.values(value).some((v) => typeof v !== 'string')) {
        throw bad(what, 'its __metadata__ is no map from text to text');
      }
      metadata = value as Record<string, string>;
    } else entries.set(name, parseEntry(name, value, start, what));
  }
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let at = start;
  for (const [name, entry] of inOrder) {
    if (entry.begin !== at) {
      throw bad(
        what,
        `the tensor "${name}" begins at byte ${entry.begin} where ${at} was expected: there is a hole or an overlap`,
      );
    }
    at = entry.end;
  }
  if (at !== fileSize) {
    throw bad(
      what,
      `its tensors end at byte ${at}, but the file has ${fileSize} bytes: it is ${at > fileSize ? 'truncated' : 'too long'}`,
    );
  }
  return { entries, metadata };
}

function parseEntry(name: string, value: unknown, start: number, what: string): TensorEntry {
  if (!isObject(value)) throw bad(what, `the entry of "${name}" is no object`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const size = typeof dtype === 'string' && Object.hasOwn(sizes, dtype) ? sizes[dtype as DType] : undefined;
  if (size === undefined) throw bad(what, `"${name}" has the unknown type ${JSON.stringify(dtype)}`);
  if (!isCounts(shape)) throw bad(what, `"${name}" has the shape ${JSON.stringify(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw bad(what, `"${name}" has the offsets ${JSON.stringify(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const wanted = shape.reduce((a, b) => a * b, size);
  if (end - begin !== wanted) {
    throw bad(what, `"${name}" has ${end - begin} bytes, but ${dtype} of shape [${shape}] takes ${wanted}`);
  }
  return { dtype: dtype as DType, shape, begin: start + begin, end: start + end };
}

/** The numbers of one tensor from its bytes. */
export function decodeTensor(
  bytes: Uint8Array,
  { dtype, shape }: TensorEntry,
  name: string,
  what: string,
): StoredTensor {
  // A copy is aligned and belongs to the tensor alone.
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const floats = (data: Float32Array): StoredTensor => ({ shape, dtype: 'float32', data });
  const whole = (data: Int32Array): StoredTensor => ({ shape, dtype: 'int32', data });
  switch (dtype) {
    case 'F32':
      return floats(new Float32Array(buffer));
    case 'F64':
      return floats(Float32Array.from(new Float64Array(buffer)));
    case 'F16':
      return floats(float16ToFloat32(new Uint16Array(buffer)));
    case 'BF16':
      return floats(bfloat16ToFloat32(new Uint16Array(buffer)));
    case 'I32':
      return whole(new Int32Array(buffer));
    case 'I16':
      return whole(Int32Array.from(new Int16Array(buffer)));
    case 'I8':
      return whole(Int32Array.from(new Int8Array(buffer)));
    case 'U16':
      return whole(Int32Array.from(new Uint16Array(buffer)));
    case 'U8':
    case 'BOOL':
      return whole(Int32Array.from(new Uint8Array(buffer)));
    default: {
      const values =
        dtype === 'U32'
          ? new Uint32Array(buffer)
          : dtype === 'I64'
            ? new BigInt64Array(buffer)
            : new BigUint64Array(buffer);
      return whole(
        Int32Array.from(values as Iterable<number | bigint> as Iterable<number>, (value: number | bigint) => {
          const number = Number(value);
          if (number !== (number | 0))
            throw bad(what, `"${name}" holds ${value}, which does not fit into 32 bits`);
          return number;
        }),
      );
    }
  }
}

/** The bytes of a file, header first. Tensors are written in the order given. */
export function encode(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, { shape, dtype, data }] of tensors) {
    if (name === '__metadata__' || name in header)
      throw new Error(`Two tensors can't both be named "${name}".`);
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw new Error(`"${name}" has shape [${shape}] but ${data.length} numbers.`);
    }
    header[name] = {
      dtype: dtype === 'int32' ? 'I32' : 'F32',
      shape,
      data_offsets: [at, at + data.byteLength],
    };
    at += data.byteLength;
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  let json = JSON.stringify(header);
  // Spaces until the numbers begin at a multiple of 8 bytes, as the format asks.
  const length = new TextEncoder().encode(json).length;
  json += ' '.repeat((8 - (length % 8)) % 8);
  const text = new TextEncoder().encode(json);
  const first = new Uint8Array(8);
  new DataView(first.buffer).setBigUint64(0, BigInt(text.length), true);
  return [first, text, ...parts];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((v) => Number.isSafeInteger(v) && v >= 0);
}

function bad(what: string, why: string): Error {
  return new Error(
    `${what} is no usable safetensors file: ${why}. Nothing was loaded. Fetch or write the file again.`,
  );
}
