import { tensorflow } from './state.ts';
import type { Tensor, Variable } from './tf.ts';
import { tf } from './tf.ts';

/**
 * Makes a variable that a compiled step may ask for while it is traced (an optimiser's slots, a counter): it comes to be at
 * once, outside of the trace, and the trace takes it like one that was there before.
 */
export function makeVariable(initial: () => Tensor, trainable = false): Variable {
  const make = () => tf.tidy(() => tf.variable(initial(), trainable));
  const backend = tensorflow();
  if (!backend?.trace) return make();
  const { trace, binding } = backend;
  backend.trace = undefined;
  backend.binding = backend.eager;
  try {
    const variable = make();
    trace.hold(variable);
    return variable;
  } finally {
    backend.trace = trace;
    backend.binding = binding;
  }
}
