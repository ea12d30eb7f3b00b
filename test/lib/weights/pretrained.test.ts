import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MobileNetV1 } from '../../../lib/models/mobilenet-v1.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { decodeDeepCompression } from '../../../lib/weights/deep-compression.ts';
import { fetchBytes } from '../../../lib/weights/fetch-bytes.ts';
import { imagenetClasses } from '../../../lib/weights/imagenet-classes.ts';
import { squeezeNetManifest } from '../../../lib/weights/names/squeezenet-manifest.ts';
import { pretrained } from '../../../lib/weights/pretrained.ts';
import { parseManifest, readTfjsWeights } from '../../../lib/weights/tfjs-manifest.ts';
import { serve } from '../../datasets/support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretrained-'));
beforeAll(async () => {
  await startEngine();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

const manifest = (weights: object[], paths = ['a.bin']) => JSON.stringify([{ paths, weights }]);

describe('readTfjsWeights', () => {
  it('reads shards, gzipped ones, quantised weights, and the manifest inside of model.json', async () => {
    const weights = [
      { name: 'w', shape: [2, 2], dtype: 'float32' },
      { name: 'q', shape: [2], dtype: 'float32', quantization: { dtype: 'uint8', min: -1, scale: 0.5 } },
      { name: 'h', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
      { name: 'i', shape: [1], dtype: 'int32' },
    ];
    const numbers = Buffer.concat([
      Buffer.from(new Float32Array([1, 2, 3, 4]).buffer),
      Buffer.from([0, 6]),
      Buffer.from(new Uint16Array([0x3c00, 0xc000]).buffer),
      Buffer.from(new Int32Array([-5]).buffer),
    ]);
    writeFileSync(join(folder, 'a.bin'), numbers.subarray(0, 10)); // a shard may end anywhere
    writeFileSync(join(folder, 'b.bin.gz'), gzipSync(numbers.subarray(10)));
    const group = { paths: ['a.bin', 'b.bin'], weights };
    for (const [name, content] of [
      ['m.json', [group]],
      ['model.json', { modelTopology: {}, weightsManifest: [group] }],
    ] as const) {
      writeFileSync(join(folder, name), JSON.stringify(content));
      const read = await readTfjsWeights(join(folder, name));
      expect([...read].map(([n, t]) => [n, [...t.data]])).toEqual([
        ['w', [1, 2, 3, 4]],
        ['q', [-1, 2]],
        ['h', [1, -2]],
        ['i', [-5]],
      ]);
    }
  });

  const one = { name: 'w', shape: [2], dtype: 'float32' };
  it.each<[string, string, Buffer | undefined, RegExp]>([
    ['no JSON', '{', undefined, /is no JSON/],
    ['another JSON', '{"a": 1}', undefined, /no TensorFlow.js weights manifest/],
    [
      'an unknown type',
      manifest([{ ...one, dtype: 'toString' }]),
      undefined,
      /no TensorFlow.js weights manifest/,
    ],
    ['a negative shape', manifest([{ ...one, shape: [-1] }]), undefined, /no TensorFlow.js weights manifest/],
    ['too few bytes', manifest([one]), Buffer.alloc(4), /have 4 bytes; the manifest describes 8/],
    ['too many bytes', manifest([one]), Buffer.alloc(12), /have 12 bytes; the manifest describes 8/],
    ['a missing shard', manifest([one], ['none.bin']), undefined, /none.bin \(or .gz\) can't be read/],
    ['a shard outside of the folder', manifest([one], ['../a.bin']), undefined, /outside of its folder/],
  ])('refuses %s', async (_name, text, bytes, message) => {
    writeFileSync(join(folder, 'bad.json'), text);
    if (bytes) writeFileSync(join(folder, 'a.bin'), bytes);
    await expect(readTfjsWeights(join(folder, 'bad.json'))).rejects.toThrow(message);
  });
});

describe('decodeDeepCompression', () => {
  // One layer of 2 x 1 kernels, 1 input, 2 outputs: OIHW numbers are o0y0, o0y1, o1y0, o1y1.
  const group = [
    {
      paths: ['w'],
      weights: [
        { name: 'k', shape: [2, 1, 1, 2], dtype: 'float32' },
        { name: 'b', shape: [2], dtype: 'float32' },
      ],
    },
  ];
  const codebook = Float32Array.from({ length: 256 }, (_, i) => i / 2);
  const file = (codes: number[], skips: number[]) => {
    const packed = Array.from(
      { length: (codes.length + 1) >> 1 },
      (_, i) => skips[2 * i]! | ((skips[2 * i + 1] ?? 0) << 4),
    );
    return Buffer.concat([
      Buffer.from(new Uint32Array([codes.length]).buffer),
      Buffer.from(codebook.buffer),
      Buffer.from(new Float32Array([7, 8]).buffer),
      Buffer.from(codes),
      Buffer.from(packed),
    ]);
  };
  it('puts coded weights at their places and turns OIHW into HWIO', () => {
    const bytes = decodeDeepCompression(file([3, 5, 9], [0, 1, 0]), group);
    // OIHW: 1.5, 0, 2.5, 4.5; HWIO: y0 (o0, o1), y1 (o0, o1)
    expect([...new Float32Array(bytes.buffer)]).toEqual([1.5, 2.5, 0, 4.5, 7, 8]);
  });
  it('refuses what ends early or late, or lies outside', () => {
    expect(() => decodeDeepCompression(file([3, 5], [0, 1]).subarray(0, -1), group)).toThrow(
      /can't be decoded: it ends early/,
    );
    expect(() => decodeDeepCompression(Buffer.concat([file([3], [0]), Buffer.from([1])]), group)).toThrow(
      /1 bytes are left over/,
    );
    expect(() => decodeDeepCompression(file([3, 5], [0, 9]), group)).toThrow(/outside of it/);
    expect(() => decodeDeepCompression(new Uint8Array(3), group)).toThrow(/can't be decoded/);
  });
});

describe('pretrained', () => {
  it('says where to get the files and where to put them, where there is no network', async () => {
    vi.stubEnv('CONVBOOK_DATA', '');
    vi.stubEnv('CONVBOOK_CACHE', join(folder, 'empty'));
    const offline = async (url: string) => {
      throw new Error(`${url} can't be reached`);
    };
    await expect(pretrained('squeezenet-1.0', { fetch: offline })).rejects.toThrow(
      /SqueezeNet 1.0 could not be downloaded: https:.*compressed_SqueezeNet.net can't be reached.*put into .*empty.models.squeezenet-v1.0 by hand/,
    );
    await expect(pretrained('squeezenet-1.0', { download: false })).rejects.toThrow(
      /downloading is switched off/,
    );
    await expect(pretrained('squeezenet-9' as never)).rejects.toThrow(
      /no pretrained net "squeezenet-9"; there are squeezenet-1.0/,
    );
  });

  it('refuses another net than the published one, and keeps nothing of it', async () => {
    vi.stubEnv('CONVBOOK_DATA', '');
    vi.stubEnv('CONVBOOK_CACHE', join(folder, 'wrong'));
    const weights = squeezeNetManifest()[0]!.weights;
    const parts: Buffer[] = [Buffer.alloc(4 * (weights.length / 2))]; // no weight is stored: all are code 0
    for (let i = 1; i < weights.length; i += 2)
      parts.push(Buffer.alloc(4 * 256), Buffer.alloc(4 * weights[i]!.shape[0]!));
    const zeros = Buffer.concat(parts);
    await expect(pretrained('squeezenet-1.0', { fetch: async () => zeros })).rejects.toThrow(
      /SHA-256 is .*; expected a603f8c3/,
    );
    expect(existsSync(join(folder, 'wrong'))).toBe(false);
  });

  it("downloads MobileNet's manifest and shards, keeps them, and next time finds them", async () => {
    vi.stubEnv('CONVBOOK_DATA', '');
    vi.stubEnv('CONVBOOK_CACHE', join(folder, 'mobile'));
    const model = new MobileNetV1({ width: 0.25 }).build(undefined, 5);
    // Keras' names and shapes, from the numbers of a model of this library.
    const kerasName = (path: string) => {
      const leaf = path
        .slice(path.lastIndexOf('.') + 1)
        .replace('movingMean', 'moving_mean')
        .replace('movingVariance', 'moving_variance');
      if (path.startsWith('fc')) return `conv_preds/${leaf}`;
      if (path.startsWith('conv1.')) return path.includes('.bn.') ? `conv1_bn/${leaf}` : `conv1/${leaf}`;
      const n = Number(/^conv(\d+)/.exec(path)![1]) - 1;
      if (path.includes('depthwise')) return `conv_dw_${n}/depthwise_kernel`;
      if (path.includes('pointwise'))
        return path.includes('.bn.') ? `conv_pw_${n}_bn/${leaf}` : `conv_pw_${n}/${leaf}`;
      return `conv_dw_${n}_bn/${leaf}`;
    };
    const weights = model.variables.map(({ path, variable }) => ({
      name: kerasName(path),
      shape: path === 'fc.kernel' ? [1, 1, ...variable.shape] : variable.shape,
      dtype: 'float32',
    }));
    const shard = Buffer.concat(
      model.variables.map((v) => Buffer.from(v.variable.dataSync().slice().buffer)),
    );
    const asked: string[] = [];
    const text = JSON.stringify({ weightsManifest: [{ paths: ['group1-shard1of1'], weights }] });
    await using server = await serve(shard, (request, response) => {
      asked.push(request.url!);
      if (request.url!.endsWith('model.json')) response.end(text);
      return request.url!.endsWith('model.json');
    });
    // The publisher's address on a server of our own: everything else is what users get.
    const fetch = (url: string) => fetchBytes(server.url + new URL(url).pathname.slice(1));
    const net = await pretrained('mobilenet-v1-0.25', { fetch });
    expect(asked.map((url) => url.split('/').at(-1))).toEqual(['model.json', 'group1-shard1of1']);
    const image = tf.randomUniform([40, 60, 3], 0, 255, 'int32', 3);
    const x = net.preprocess(image);
    expect(x.shape).toEqual([1, 224, 224, 3]);
    expect([...net.model.apply(x).dataSync()]).toEqual([...model.apply(x).dataSync()]);
    const again = await pretrained('mobilenet-v1-0.25', {
      fetch: () => Promise.reject(new Error('not needed')),
    });
    expect(again.source).toBe(join(folder, 'mobile', 'models', 'mobilenet-v1-0.25', 'model.json'));
    const guesses = await again.classify(image, 3);
    expect(guesses).toHaveLength(3);
    expect(guesses[0]!.probability).toBeGreaterThanOrEqual(guesses[1]!.probability);
    await expect(again.classify(tf.zeros([4, 4, 1]))).rejects.toThrow(
      /shape \[4,4,1\]; expected \[height, width, 3\]/,
    );
  });

  const data = process.env['CONVBOOK_DATA'];
  const photos = data ? join(data, 'photos') : '';
  it.skipIf(!existsSync(join(photos, 'bird.bmp')))('names photographs', async () => {
    const { node } = await import('../../../lib/runtime/tfjs-node.ts');
    const net = await pretrained('squeezenet-1.0', { download: false });
    const expected: Record<string, RegExp> = {
      'parrot.jpg': /^macaw/,
      'hot_dog.jpg': /^hotdog/,
      'bird.bmp': /^chickadee/,
      'dragonfly.bmp': /^dragonfly/,
      'cat.bmp': /^tiger cat/,
      'cat_720p.jpg': /^tiger cat/,
    };
    for (const [file, name] of Object.entries(expected)) {
      const image = node.decodeImage(readFileSync(join(photos, file)), 3);
      expect((await net.classify(image))[0]!.name).toMatch(name);
      image.dispose();
    }
    const own = parseManifest(readFileSync(net.source, 'utf8'), 'own');
    expect(own.flatMap((g) => g.weights)).toEqual(squeezeNetManifest().flatMap((g) => g.weights));
  });

  it('has a name for each class', () => {
    expect(imagenetClasses).toHaveLength(1000);
    expect(new Set(imagenetClasses.map((name) => name.split(',')[0])).size).toBeGreaterThan(980);
    expect(imagenetClasses[0]).toMatch(/^tench/);
    expect(imagenetClasses[999]).toMatch(/^toilet tissue/);
  });
});
