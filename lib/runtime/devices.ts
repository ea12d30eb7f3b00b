import { availableParallelism, freemem, totalmem } from 'node:os';
import type { Device } from './native/context.ts';
import { state, tensorflow } from './state.ts';

/** The devices that the engine can compute on, with the memory that it may use there, in bytes. */
export function devices(): readonly Device[] {
  const backend = tensorflow();
  if (backend) {
    return backend.eager.native.devices.map((device) =>
      // TensorFlow reports a made-up 256 MiB for CPUs
      device.type === 'CPU' ? { ...device, memoryBytes: totalmem() } : device,
    );
  }
  if (!state.info) throw new Error('No engine runs yet. Call `await startEngine()` first.');
  return [
    {
      name: state.info.device,
      type: state.info.engine === 'webgpu' ? 'GPU' : 'CPU',
      memoryBytes: totalmem(),
    },
  ];
}

/** Memory of the process and the machine, in bytes, and how busy the process kept its cores since it started. */
export function usage(): {
  residentBytes: number;
  freeBytes: number;
  tensors: number;
  busyCores: number;
  cores: number;
} {
  const { user, system } = process.cpuUsage();
  return {
    residentBytes: process.memoryUsage.rss(),
    freeBytes: freemem(),
    tensors: tensorflow()?.eager.getNumOfTensors() ?? 0,
    busyCores: (user + system) / 1e6 / process.uptime(),
    cores: availableParallelism(),
  };
}
