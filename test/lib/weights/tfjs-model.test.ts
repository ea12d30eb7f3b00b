import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { loadTfjsModel } from '../../../lib/weights/tfjs-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'tfjs-model-'));
beforeAll(async () => {
  await startEngine();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('a layers model gives the same outputs after a way over files, and damaged ones are named', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4 }),
    ],
  });
  const x = tf.randomUniform([2, 6, 6, 2], 0, 1, 'float32', 1);
  const expected = (model.predict(x) as tf.Tensor).dataSync();
  const file = join(folder, 'model.json');
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData, ...rest }) => {
      const bytes = Buffer.from(weightData as ArrayBuffer);
      writeFileSync(join(folder, 'group1-shard1of2'), bytes.subarray(0, 100));
      writeFileSync(join(folder, 'group1-shard2of2.gz'), gzipSync(bytes.subarray(100)));
      const weightsManifest = [{ paths: ['group1-shard1of2', 'group1-shard2of2'], weights: weightSpecs }];
      writeFileSync(file, JSON.stringify({ ...rest, modelTopology, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    }),
  );
  const loaded = await loadTfjsModel(file);
  expect([...(loaded.predict(x) as tf.Tensor).dataSync()]).toEqual([...expected]);
  rmSync(join(folder, 'group1-shard1of2'));
  await expect(loadTfjsModel(file)).rejects.toThrow(/group1-shard1of2 \(or .gz\) can't be read/);
  writeFileSync(file, '[]');
  await expect(loadTfjsModel(file)).rejects.toThrow(/no architecture/);
});
