// Which cell the running code belongs to, through awaits and timers. AsyncLocalStorage is the tool where it does not
// stand on async hooks: built on them (Node 20), Node dies when an interrupt ends a microtask.
import { AsyncLocalStorage } from 'node:async_hooks';
import v8 from 'node:v8';

export interface CellContext {
  /** The id of the cell that the caller belongs to; of the last cell where nobody knows. */
  current(): number;
  /** The cell that made a promise, where that is known better than `current` does. */
  ownerOf(promise: object): number;
  /** From here on, in this call and everything that it starts, the code belongs to `cell`. */
  enter(cell: number): void;
}

const major = Number(process.versions.node.split('.')[0]);

export function createContext(): CellContext {
  return major >= 22 ? storageContext() : hookContext();
}

function storageContext(): CellContext {
  const storage = new AsyncLocalStorage<number>();
  let last = 0;
  return {
    current: () => storage.getStore() ?? last,
    ownerOf: () => storage.getStore() ?? last,
    enter(cell) {
      last = cell;
      storage.enterWith(cell);
    },
  };
}

type Callback = (...args: unknown[]) => unknown;

function hookContext(): CellContext {
  const owners = new WeakMap<object, number>();
  let last = 0;
  let now = 0;
  v8.promiseHooks.createHook({
    init(promise) {
      owners.set(promise, now || last);
    },
    before(promise) {
      now = owners.get(promise) ?? 0;
    },
    after() {
      now = 0;
    },
  });

  const carry = (callback: unknown): unknown => {
    if (typeof callback !== 'function') return callback;
    const cell = now || last;
    return function (this: unknown, ...args: unknown[]) {
      now = cell;
      const value = (callback as Callback).apply(this, args);
      now = 0;
      return value;
    };
  };
  const wrap = (owner: object, name: string) => {
    const holder = owner as Record<string, Callback>;
    const original = holder[name]!;
    const wrapped = function (this: unknown, callback: unknown, ...args: unknown[]) {
      return original.call(this, carry(callback), ...args);
    };
    // `util.promisify(setTimeout)` reads a symbol of it.
    for (const key of Reflect.ownKeys(original)) {
      if (typeof key === 'symbol') {
        Object.defineProperty(wrapped, key, Object.getOwnPropertyDescriptor(original, key)!);
      }
    }
    Object.defineProperty(wrapped, 'name', { value: name });
    holder[name] = wrapped;
  };
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) wrap(globalThis, name);
  wrap(process, 'nextTick');

  return {
    current: () => now || last,
    ownerOf: (promise) => owners.get(promise) ?? (now || last),
    enter(cell) {
      last = cell;
      now = cell;
    },
  };
}
