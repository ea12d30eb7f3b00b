import { tf } from '../tf.ts';

interface WebGpuBackend {
  device: { onuncapturederror: ((event: { error: Error }) => void) | null };
  read(dataId: object): Promise<unknown>;
  readSync(dataId: object): unknown;
  tensorMap: { get(dataId: object): { values: unknown; dtype: string } };
}

interface PadArguments {
  inputs: { x: tf.TensorInfo };
  attrs: { paddings: [number, number][]; constantValue: number };
  backend: { disposeData(dataId: object): boolean };
}

/** WebGPU as tfjs has it is silent about its failures, and wrong with them; here they become errors. */
export function mendWebGpu(): void {
  const backend = tf.backend() as unknown as WebGpuBackend;
  tellFailures(backend);
  refuseBlockingReads(backend);
  padAnyRank();
}

/**
 * An operation that the device refuses leaves its result as it was (zeros), and goes on; the device tells of it later. So the
 * next read of a value fails instead.
 */
function tellFailures(backend: WebGpuBackend): void {
  let failure: string | undefined;
  backend.device.onuncapturederror = ({ error }) => {
    failure ??= error.message; // what follows comes of the first
  };
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    const values = await read(dataId);
    if (failure === undefined) return values;
    const words = failure.trim().split('\n')[0]!;
    failure = undefined;
    throw new Error(
      `WebGPU refused an operation since the last read, so this value is not valid: ${words} ` +
        'Use another engine for this (CONVBOOK_ENGINE=wasm).',
    );
  };
}

/** In a browser tfjs reads through a canvas, which Node lacks. */
function refuseBlockingReads(backend: WebGpuBackend): void {
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    const { values, dtype } = backend.tensorMap.get(dataId);
    if (values !== null && values !== undefined) return readSync(dataId);
    throw new Error(
      `A ${dtype} tensor on the GPU can't be read by dataSync(), arraySync() or print(): the values come later. ` +
        'Write `await tensor.data()` or `await tensor.array()`.',
    );
  };
}

/** tfjs' shader for padding does not compile beyond four dimensions. There, each axis is padded as the middle one of three. */
function padAnyRank(): void {
  const config = tf.getKernel('PadV2', 'webgpu');
  const reshape = tf.getKernel('Reshape', 'webgpu').kernelFunc as unknown as (args: {
    inputs: { x: tf.TensorInfo };
    attrs: { shape: number[] };
    backend: unknown;
  }) => tf.TensorInfo;
  const pad = config.kernelFunc as unknown as (args: PadArguments) => tf.TensorInfo;
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
  const padded = ({ inputs, attrs, backend }: PadArguments): tf.TensorInfo => {
    const { x } = inputs;
    if (x.shape.length <= 4) return pad({ inputs, attrs, backend });
    const shape = [...x.shape];
    let result = reshape({ inputs: { x }, attrs: { shape }, backend });
    attrs.paddings.forEach((padding, axis) => {
      if (padding[0] === 0 && padding[1] === 0) return;
      const around = [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
      const input = reshape({ inputs: { x: result }, attrs: { shape: around }, backend });
      const paddings: [number, number][] = [[0, 0], padding, [0, 0]];
      const wider = pad({ inputs: { x: input }, attrs: { ...attrs, paddings }, backend });
      shape[axis]! += padding[0] + padding[1];
      const shaped = reshape({ inputs: { x: wider }, attrs: { shape: [...shape] }, backend });
      for (const { dataId } of [result, input, wider]) backend.disposeData(dataId);
      result = shaped;
    });
    return result;
  };
  tf.unregisterKernel('PadV2', 'webgpu');
  tf.registerKernel({ ...config, kernelFunc: padded as never });
}
