import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';

interface CpuBackend {
  write(values: unknown, shape: number[], dtype: DataType): object;
  readSync(dataId: object): unknown;
  disposeData(dataId: object, force?: boolean): boolean;
}

/**
 * Gives an engine the kernels that it lacks (WASM has no error function, for one): the plain JavaScript ones, with the values
 * copied over and back. Slow where they are used, but every op works on every rung.
 */
export function borrowKernels(backendName: string): string[] {
  const own = new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
  const cpu = tf.findBackend('cpu') as unknown as CpuBackend & { firstUse?: boolean };
  cpu.firstUse = false; // no banner on stderr
  const borrowed: string[] = [];
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    if (own.has(kernelName)) continue;
    borrowed.push(kernelName);
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const target = backend as CpuBackend;
        const copies: object[] = [];
        const copy = (tensor: TensorInfo): TensorInfo => {
          const dataId = cpu.write(target.readSync(tensor.dataId), tensor.shape, tensor.dtype);
          copies.push(dataId);
          return { ...tensor, shape: tensor.shape, dtype: tensor.dtype, dataId };
        };
        const converted: Record<string, unknown> = {};
        for (const [name, input] of Object.entries(inputs)) {
          converted[name] = Array.isArray(input) ? input.map(copy) : input ? copy(input) : input;
        }
        const results = kernelFunc({ inputs: converted as typeof inputs, attrs, backend: cpu as never });
        const back = (info: TensorInfo): TensorInfo => {
          const values = cpu.readSync(info.dataId);
          if (!copies.includes(info.dataId)) copies.push(info.dataId);
          return {
            dataId: target.write(values, info.shape, info.dtype),
            shape: info.shape,
            dtype: info.dtype,
          };
        };
        const output = Array.isArray(results) ? results.map(back) : back(results);
        for (const dataId of copies) cpu.disposeData(dataId, true);
        return output;
      },
    });
  }
  return borrowed;
}
