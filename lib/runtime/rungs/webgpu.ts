import koffi from 'koffi';
import { failed, messageOf, type RungOptions, type RungOutcome } from '../ladder.ts';
import { quietly } from '../native/quiet.ts';
import { tf } from '../tf.ts';

const REMEDY =
  'Where there is a GPU with Vulkan or Metal, run `npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0`.';

interface Adapter {
  info?: { vendor: string; architecture: string; description: string };
}

/** WebGPU through Dawn (npm `webgpu`), where that optional package and an adapter are found. */
export async function startWebGpu(_options: RungOptions): Promise<RungOutcome> {
  // Named through variables: both packages are optional, and a bundler or the type checker must not look for them.
  const [dawnName, backendName] = ['webgpu', '@tensorflow/tfjs-backend-webgpu'];
  let dawn: { create(options: string[]): unknown; globals: object };
  try {
    dawn = await import(dawnName);
  } catch {
    return failed('webgpu', 'the optional package "webgpu" is not installed', REMEDY);
  }
  try {
    Object.assign(globalThis, dawn.globals);
    const libc = koffi.load(null);
    const gpu = quietly(libc, () => dawn.create([])) as { requestAdapter(): Promise<Adapter | null> };
    // the search for drivers happens in the call, and Dawn prints what it could not load
    const adapter = await quietly(libc, () => gpu.requestAdapter());
    if (!adapter)
      return failed('webgpu', 'no GPU adapter was found', 'A GPU with a Vulkan or Metal driver is needed.');
    Object.defineProperty(globalThis, 'navigator', {
      value: Object.assign(Object.create(globalThis.navigator ?? null), { gpu }),
      configurable: true,
    });
    await import(backendName);
    if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not start its WebGPU backend');
    const { vendor = '', architecture = '', description = '' } = adapter.info ?? {};
    const device = [description || vendor, architecture].filter(Boolean).join(' ') || 'GPU';
    return {
      tried: [{ engine: 'webgpu', ok: true, why: `A WebGPU adapter was found: ${device}.`, remedy: '' }],
      started: { engine: 'webgpu', version: 'WebGPU (Dawn)', device, threads: 1 },
    };
  } catch (error) {
    return failed('webgpu', messageOf(error), REMEDY);
  }
}
