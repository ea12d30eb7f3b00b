export type { BatchSize, BatchSizeOptions } from './batch-size.ts';
export { findBatchSize } from './batch-size.ts';
export { devices, usage } from './devices.ts';
export type { GpuLoad, Load, LoadSources } from './load.ts';
export { LoadSampler } from './load.ts';
export type { Device } from './native/context.ts';
export type { StepTimes } from './step-timer.ts';
export { StepTimer } from './step-timer.ts';
// What `lib/runtime` offers: the engine and its choice, compiled steps. Import from here, not from the files behind it.

export type { CompiledStep, CompileOptions } from './compile.ts';
export { compile } from './compile.ts';
export type { Attempt, EngineInfo, EngineName, EngineOptions } from './engine.ts';
export { engineInfo, startEngine } from './engine.ts';
export type { BatchNormTraining } from './ops/batch-norm.ts';
export { batchNormTraining } from './ops/batch-norm.ts';
export { softmaxCrossEntropyWithLogits } from './ops/softmax-cross-entropy.ts';
export { RandomStream } from './random.ts';
export { recoverEngine } from './recover.ts';
export { tf } from './tf.ts';
export { TraceError } from './trace/errors.ts';
export type { Precision } from './trace/precision.ts';
export { makeVariable } from './variables.ts';
