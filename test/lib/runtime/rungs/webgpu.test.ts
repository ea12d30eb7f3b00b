// Runs where the optional packages `webgpu` and `@tensorflow/tfjs-backend-webgpu` are installed and an adapter is found. It
// needs no GPU: the npm package @sparticuz/chromium carries SwiftShader (bin/swiftshader.tar.br); unpack it to a folder F and
// set LD_LIBRARY_PATH=F and VK_DRIVER_FILES=F/vk_swiftshader_icd.json.
import { createRequire } from 'node:module';
import { it } from 'vitest';
import { opsSuite } from '../ops-suite.ts';

async function adapterFound(): Promise<boolean> {
  const name = 'webgpu';
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-webgpu');
    const { create } = (await import(name)) as {
      create(options: string[]): { requestAdapter(): Promise<unknown> };
    };
    return Boolean(await create([]).requestAdapter());
  } catch {
    return false;
  }
}

if (await adapterFound()) opsSuite('webgpu', 1e-4);
else it.skip('WebGPU: no packages or no adapter here', () => {});
