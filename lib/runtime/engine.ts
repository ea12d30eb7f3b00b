import { type EngineName, ladder, type Rung, rungNames } from './ladder.ts';
import { limitMemory } from './native/memory-limit.ts';
import { offerRecovery } from './recover.ts';
import { state } from './state.ts';
import { tf } from './tf.ts';

export type { EngineName } from './ladder.ts';

/** What happened on one rung of the ladder. */
export interface Attempt {
  engine: EngineName;
  ok: boolean;
  /** Why it was taken, or why it could not be. */
  why: string;
  /** What would make it work; empty where it did, or where nothing would. */
  remedy: string;
}

/** The engine that computes, and how it was chosen. */
export interface EngineInfo {
  engine: EngineName;
  /** Of the engine and of tfjs: `TensorFlow 2.21.0, tfjs 4.22.0`. */
  version: string;
  /** The device that computes: `CPU`, `GPU:0`, the WebGPU adapter. */
  device: string;
  /** Threads inside one operation. */
  threads: number;
  /** One sentence: why this engine. */
  reason: string;
  tried: Attempt[];
}

export interface EngineOptions {
  /** Takes this engine or fails. Default: `CONVBOOK_ENGINE`, else the best that works. */
  engine?: EngineName;
  /** Threads inside one operation. Default: `CONVBOOK_THREADS`, else every core. */
  threads?: number;
  /** GPU memory that TensorFlow may take, in MiB. Default: `CONVBOOK_GPU_MEMORY`, else it grows as needed. */
  gpuMemoryMb?: number;
  /**
   * Memory that this process may hold, in MiB; an operation that would take more fails with an error. On Linux. Default:
   * `CONVBOOK_MEMORY`, else no limit.
   */
  memoryMb?: number;
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} is "${text}"; it must be a whole number of at least 1. Correct it or unset it.`);
  }
  return value;
}

function requested(options: EngineOptions): EngineName | undefined {
  const name = options.engine ?? process.env['CONVBOOK_ENGINE'];
  // `none` keeps `import 'convbook'` from starting an engine; who starts one later takes the best.
  if (!name || name === 'none') return undefined;
  if (!(rungNames as readonly string[]).includes(name)) {
    throw new Error(
      `There is no engine "${name}". Choose one of ${rungNames.join(', ')}, or none for the best.`,
    );
  }
  return name as EngineName;
}

async function start(options: EngineOptions): Promise<EngineInfo> {
  const forced = requested(options);
  const threads = positive(
    'CONVBOOK_THREADS',
    options.threads?.toString() ?? process.env['CONVBOOK_THREADS'],
  );
  const gpuMemoryMb = positive(
    'CONVBOOK_GPU_MEMORY',
    options.gpuMemoryMb?.toString() ?? process.env['CONVBOOK_GPU_MEMORY'],
  );
  const memoryMb = positive(
    'CONVBOOK_MEMORY',
    options.memoryMb?.toString() ?? process.env['CONVBOOK_MEMORY'],
  );
  const tried: Attempt[] = [];
  const rungs: readonly Rung[] = forced ? ladder.filter(({ serves }) => serves.includes(forced)) : ladder;
  for (const rung of rungs) {
    const outcome = await rung.start({ forced, threads, gpuMemoryMb });
    tried.push(...outcome.tried);
    if (!outcome.started) continue;
    const { started } = outcome;
    state.backend = started.backend;
    await tf.ready();
    if (memoryMb !== undefined) limitMemory(memoryMb);
    offerRecovery();
    const taken = tried.find(({ engine }) => engine === started.engine)!;
    return {
      engine: started.engine,
      version: `${started.version}, tfjs ${tf.version.tfjs}`,
      device: started.device,
      threads: started.threads,
      reason: forced ? `It was asked for. ${taken.why}` : taken.why,
      tried,
    };
  }
  const failures = tried.map(({ engine, why, remedy }) => `${engine}: ${why}. ${remedy}`.trim());
  throw new Error(
    forced
      ? `The engine "${forced}" was asked for and can't start. ${failures.join(' ')}`
      : `No engine can start. ${failures.join(' ')}`,
  );
}

/**
 * Starts the engine once for the process: TensorFlow on a GPU, TensorFlow on the CPU, WebGPU, WASM or plain
 * JavaScript, whichever comes first and works. Later calls give the same answer.
 *
 * @throws a sentence where a forced engine can't start, or where another one already runs.
 * @example
 * ```ts
 * const { engine, reason } = await startEngine();
 * console.log(engine, reason);
 * ```
 */
export function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  if (state.info) {
    const { engine } = state.info;
    if (options.engine && options.engine !== engine) {
      return Promise.reject(
        new Error(
          `The engine "${engine}" already runs and can't be changed to "${options.engine}" in this process. ` +
            `Restart the kernel with CONVBOOK_ENGINE=${options.engine}.`,
        ),
      );
    }
    return Promise.resolve(state.info);
  }
  state.starting ??= start(options).then(
    (info) => {
      state.info = info;
      return info;
    },
    (error) => {
      state.starting = undefined; // a corrected option may be tried again
      throw error;
    },
  );
  return state.starting;
}

/** The engine that runs, or undefined before `startEngine`. */
export const engineInfo = (): EngineInfo | undefined => state.info;
