// File work that is pending. From Node 25 on `process.getActiveResourcesInfo` does not tell of it, so the calls are
// counted; promises are looked at from outside, for a handler of ours would make a rejection that nobody handles look
// handled.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { inspect } from 'node:util';

type Functions = Record<string, ((...args: unknown[]) => unknown) | undefined>;

const promises = new Set<object>();
let calls = 0;
const isPending = (promise: object) =>
  /^Promise \{\s*<pending>/.test(inspect(promise, { depth: 0, maxStringLength: 9, maxArrayLength: 0 }));

export function fileWorkIsPending(): boolean {
  for (const promise of promises) if (!isPending(promise)) promises.delete(promise);
  return calls > 0 || promises.size > 0;
}

/** Call it before cells run. Nothing where Node itself tells. */
export function countFileWork(): void {
  if (Number(process.versions.node.split('.')[0]) < 25) return;
  const callbacks = fs as unknown as Functions;
  for (const name of Object.keys(fs)) {
    if (typeof callbacks[`${name}Sync`] === 'function') replace(callbacks, name, countCallback);
  }
  const waited = fs.promises as unknown as Functions;
  for (const name of Object.keys(fs.promises)) replace(waited, name, keepPromise);
  syncBuiltinESMExports();
}

function replace(
  owner: Functions,
  name: string,
  make: (original: (...args: unknown[]) => unknown) => (...args: unknown[]) => unknown,
): void {
  const original = owner[name];
  if (typeof original !== 'function') return;
  // `util.promisify(readFile)` and its like read symbols and the name.
  owner[name] = Object.defineProperties(make(original), Object.getOwnPropertyDescriptors(original));
}

function countCallback(original: (...args: unknown[]) => unknown) {
  return function (this: unknown, ...args: unknown[]): unknown {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return original.apply(this, args);
    const counted = function (this: unknown, ...results: unknown[]): unknown {
      calls--;
      return callback.apply(this, results);
    };
    const value = original.apply(this, [...args.slice(0, -1), counted]); // a wrong argument throws: not counted
    calls++;
    return value;
  };
}

function keepPromise(original: (...args: unknown[]) => unknown) {
  return function (this: unknown, ...args: unknown[]): unknown {
    const value = original.apply(this, args);
    if (value instanceof Promise) {
      promises.add(value);
      if (promises.size > 1_000) fileWorkIsPending(); // forgets those that have settled
    }
    return value;
  };
}
