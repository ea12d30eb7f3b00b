// SwiftShader is a Vulkan driver that computes on the CPU; the npm package @sparticuz/chromium carries it. With it the WebGPU
// engine runs on machines without a GPU.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import koffi from 'koffi';
import { readTar } from '../../../../datasets/tar.ts';

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url));
const FILES = ['libvulkan.so.1', 'libvk_swiftshader.so', 'vk_swiftshader_icd.json'];
const [RTLD_NOW, RTLD_GLOBAL, RTLD_NODELETE] = [0x2, 0x100, 0x1000];

/** The driver's files below `.cache/`, unpacked once for each version of the package. */
function unpacked(): string {
  const require = createRequire(import.meta.url);
  const packageFile = path.join(path.dirname(require.resolve('@sparticuz/chromium')), '../../package.json');
  const root = path.dirname(packageFile);
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const folder = path.join(cache, `swiftshader-${version}`);
  if (existsSync(folder)) return folder;
  const archive = brotliDecompressSync(readFileSync(path.join(root, 'bin/swiftshader.tar.br')));
  const members = readTar(archive, (name) => FILES.includes(name), 'swiftshader.tar');
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  for (const [name, bytes] of members) writeFileSync(path.join(making, name), bytes);
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true }); // another process was first
  }
  return folder;
}

/**
 * Makes this process' Vulkan loader offer SwiftShader, and nothing else, to the WebGPU engine.
 *
 * @returns undefined, or why it can't run on this machine
 */
export function useSwiftShader(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `SwiftShader comes for Linux x64 alone, and this is ${process.platform} ${process.arch}`;
  }
  const folder = unpacked();
  for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']) {
    process.env[name] = path.join(folder, 'vk_swiftshader_icd.json');
  }
  const libc = koffi.load(null);
  const dlopen = libc.func('dlopen', 'int64_t', ['str', 'int']);
  // Dawn opens "libvulkan.so.1" by name: it gets this one, which is loaded already.
  if (dlopen(path.join(folder, 'libvulkan.so.1'), RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE) !== 0)
    return undefined;
  return `its Vulkan loader did not load: ${libc.func('dlerror', 'str', [])()}`;
}
