import { fileURLToPath } from 'node:url';

// Frames that are not the user's: packages, Node itself, and this library.
const PACKAGES = /node_modules\/|\btfjs-(core|layers|data|converter)\/|node:/;
const RUNTIME = [
  fileURLToPath(new URL('..', import.meta.url)),
  fileURLToPath(new URL('../../optimizers/', import.meta.url)),
];
const LIBRARY = fileURLToPath(new URL('../../', import.meta.url));

/** The place of one line of a stack, `file:line:column`. */
const placeOf = (line: string) =>
  /\(?((?:file:\/\/|[A-Za-z]:|\/|Cell|\[|<|cell)[^()]*:\d+:\d+)\)?\s*$/
    .exec(line)?.[1]
    ?.replace(/^file:\/\//, '');

/**
 * The line of the caller's code that led here, as ` at file:line`, or an empty string: the nearest frame outside of this
 * library and all packages; where there is none, the nearest one of this library's blocks.
 */
export function userLocation(stack = deepStack()): string {
  const places = stack
    .split('\n')
    .slice(1)
    .filter((line) => !PACKAGES.test(line))
    .map(placeOf)
    .filter((place) => place !== undefined)
    .filter((place) => !RUNTIME.some((folder) => place.startsWith(folder)));
  const found = places.find((place) => !place.startsWith(LIBRARY)) ?? places[0];
  return found ? ` at ${found}` : '';
}

/** A stack deep enough to reach through tfjs' layers of calls. */
export function deepStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 80;
  try {
    return new Error().stack ?? '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}
