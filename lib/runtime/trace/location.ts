// Frames that are not the user's: this library's runtime, tfjs, Node itself.
const MACHINERY =
  /node_modules\/(@tensorflow|koffi)|tfjs-core\/|tfjs-layers\/|node:|\/lib\/runtime\/|\/lib\/optimizers\//;

/**
 * The line of the caller's code that led here, as ` at file:line`, or an empty string: the nearest frame of a stack
 * that belongs neither to tfjs nor to this library's runtime.
 */
export function userLocation(stack = deepStack()): string {
  for (const line of stack.split('\n').slice(1)) {
    if (MACHINERY.test(line)) continue;
    const place = /\(?((?:file:\/\/|[A-Za-z]:|\/|Cell|\[|<|cell)[^()]*:\d+:\d+)\)?\s*$/.exec(line)?.[1];
    if (place) return ` at ${place.replace(/^file:\/\//, '')}`;
  }
  return '';
}

/** A stack deep enough to reach through tfjs' layers of calls. */
export function deepStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  try {
    return new Error().stack ?? '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}
