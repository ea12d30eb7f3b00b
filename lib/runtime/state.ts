import type { TensorFlowBackend } from './backend.ts';
import type { EngineInfo } from './engine.ts';

// The one place for the engine's state. Kept on globalThis: a notebook and a test runner may load this module twice,
// and a process has one TensorFlow.

export interface EngineState {
  info?: EngineInfo;
  backend?: TensorFlowBackend;
  starting?: Promise<EngineInfo>;
  /** How often an interrupt has cut off what ran. */
  interrupts?: number;
}

const KEY = Symbol.for('convbook.engine');

const store = globalThis as unknown as Record<symbol, EngineState | undefined>;

store[KEY] ??= {};
export const state: EngineState = store[KEY];

/** The TensorFlow backend where that is the engine, else undefined. */
export const tensorflow = (): TensorFlowBackend | undefined => state.backend;
