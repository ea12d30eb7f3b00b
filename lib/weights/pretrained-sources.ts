import { MobileNetV1 } from '../models/mobilenet-v1.ts';
import type { Model } from '../models/model.ts';
import { SqueezeNet } from '../models/squeezenet.ts';
import type { Tensor3D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { decodeDeepCompression } from './deep-compression.ts';
import { mobileNetV1Keras } from './names/mobilenet.ts';
import { squeezeNetCaffe } from './names/squeezenet.ts';
import { squeezeNetManifest } from './names/squeezenet-manifest.ts';
import type { Renaming } from './rename.ts';
import { parseManifest } from './tfjs-manifest.ts';

export type Fetch = (url: string) => Promise<Uint8Array>;

/** What is known of one published set of weights. */
export interface Pretrained {
  title: string;
  /** Below `models/` in CONVBOOK_DATA or the cache. */
  folder: string;
  manifest: string;
  /** For people who put them there by hand. */
  files: string;
  home: string;
  licence: string;
  /** Of all weights as float32, in the manifest's order; undefined where the publisher gives none and none was made. */
  sha256?: string;
  inputSize: number;
  /** The net's output is probabilities already. */
  probabilities?: boolean;
  make(): Model;
  renaming: Renaming;
  /** Pixels from 0 to 255 (RGB) as the net was trained on. */
  pixels(image: Tensor3D): Tensor3D;
  /** Brings the manifest and its shards from the publisher, by name. */
  obtain(fetch: Fetch): Promise<ReadonlyMap<string, Uint8Array>>;
}

export type PretrainedName =
  | 'squeezenet-1.0'
  | 'mobilenet-v1-0.25'
  | 'mobilenet-v1-0.50'
  | 'mobilenet-v1-1.00';

const squeezeNetHome = 'https://raw.githubusercontent.com/songhan/SqueezeNet-Deep-Compression/master/';

/** MobileNet (v1) as TensorFlow.js publishes it: Keras' weights. They come without checksum; names, shapes and sizes are checked. */
function mobileNet(width: '0.25' | '0.50' | '1.00'): Pretrained {
  const home = `https://storage.googleapis.com/tfjs-models/tfjs/mobilenet_v1_${Number(width).toFixed(width === '1.00' ? 1 : 2)}_224/`;
  return {
    title: `MobileNet v1, width ${width}`,
    folder: `mobilenet-v1-${width}`,
    manifest: 'model.json',
    files: 'model.json and the shards that it names',
    home,
    licence: 'Apache-2.0',
    inputSize: 224,
    make: () => new MobileNetV1({ width: Number(width) }),
    renaming: mobileNetV1Keras,
    pixels: (image) => tf.sub(tf.div(image, 127.5), 1),
    async obtain(fetch) {
      const model = await fetch(`${home}model.json`);
      const paths = parseManifest(new TextDecoder().decode(model), 'model.json').flatMap(
        (group) => group.paths,
      );
      const files = new Map([['model.json', model]]);
      for (const path of paths) {
        if (!/^[\w.-]+$/.test(path)) throw new Error(`model.json names the file "${path}"`);
        files.set(path, await fetch(home + path));
      }
      return files;
    },
  };
}

export const sources: Readonly<Record<PretrainedName, Pretrained>> = {
  'squeezenet-1.0': {
    title: 'SqueezeNet 1.0',
    folder: 'squeezenet-v1.0',
    manifest: 'weights_manifest.json',
    files: 'weights_manifest.json and weights.bin or weights.bin.gz, made from compressed_SqueezeNet.net',
    home: squeezeNetHome,
    licence: 'BSD-2-Clause',
    sha256: 'a603f8c31138886439e4bebe8d60b67e77a5ab4172e91ff08daf951320b2de9c',
    inputSize: 227,
    make: () => new SqueezeNet(),
    renaming: squeezeNetCaffe,
    // Caffe's: BGR, the mean of ImageNet subtracted.
    pixels: (image) => tf.sub(tf.reverse(image, -1), tf.tensor1d([104, 117, 123])),
    async obtain(fetch) {
      const manifest = squeezeNetManifest();
      const compressed = await fetch(`${squeezeNetHome}compressed_SqueezeNet.net`);
      return new Map([
        ['weights_manifest.json', new TextEncoder().encode(JSON.stringify(manifest))],
        ['weights.bin', decodeDeepCompression(compressed, manifest)],
      ]);
    },
  },
  'mobilenet-v1-0.25': mobileNet('0.25'),
  'mobilenet-v1-0.50': mobileNet('0.50'),
  'mobilenet-v1-1.00': mobileNet('1.00'),
};
