import { makeBackend } from '../backend.ts';
import type { Attempt } from '../engine.ts';
import { cores, failed, messageOf, type RungOptions, type RungOutcome } from '../ladder.ts';
import { eagerBinding } from '../native/binding.ts';
import { type Native, openNative } from '../native/context.ts';
import { findWheel } from '../native/find.ts';
import { loadKernelFile } from '../native/kernels.ts';
import { registerOverrides } from '../ops/overrides.ts';
import { tf } from '../tf.ts';

const NO_GPU: Attempt = {
  engine: 'tensorflow-gpu',
  ok: false,
  why: 'TensorFlow sees no NVIDIA GPU: there is no driver, or the wheel is the one for the CPU',
  remedy: 'With an NVIDIA GPU and its driver, run `npm run setup -- --gpu` to install tensorflow[and-cuda].',
};

/** TensorFlow from the Python wheel, on a GPU where it sees one. */
export async function startTensorFlow(options: RungOptions): Promise<RungOutcome> {
  const { forced, threads, gpuMemoryMb } = options;
  const engine = forced === 'tensorflow-gpu' ? 'tensorflow-gpu' : 'tensorflow';
  const wheel = findWheel();
  if (!wheel.found) return failed(engine, wheel.why, wheel.remedy);
  let native: Native;
  try {
    native = openNative(wheel.framework, wheel.main, {
      intraOpThreads: threads,
      interOpThreads: threads,
      memoryGrowth: true,
      memoryLimitMb: gpuMemoryMb,
      hideGpu: forced === 'tensorflow',
    });
  } catch (error) {
    return failed(
      engine,
      `TensorFlow in ${wheel.folder} did not start: ${messageOf(error)}`,
      'Run `npx convbook doctor` for details, or install the wheel anew with `npm run setup`.',
    );
  }
  const gpu = native.devices.find(({ type }) => type === 'GPU');
  if (forced === 'tensorflow-gpu' && !gpu) return { tried: [NO_GPU] };
  loadKernelFile('register_all_kernels');
  const backend = makeBackend(eagerBinding(native));
  tf.registerBackend('tensorflow', () => backend, 3);
  if (!tf.setBackend('tensorflow')) {
    return failed(
      engine,
      'tfjs refused the TensorFlow backend',
      'Report this with `npx convbook doctor --json`.',
    );
  }
  if (process.env['CONVBOOK_OVERRIDES'] !== 'off') registerOverrides();
  const name = gpu ? 'tensorflow-gpu' : 'tensorflow';
  const taken: Attempt = {
    engine: name,
    ok: true,
    why: gpu
      ? `TensorFlow ${native.version} was found in ${wheel.folder} and sees an NVIDIA GPU.`
      : `TensorFlow ${native.version} was found in ${wheel.folder}.`,
    remedy: '',
  };
  return {
    tried: gpu || forced ? [taken] : [NO_GPU, taken],
    started: {
      engine: name,
      version: `TensorFlow ${native.version}`,
      device: gpu ? gpu.name.replace(/^.*device:/, '') : 'CPU',
      threads: threads ?? cores(),
      backend,
    },
  };
}
