import { runInNewContext } from 'node:vm';

// Student code shares a process with the checks. Someone who replaces `Math.abs` by `() => 0` would make every comparison
// come out equal. So nothing is compared while a built-in that the comparison or the display of its result stands on is
// replaced. This stops tricks, not attackers: those are for the limits around the process that grades.

/** Function.prototype.toString and call of a realm that no cell can reach. */
const { text, own } = runInNewContext(
  '({ text: Function.prototype.call.bind(Function.prototype.toString), own: Object.getOwnPropertyDescriptor })',
) as { text: (f: unknown) => string; own: typeof Object.getOwnPropertyDescriptor };

const WATCHED: [name: string, holder: () => object, members: string[]][] = [
  [
    '',
    () => globalThis,
    ['Array', 'Map', 'Set', 'Number', 'String', 'Promise', 'Error', 'RegExp', 'Proxy', 'setTimeout'],
  ],
  ['Math', () => Math, ['abs', 'min', 'max', 'floor', 'sqrt', 'exp', 'log']],
  ['Number', () => Number, ['isFinite', 'isInteger', 'isNaN']],
  [
    'Object',
    () => Object,
    ['is', 'keys', 'entries', 'fromEntries', 'assign', 'getPrototypeOf', 'defineProperty'],
  ],
  ['Array', () => Array, ['isArray', 'from']],
  ['JSON', () => JSON, ['stringify', 'parse']],
  [
    'Array.prototype',
    () => Array.prototype,
    ['map', 'filter', 'reduce', 'every', 'some', 'find', 'push', 'join', 'slice', 'flat', 'unshift'],
  ],
  ['Map.prototype', () => Map.prototype, ['get', 'set', 'has', 'keys', 'entries']],
  ['String.prototype', () => String.prototype, ['replace', 'slice', 'startsWith', 'charAt', 'split', 'trim']],
  ['RegExp.prototype', () => RegExp.prototype, ['exec', 'test']],
  ['Promise.prototype', () => Promise.prototype, ['then', 'catch', 'finally']],
  ['Promise', () => Promise, ['race', 'all', 'resolve']],
  ['Function.prototype', () => Function.prototype, ['call', 'apply', 'bind', 'toString']],
];

/** Node's own timer is JavaScript: it is known by its identity when this module was loaded. */
const loadedTimer = globalThis.setTimeout;

/** What `for … of` and spreads run on: their property is a symbol, and they are named otherwise. */
const ITERATION: [name: string, shown: string, find: () => unknown][] = [
  ['Array.prototype[Symbol.iterator]', 'values', () => own(Array.prototype, Symbol.iterator)?.value],
  ['the iterator of arrays', 'next', () => own(Object.getPrototypeOf([].values()), 'next')?.value],
  ['Map.prototype[Symbol.iterator]', 'entries', () => own(Map.prototype, Symbol.iterator)?.value],
];

/** @returns the name of a built-in function that somebody replaced, undefined where none is */
export function replacedIntrinsic(): string | undefined {
  // By index: `for … of` and destructuring would run on what is being checked.
  for (let i = 0; i < ITERATION.length; i++) {
    const entry = ITERATION[i]!;
    if (text(entry[2]()) !== `function ${entry[1]}() { [native code] }`) return entry[0];
  }
  for (let i = 0; i < WATCHED.length; i++) {
    const name = WATCHED[i]![0];
    const members = WATCHED[i]![2];
    const holder = WATCHED[i]![1]();
    for (let j = 0; j < members.length; j++) {
      if (!isOriginal(own(holder, members[j]!)?.value, members[j]!)) {
        return name === '' ? members[j]! : `${name}.${members[j]}`;
      }
    }
  }
  return undefined;
}

/** A bound function and a proxy show no name, and a function of the cell shows its source. */
function isOriginal(found: unknown, name: string): boolean {
  if (typeof found !== 'function') return false;
  return (
    text(found) === `function ${name}() { [native code] }` || (name === 'setTimeout' && found === loadedTimer)
  );
}
