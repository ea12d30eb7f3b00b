import type { Tensor } from './tf.ts';
import { tf } from './tf.ts';

/** The tensors of a structure, in a stable order, and a key that is equal for structures that fit the same trace. */
export function flatten(structure: unknown, path = 'argument'): { tensors: Tensor[]; key: string } {
  const tensors: Tensor[] = [];
  const visit = (value: unknown, at: string): string => {
    if (value instanceof tf.Tensor) {
      if (value.isDisposed) {
        throw new Error(
          `The ${at} of a compiled step was disposed. Keep it with tf.keep(), or make it anew.`,
        );
      }
      tensors.push(value);
      return `${value.dtype}[${value.shape}]`;
    }
    if (Array.isArray(value))
      return `[${value.map((item, index) => visit(item, `${at}[${index}]`)).join(';')}]`;
    if (value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value)) {
      return typeof value === 'string' ? JSON.stringify(value) : String(value);
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      const entries = Object.entries(value as object).map(
        ([name, item]) => `${JSON.stringify(name)}:${visit(item, `${at}.${name}`)}`,
      );
      return `{${entries.join(';')}}`;
    }
    throw new Error(
      `The ${at} of a compiled step is ${value instanceof Promise ? 'a promise: a step must not be async' : `a ${typeof value}`}. ` +
        'Tensors, numbers, strings, booleans, and arrays and plain objects of them can go in and out.',
    );
  };
  const key = visit(structure, path);
  return { tensors, key };
}

/** The same structure with its tensors replaced, one after the other. */
export function rebuild<T>(structure: T, tensors: readonly Tensor[]): T {
  let next = 0;
  const visit = (value: unknown): unknown => {
    if (value instanceof tf.Tensor) return tensors[next++];
    if (Array.isArray(value)) return value.map(visit);
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item)]));
    }
    return value;
  };
  return visit(structure) as T;
}
