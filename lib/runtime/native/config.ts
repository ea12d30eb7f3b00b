// TensorFlow's ConfigProto, written by hand: six fields don't justify a protobuf library. Field numbers are from
// tensorflow/core/protobuf/config.proto.

export interface NativeConfig {
  /** Threads inside one operation; 0 lets TensorFlow take every core. */
  intraOpThreads?: number;
  /** Operations that may run at once; 0 lets TensorFlow choose. */
  interOpThreads?: number;
  /** Take GPU memory as it is needed instead of all of it at start. */
  memoryGrowth?: boolean;
  /** A hard limit of GPU memory, in MiB. */
  memoryLimitMb?: number;
  /** Hide the GPUs, so that everything runs on the CPU. */
  hideGpu?: boolean;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

const integer = (field: number, value: number) => [...varint(field * 8), ...varint(value)];
const message = (field: number, bytes: number[]) => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];

export function encodeConfig(config: NativeConfig): Uint8Array {
  const bytes: number[] = [];
  if (config.hideGpu) {
    // map<string, int32> device_count = 1
    bytes.push(...message(1, [...message(1, [...Buffer.from('GPU')]), ...integer(2, 0)]));
  }
  if (config.intraOpThreads) bytes.push(...integer(2, config.intraOpThreads));
  if (config.interOpThreads) bytes.push(...integer(5, config.interOpThreads));
  const gpu: number[] = [];
  if (config.memoryLimitMb) {
    // gpu_options.experimental.virtual_devices[0].memory_limit_mb (packed floats)
    const limit = [...new Uint8Array(Float32Array.of(config.memoryLimitMb).buffer)];
    gpu.push(...message(9, message(1, message(1, limit))));
  } else if (config.memoryGrowth) {
    gpu.push(...integer(4, 1)); // allow_growth; TensorFlow refuses it together with virtual devices
  }
  if (gpu.length) bytes.push(...message(6, gpu));
  bytes.push(...integer(7, 1)); // allow_soft_placement: an op without a GPU kernel runs on the CPU
  return Uint8Array.from(bytes);
}
