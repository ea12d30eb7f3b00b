import { TraceError } from './errors.ts';
import { deepStack, userLocation } from './location.ts';

const DRAWS =
  /\b(randomUniform|randomUniformInt|randomNormal|randomStandardNormal|truncatedNormal|randomGamma)_/;

/**
 * tfjs draws random numbers on the host. In a trace that would freeze them: every later step would see the same ones.
 * Called for values that come from the host during a trace.
 */
export function drawsOnHost(values: unknown): void {
  if (!(values instanceof Float32Array) && !(values instanceof Int32Array)) return;
  const stack = deepStack();
  const op = DRAWS.exec(stack)?.[1];
  if (!op) return;
  throw new TraceError(
    `A compiled step calls tf.${op}${userLocation(stack)}, which draws its numbers once, on the host: every step would ` +
      'repeat them. Draw from a RandomStream of lib/runtime instead, or compile(step, { fallback: "eager" }).',
  );
}
