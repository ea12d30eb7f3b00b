import { types } from 'node:util';

/** A value read once and for good, so that comparing it runs no code of the student's. */
export type Snapshot =
  | { kind: 'numbers'; type: string; shape: readonly number[]; dtype?: string; values: ArrayLike<number> }
  | { kind: 'list'; type: string; items: Snapshot[] }
  | { kind: 'record'; type: string; entries: ReadonlyMap<string, Snapshot> }
  | { kind: 'plain'; value: string | number | bigint | boolean | symbol | null | undefined }
  | { kind: 'opaque'; text: string; value: unknown };

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  data(): Promise<ArrayLike<number>>;
}

const isTensor = (value: object): value is TensorLike => {
  const t = value as Partial<TensorLike>;
  return Array.isArray(t.shape) && typeof t.dtype === 'string' && typeof t.data === 'function';
};

/** Deeper values are compared by identity: no exercise needs more, and a cycle ends here. */
const DEEPEST = 12;

/**
 * Awaits a value and everything in it (promises in arrays and objects too) and reads its tensors.
 *
 * @throws what the value's own promises and getters throw
 */
export async function snapshot(value: unknown, depth = 0): Promise<Snapshot> {
  const settled = await value;
  if ((typeof settled !== 'object' && typeof settled !== 'function') || settled === null)
    return { kind: 'plain', value: settled as null };
  if (typeof settled === 'function') {
    const kind = String(settled).startsWith('class') ? 'class' : 'function';
    return { kind: 'opaque', text: `the ${kind} ${settled.name || 'without a name'}`, value: settled };
  }
  if (depth > DEEPEST) return { kind: 'opaque', text: 'a value nested too deep', value: settled };
  if (isTensor(settled)) return readTensor(settled);
  if (types.isTypedArray(settled)) {
    const type = settled.constructor?.name ?? 'typed array';
    const values = Array.from(settled as unknown as ArrayLike<number>, Number);
    return { kind: 'numbers', type, shape: [values.length], values };
  }
  if (Array.isArray(settled)) return readArray(settled, depth);
  if (types.isSet(settled)) return list('Set', [...settled], depth);
  if (types.isMap(settled)) {
    const entries = new Map<string, Snapshot>();
    for (const [key, item] of settled) entries.set(String(key), await snapshot(item, depth + 1));
    return { kind: 'record', type: 'Map', entries };
  }
  if (types.isNativeError(settled) || types.isDate(settled) || types.isRegExp(settled))
    return { kind: 'opaque', text: String(settled), value: settled };
  const entries = new Map<string, Snapshot>();
  for (const key of Object.keys(settled)) {
    entries.set(key, await snapshot((settled as Record<string, unknown>)[key], depth + 1));
  }
  return { kind: 'record', type: settled.constructor?.name ?? 'Object', entries };
}

async function readTensor(tensor: TensorLike): Promise<Snapshot> {
  const { shape, dtype } = tensor;
  if (tensor.isDisposed) {
    return { kind: 'opaque', text: `a Tensor [${shape}] whose memory was already freed`, value: tensor };
  }
  const values = Array.from(await tensor.data(), Number);
  return { kind: 'numbers', type: 'Tensor', shape: [...shape], dtype, values };
}

async function readArray(array: unknown[], depth: number): Promise<Snapshot> {
  const items: unknown[] = [];
  // By index, because a hole or an own iterator must not hide a value.
  for (let i = 0; i < array.length; i++) items.push(await array[i]);
  if (items.length > 0 && items.every((item) => typeof item === 'number')) {
    return { kind: 'numbers', type: 'Array', shape: [items.length], values: items as number[] };
  }
  return list('Array', items, depth);
}

async function list(type: string, items: unknown[], depth: number): Promise<Snapshot> {
  const read: Snapshot[] = [];
  for (const item of items) read.push(await snapshot(item, depth + 1));
  return { kind: 'list', type, items: read };
}
