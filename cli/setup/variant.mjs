// @ts-check
// Which engine wheel this machine gets, and how much it takes.

import { existsSync } from 'node:fs';

/** @typedef {'cpu' | 'cuda' | 'jupyter'} Variant `jupyter`: no TensorFlow wheel exists; the lower rungs of the engine ladder */

/**
 * @param {{platform: string, arch: string, musl: boolean, nvidia: boolean, cpu: boolean}} machine
 * @returns {{variant: Variant, reason: string}}
 */
export function chooseVariant(machine) {
  const { platform, arch } = machine;
  const known =
    (platform === 'linux' && (arch === 'x64' || arch === 'arm64')) ||
    (platform === 'darwin' && arch === 'arm64');
  if (!known || machine.musl) {
    const system = machine.musl ? 'Linux with musl' : `${platform} ${arch}`;
    return {
      variant: 'jupyter',
      reason: `TensorFlow has no wheel for ${system}: cells run on WebGPU or WASM, which is slower`,
    };
  }
  if (machine.nvidia && platform === 'linux' && !machine.cpu) {
    return {
      variant: 'cuda',
      reason: 'an NVIDIA driver is here (npm run setup -- --cpu takes the smaller CPU wheel)',
    };
  }
  const chosen = machine.nvidia && machine.cpu ? 'the CPU was asked for' : 'no NVIDIA driver was found';
  return { variant: 'cpu', reason: platform === 'darwin' ? 'macOS' : chosen };
}

/** The driver's own traces; asking nvidia-smi would take a second. @param {(path: string) => boolean} exists */
export function hasNvidiaDriver(exists = existsSync) {
  return exists('/proc/driver/nvidia/version') || exists('/usr/lib/wsl/lib/libcuda.so.1');
}

/** Megabytes, measured on Linux x64 with Python 3.11; `network` is what an empty cache fetches.
 * @type {Record<Variant | 'npm', {network: number, disk: number}>} */
export const SIZES = {
  npm: { network: 350, disk: 880 },
  jupyter: { network: 90, disk: 450 },
  cpu: { network: 420, disk: 2000 },
  cuda: { network: 3530, disk: 7800 },
};

/** glibc names its version in Node's report, musl does not. */
export function isMusl() {
  if (process.platform !== 'linux') return false;
  const report = /** @type {any} */ (process.report.getReport());
  return !report.header?.glibcVersionRuntime;
}
