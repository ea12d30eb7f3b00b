import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchNorm } from '../../../lib/layers/batch-norm.ts';
import { Conv2D } from '../../../lib/layers/conv2d.ts';
import { Dense } from '../../../lib/layers/dense.ts';
import { Flatten } from '../../../lib/layers/flatten.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { readSafetensors, writeSafetensors } from '../../../lib/weights/file.ts';
import { loadWeights, saveWeights } from '../../../lib/weights/model-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'model-weights-'));
beforeAll(async () => {
  await startEngine();
});
afterAll(() => rmSync(folder, { recursive: true }));

const net = (filters = 3) =>
  new Sequential({
    conv: new Conv2D({ filters, kernelSize: 3 }),
    norm: new BatchNorm(),
    flat: new Flatten(),
    dense: new Dense({ units: 2 }),
  });

describe('loadWeights', () => {
  it('gives a new model the same outputs, moving statistics included', async () => {
    const file = join(folder, 'net.safetensors');
    const model = net().build([5, 5, 2], 3);
    const x = tf.randomNormal([4, 5, 5, 2], 0, 1, 'float32', 1);
    model.apply(x, { training: true });
    await saveWeights(model, file);
    expect([...(await readSafetensors(file)).tensors.keys()]).toEqual([
      'conv.kernel',
      'conv.bias',
      'norm.gamma',
      'norm.beta',
      'norm.movingMean',
      'norm.movingVariance',
      'dense.kernel',
      'dense.bias',
    ]);
    const other = net();
    await loadWeights(other, file, { inputShape: [5, 5, 2] });
    expect([...other.apply(x).dataSync()]).toEqual([...model.apply(x).dataSync()]);
  });

  it('names what does not fit and changes nothing', async () => {
    const file = join(folder, 'other.safetensors');
    await saveWeights(net(4).build([5, 5, 2], 3), file);
    const model = net().build([5, 5, 2], 1);
    const before = model.variables.map((v) => [...v.variable.dataSync()]);
    await expect(loadWeights(model, file)).rejects.toThrow(
      /don't fit Sequential: "conv.kernel" is \[3,3,2,4\] in the file and \[3,3,2,3\] in the model.*Nothing was loaded/,
    );
    const { tensors } = await readSafetensors(file);
    tensors.delete('norm.beta');
    tensors.set('extra', tensors.get('conv.bias')!);
    await writeSafetensors(file, tensors);
    const same = net(4).build([5, 5, 2], 1);
    await expect(loadWeights(same, file)).rejects.toThrow(
      /"norm.beta" \[4\] is missing; the model has no "extra"/,
    );
    await loadWeights(same, file, { allowExtra: true, allowMissing: true });
    await expect(loadWeights(net(), file)).rejects.toThrow(/Pass inputShape/);
    await expect(saveWeights(net(), file)).rejects.toThrow(/no weights to save/);
    expect(model.variables.map((v) => [...v.variable.dataSync()])).toEqual(before);
  });
});
