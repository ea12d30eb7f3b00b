// What `lib/runtime` offers: the engine and its choice. Import from here, not from the files behind it.

export type { Attempt, EngineInfo, EngineName, EngineOptions } from './engine.ts';
export { engineInfo, startEngine } from './engine.ts';
export { tf } from './tf.ts';
