import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MobileNetV1, MobileNetV2, ResNet, SqueezeNet, VGG } from '../../../lib/models/index.ts';
import type { Model } from '../../../lib/models/model.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { readSafetensors } from '../../../lib/weights/file.ts';
import { loadKeras } from '../../../lib/weights/keras.ts';
import { findPython, type Packed, unpack, values } from '../oracle/keras.ts';

const found = findPython();
const python = 'python' in found ? found.python : undefined;
const folder = mkdtempSync(join(tmpdir(), 'keras-'));
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const converter = file('../../../lib/weights/keras_to_safetensors.py');
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): string {
  const done = spawnSync(python!, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (done.status !== 0) throw new Error(done.stderr.slice(-2000));
  return done.stdout;
}

describe.skipIf(!python)('weights of Keras models', () => {
  let answers: Record<string, { x: Packed; y: Packed }>;
  beforeAll(async () => {
    await startEngine();
    answers = JSON.parse(run(file('keras_models.py'), folder));
  });

  it.each<[string, () => Model]>([
    ['vgg.h5', () => new VGG({ depth: 16, width: 0.05, classes: 7, inputShape: [64, 64, 3] })],
    ['mobilenet.keras', () => new MobileNetV1({ width: 0.25, classes: 7, inputShape: [96, 96, 3] })],
    [
      'mobilenet-v2.h5',
      () => new MobileNetV2({ variant: 'keras', width: 0.35, classes: 7, inputShape: [96, 96, 3] }),
    ],
    ['resnet.h5', () => new ResNet({ depth: 50, classes: 7, inputShape: [64, 64, 3] })],
  ])('%s gives the same logits here', async (name, make) => {
    const target = join(folder, `${name}.safetensors`);
    expect(run(converter, join(folder, name), target)).toMatch(/^\d+ tensors written/);
    const model = make();
    await loadKeras(model, target);
    const { x, y } = answers[name]!;
    const expected = values(y);
    const scale = Math.max(...expected.map(Math.abs));
    model
      .apply(unpack(x))
      .dataSync()
      .forEach((v, i) => void expect(Math.abs(v - expected[i]!) / scale).toBeLessThan(1e-4));
    model.dispose();
  });

  it("a MobileNetV2 of the paper's padding is refused, because its answers would be wrong", async () => {
    const model = new MobileNetV2({ width: 0.35, classes: 7, inputShape: [96, 96, 3] });
    await expect(loadKeras(model, join(folder, 'mobilenet-v2.h5.safetensors'))).rejects.toThrow(
      /variant: 'keras'/,
    );
  });

  it('weights that do not fit are named, and nothing is loaded', async () => {
    const target = join(folder, 'vgg.h5.safetensors');
    const model = new VGG({ depth: 19, width: 0.05, classes: 7, inputShape: [64, 64, 3] }).build();
    const before = model.variables.map((v) => v.variable.dataSync().slice(0, 4).join());
    await expect(loadKeras(model, target)).rejects.toThrow(
      /"conv3_4.kernel" .* is missing.*Nothing was loaded/,
    );
    expect(model.variables.map((v) => v.variable.dataSync().slice(0, 4).join())).toEqual(before);
  });

  const published = join(
    process.env['CONVBOOK_DATA'] ?? '/none',
    'models/squeezenet-v1.1-notop-keras/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5',
  );
  it.skipIf(!existsSync(published))('a published file of Keras 1 loads', async () => {
    const target = join(folder, 'squeezenet.safetensors');
    run(converter, published, target);
    const model = new SqueezeNet({ version: '1.1', classes: 10 });
    await expect(loadKeras(model, target)).rejects.toThrow(/"conv10.kernel" .* is missing/);
    await loadKeras(model, target, { allowMissing: true });
    const kernel = model.variables.find((v) => v.path === 'fire9.expand.conv3x3.kernel')!.variable;
    const stored = (await readSafetensors(target)).tensors.get('fire9/expand3x3/kernel')!;
    expect([...kernel.dataSync()]).toEqual([...stored.data]);
    expect(stored.shape).toEqual([3, 3, 64, 256]);
    model.dispose();
  });
});
