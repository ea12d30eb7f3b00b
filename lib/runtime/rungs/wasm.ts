import { createRequire } from 'node:module';
import path from 'node:path';
import { failed, messageOf, type RungOptions, type RungOutcome } from '../ladder.ts';
import { withoutWarnings } from '../native/kernels.ts';
import { tf } from '../tf.ts';
import { borrowKernels } from './borrowed-kernels.ts';
import { composeFilterGradient } from './filter-gradient.ts';
import { defineMaxPoolGradient } from './max-pool-gradient.ts';

interface WasmPackage {
  setWasmPaths(folder: string): void;
  version_wasm: string;
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** tfjs' WebAssembly kernels. In Node they run on one thread: its threaded build needs a browser's workers. */
export async function startWasm(_options: RungOptions): Promise<RungOutcome> {
  const before = new Map(EVENTS.map((event) => [event, new Set(process.rawListeners(event))]));
  try {
    const require = createRequire(import.meta.url);
    const wasm = withoutWarnings(() => require('@tensorflow/tfjs-backend-wasm') as WasmPackage);
    wasm.setWasmPaths(
      path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '../wasm-out/'),
    );
    if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not start its WASM backend');
    composeFilterGradient('wasm'); // it has none of its own
    defineMaxPoolGradient('wasm'); // its own is 0 where a whole window is negative
    borrowKernels('wasm');
    return {
      tried: [{ engine: 'wasm', ok: true, why: 'WebAssembly needs nothing but Node.', remedy: '' }],
      started: { engine: 'wasm', version: `WASM ${wasm.version_wasm}`, device: 'CPU', threads: 1 },
    };
  } catch (error) {
    return failed('wasm', messageOf(error), 'Install the packages again with `npm ci`.');
  } finally {
    // Emscripten's start-up code makes every unhandled rejection of the process fatal and prints its whole source.
    for (const [event, known] of before) {
      for (const listener of process.rawListeners(event)) {
        if (!known.has(listener)) process.removeListener(event, listener as () => void);
      }
    }
  }
}
