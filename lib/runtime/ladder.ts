import { availableParallelism } from 'node:os';
import type { TensorFlowBackend } from './backend.ts';
import type { Attempt } from './engine.ts';
import { startJs } from './rungs/js.ts';
import { startTensorFlow } from './rungs/tensorflow.ts';
import { startWasm } from './rungs/wasm.ts';
import { startWebGpu } from './rungs/webgpu.ts';

export const rungNames = ['tensorflow-gpu', 'tensorflow', 'webgpu', 'wasm', 'js'] as const;
export type EngineName = (typeof rungNames)[number];

export interface RungOptions {
  forced: EngineName | undefined;
  threads: number | undefined;
  gpuMemoryMb: number | undefined;
}

/** An engine that runs. */
export interface Started {
  engine: EngineName;
  version: string;
  device: string;
  threads: number;
  backend?: TensorFlowBackend;
}

export interface RungOutcome {
  started?: Started;
  /** What was tried, for `doctor`; one rung may answer for two engines. */
  tried: Attempt[];
}

export interface Rung {
  serves: readonly EngineName[];
  start(options: RungOptions): Promise<RungOutcome>;
}

/** From the fastest to the one that always works. */
export const ladder: readonly Rung[] = [
  { serves: ['tensorflow-gpu', 'tensorflow'], start: startTensorFlow },
  { serves: ['webgpu'], start: startWebGpu },
  { serves: ['wasm'], start: startWasm },
  { serves: ['js'], start: startJs },
];

export const cores = () => availableParallelism();

/** The answer of a rung that can't start. */
export const failed = (engine: EngineName, why: string, remedy: string): RungOutcome => ({
  tried: [{ engine, ok: false, why, remedy }],
});

export const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replace(/\.?\s*$/, '');
