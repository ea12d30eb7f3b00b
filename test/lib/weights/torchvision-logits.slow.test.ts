// torchvision-logits.json was written by torchvision itself (torchvision_logits.py says how); the numbers in it are what its
// models answer. Where a Python with torchvision is at hand (CONVBOOK_TORCH_PYTHON), the file is made again and compared.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AlexNet,
  GoogLeNet,
  InceptionV3,
  MobileNetV2,
  ResNet,
  SqueezeNet,
  VGG,
} from '../../../lib/models/index.ts';
import type { Model } from '../../../lib/models/model.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import type { Tensor4D } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import type { StoredTensor } from '../../../lib/weights/safetensors.ts';
import { assignTorchvision } from '../../../lib/weights/torchvision.ts';

interface Answer {
  size: number;
  logits: number[];
  shapes: Record<string, number[]>;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const stored = JSON.parse(readFileSync(here('torchvision-logits.json'), 'utf8')) as {
  models: Record<string, Answer>;
};

/** The same formula as in torchvision_logits.py: an integer hash of the place and the name's checksum, in [-1, 1). */
function numbers(name: string, count: number, factor = 1, shift = 0): Float32Array {
  const start = crc32(name);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let h = (Math.imul(i, 2654435761) + start) | 0;
    h = Math.imul(h ^ (h >>> 15), 2246822519);
    h = (h ^ (h >>> 13)) >>> 0;
    out[i] = shift + factor * (h / 2 ** 31 - 1);
  }
  return out;
}

function weight(name: string, shape: number[]): StoredTensor {
  const size = (dims: number[]) => dims.reduce((a, b) => a * b, 1);
  const [factor, shift] =
    /running_var$/.test(name) || (shape.length === 1 && /weight$/.test(name))
      ? [0.25, 1]
      : shape.length === 1
        ? [0.1, 0]
        : [Math.sqrt(6 / size(shape.slice(1))), 0];
  return { shape, dtype: 'float32', data: numbers(name, size(shape), factor, shift) };
}

beforeAll(async () => {
  await startEngine();
});

describe("torchvision's models, loaded here", () => {
  const make: Record<string, (o: { classes: number; inputShape: [number, number, number] }) => Model> = {
    alexnet: (o) => new AlexNet({ ...o, variant: 'torchvision' }),
    vgg11: (o) => new VGG({ ...o, depth: 11 }),
    googlenet: (o) => new GoogLeNet({ ...o, variant: 'torchvision' }),
    inception_v3: (o) => new InceptionV3(o),
    resnet18: (o) => new ResNet({ ...o, depth: 18 }),
    resnet50: (o) => new ResNet({ ...o, depth: 50, strideOn: '3x3' }),
    mobilenet_v2: (o) => new MobileNetV2(o),
    squeezenet1_0: (o) => new SqueezeNet({ ...o, version: '1.0' }),
    squeezenet1_1: (o) => new SqueezeNet({ ...o, version: '1.1' }),
  };

  it('is asked about every model in the file', () => {
    expect(Object.keys(stored.models)).toEqual(Object.keys(make));
  });

  // VGG's 129 million weights take ten seconds to make: `npm run test:all` does.
  const all = process.env['CONVBOOK_TEST_ALL'] === '1';
  it.each(Object.keys(make).filter((name) => all || name !== 'vgg11'))(
    '%s gives the logits of torchvision to 1e-4',
    (name) => {
      const { size, logits, shapes } = stored.models[name]!;
      const model = make[name]!({ classes: 10, inputShape: [size, size, 3] });
      const state = new Map(Object.entries(shapes).map(([key, shape]) => [key, weight(key, shape)]));
      assignTorchvision(model, state);
      const images = tf.tensor(numbers('image', 2 * 3 * size * size), [2, 3, size, size]);
      const ours = model.apply(tf.transpose(images, [0, 2, 3, 1]) as Tensor4D).dataSync();
      const scale = Math.max(...logits.map(Math.abs));
      expect(ours).toHaveLength(logits.length);
      logits.forEach((v, i) => void expect(Math.abs(ours[i]! - v) / scale).toBeLessThan(1e-4));
      model.dispose();
      images.dispose();
    },
  );

  const python = process.env['CONVBOOK_TORCH_PYTHON'];
  it.skipIf(!python)('are answered the same by the torchvision at hand', () => {
    const done = spawnSync(python!, [here('torchvision_logits.py')], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    expect(done.status, done.stderr.slice(-2000)).toBe(0);
    const now = JSON.parse(done.stdout) as typeof stored;
    for (const [name, { logits, shapes }] of Object.entries(stored.models)) {
      expect(now.models[name]!.shapes).toEqual(shapes);
      const scale = Math.max(...logits.map(Math.abs));
      logits.forEach(
        (v, i) => void expect(Math.abs(now.models[name]!.logits[i]! - v) / scale).toBeLessThan(1e-4),
      );
    }
  });
});
