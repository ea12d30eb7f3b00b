import koffi from 'koffi';
import { failed, messageOf, type RungOptions, type RungOutcome } from '../ladder.ts';
import { quietly } from '../native/quiet.ts';
import { tf } from '../tf.ts';
import { mendWebGpu } from './webgpu-fixes.ts';

/** What helps where no adapter was found. */
const ADAPTER = {
  Metal: 'A Mac with Metal has one; a virtual machine may not.',
  Vulkan:
    "Where there is a GPU, install its Vulkan driver (Debian, Ubuntu: `sudo apt-get install -y mesa-vulkan-drivers libvulkan1`; NVIDIA: the vendor's driver).",
} as const;

const REINSTALL = 'Install the packages again with `npm ci`.';

interface Adapter {
  info?: { vendor: string; architecture: string; description: string; isFallbackAdapter?: boolean };
}

/**
 * WebGPU through Dawn (npm `webgpu`), where a GPU's adapter is found. A driver that computes on the CPU (SwiftShader, lavapipe) is
 * slower than WebAssembly: it is taken only where this engine is asked for.
 */
export async function startWebGpu({ forced }: RungOptions): Promise<RungOutcome> {
  // Named through variables: a bundler must not look into them, and systems without a binary for Dawn go on without.
  const [dawnName, backendName] = ['webgpu', '@tensorflow/tfjs-backend-webgpu'];
  let dawn: { create(options: string[]): unknown; globals: object };
  try {
    dawn = await import(dawnName);
  } catch (error) {
    const here = `${process.platform} ${process.arch}`;
    return failed('webgpu', `the package "webgpu" did not load on ${here}: ${messageOf(error)}`, REINSTALL);
  }
  try {
    Object.assign(globalThis, dawn.globals);
    const libc = koffi.load(null);
    const gpu = quietly(libc, () => dawn.create([])) as { requestAdapter(): Promise<Adapter | null> };
    // the search for drivers happens in the call, and Dawn prints what it could not load
    const adapter = await quietly(libc, () => gpu.requestAdapter());
    if (!adapter) {
      const driver = process.platform === 'darwin' ? 'Metal' : 'Vulkan';
      return failed('webgpu', `no GPU with a ${driver} driver was found`, ADAPTER[driver]);
    }
    const { vendor = '', architecture = '', description = '', isFallbackAdapter } = adapter.info ?? {};
    const device = [description || vendor, architecture].filter(Boolean).join(' ') || 'GPU';
    if (isFallbackAdapter && forced !== 'webgpu') {
      return failed(
        'webgpu',
        `the only adapter, ${device}, computes on the CPU, more slowly than WebAssembly`,
        'CONVBOOK_ENGINE=webgpu takes it all the same.',
      );
    }
    Object.defineProperty(globalThis, 'navigator', {
      value: Object.assign(Object.create(globalThis.navigator ?? null), { gpu }),
      configurable: true,
    });
    await import(backendName);
    if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not start its WebGPU backend');
    mendWebGpu();
    return {
      tried: [{ engine: 'webgpu', ok: true, why: `A WebGPU adapter was found: ${device}.`, remedy: '' }],
      started: { engine: 'webgpu', version: 'WebGPU (Dawn)', device, threads: 1 },
    };
  } catch (error) {
    return failed('webgpu', messageOf(error), REINSTALL);
  }
}
