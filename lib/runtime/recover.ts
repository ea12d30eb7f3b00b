import { state as engineState, tensorflow } from './state.ts';
import type { Tensor } from './tf.ts';
import { tf } from './tf.ts';

/** The parts of tfjs' engine state that a call stack owns. */
interface CallState {
  scopeStack: unknown[];
  gradientDepth: number;
  kernelDepth: number;
  activeTape: { saved?: Tensor[] }[] | null;
  numDataMovesStack: number[];
  profiling: boolean;
}

/** The key under which the kernel finds `recoverEngine` without importing this library. */
export const RECOVER = Symbol.for('convbook.recover');

/**
 * Puts the engine's book-keeping in order after a stack was cut off: when V8 ends a running script (the interrupt of a
 * notebook), no `finally` runs, so that tidies, gradients and traces stay open, and whatever came next would be taken for
 * part of them. Variables get back the values that they had before an unfinished trace. Call it only while no tensor
 * code is on the stack.
 */
export function recoverEngine(): void {
  engineState.interrupts = interrupts() + 1;
  const engine = tf.engine();
  const { state } = engine as unknown as { state: CallState };
  const backend = tensorflow();
  const trace = backend?.trace;
  if (backend) {
    backend.trace = undefined;
    backend.binding = backend.eager;
  }
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = null;
  state.numDataMovesStack = [];
  state.profiling = false;
  trace?.restore();
  while (state.scopeStack.length > 0) engine.endScope();
}

/**
 * Counts the interrupts. The cell that was interrupted while it waited has ended, but not the loop that it waited for: a loop that
 * finds the number changed has to end itself.
 */
export const interrupts = (): number => engineState.interrupts ?? 0;

/** Lets the kernel find it. */
export function offerRecovery(): void {
  (globalThis as unknown as Record<symbol, () => void>)[RECOVER] = recoverEngine;
}
