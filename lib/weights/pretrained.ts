import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { centreSquare } from '../../datasets/centre-square.ts';
import { dataFolders } from '../../datasets/folders.ts';
import type { Model } from '../models/model.ts';
import type { Tensor, Tensor3D, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { writeAtomically } from './atomic.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { imagenetClasses } from './imagenet-classes.ts';
import { type Pretrained, type PretrainedName, sources } from './pretrained-sources.ts';
import { assignRenamed } from './rename.ts';
import { decodeGroup, parseManifest, readTfjsWeights } from './tfjs-manifest.ts';

export type { PretrainedName } from './pretrained-sources.ts';

export interface PretrainedOptions {
  /** False: only what lies in CONVBOOK_DATA or the cache is used. Default true; `CONVBOOK_OFFLINE=1` forbids it too. */
  download?: boolean;
  /** For tests and mirrors: another way to fetch a file. */
  fetch?: (url: string) => Promise<Uint8Array>;
}

/** One guess, with the probability that the net gives it. */
export interface Guess {
  index: number;
  name: string;
  probability: number;
}

/** A net with published weights, and what belongs to it. */
export interface PretrainedModel {
  model: Model;
  classNames: readonly string[];
  licence: string;
  /** Where the weights were found. */
  source: string;
  /** Any image (bytes or int32 from 0 to 255, `[height, width, 3]`, RGB) as the net wants it: `[1, height, width, 3]`. */
  preprocess(image: Tensor): Tensor4D;
  /** The most likely classes of an image, best first. */
  classify(image: Tensor, top?: number): Promise<Guess[]>;
}

/**
 * A net with weights trained on ImageNet. Looks in CONVBOOK_DATA, then in the user's cache, then downloads from the publisher,
 * checks and keeps what came.
 *
 * @throws a sentence with the address and the folder to put the files in, where they can't be had
 *
 * @example
 * import { pretrained, tf } from 'convbook';
 * const image = tf.zeros([300, 400, 3], 'int32');
 * const net = await pretrained('squeezenet-1.0').catch((error) => console.log(error.message));
 * if (net) console.log((await net.classify(image, 3)).length); // 3
 */
export async function pretrained(
  name: PretrainedName,
  options: PretrainedOptions = {},
): Promise<PretrainedModel> {
  const source: Pretrained | undefined = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source)
    throw new Error(`There is no pretrained net "${name}"; there are ${Object.keys(sources).join(', ')}.`);
  const folders = dataFolders(`models/${source.folder}`);
  let manifest = await findManifest(folders, source);
  if (!manifest) manifest = await fetchInto(folders.at(-1)!, folders, source, options);
  const tensors = await readTfjsWeights(manifest);
  const model = source.make().build();
  try {
    assignRenamed(model, tensors, source.renaming);
  } catch (error) {
    model.dispose();
    throw new Error(`The weights in ${manifest} can't be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return {
    model,
    classNames: imagenetClasses,
    licence: source.licence,
    source: manifest,
    preprocess: (image) => preprocess(image, source),
    classify: async (image, top = 5) => classify(model, preprocess(image, source), top, source),
  };
}

async function classify(model: Model, x: Tensor4D, top: number, source: Pretrained): Promise<Guess[]> {
  const probabilities = tf.tidy(() => {
    const output = model.apply(x);
    return (source.probabilities ? output : tf.softmax(output)).flatten();
  });
  const values = await probabilities.data();
  tf.dispose([x, probabilities]);
  return Array.from(values, (probability, index) => ({ index, name: imagenetClasses[index]!, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}

/** The largest square in the middle, scaled to the net's size, its pixels as the net was trained on. */
function preprocess(image: Tensor, { inputSize, pixels }: Pretrained): Tensor4D {
  const [height, width, channels] = image.shape;
  if (image.rank !== 3 || channels !== 3 || !height || !width) {
    throw new Error(
      `The image has shape [${image.shape}]; expected [height, width, 3] with RGB from 0 to 255.`,
    );
  }
  return tf.tidy(() => pixels(centreSquare(image as Tensor3D, inputSize)).expandDims(0) as Tensor4D);
}

async function findManifest(
  folders: readonly string[],
  { manifest }: Pretrained,
): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, manifest);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

/** Downloads, checks, and only then puts the files into the folder, the manifest last. */
async function fetchInto(
  target: string,
  folders: readonly string[],
  source: Pretrained,
  { download = true, fetch = (url) => fetchBytes(url) }: PretrainedOptions,
): Promise<string> {
  const byHand = `Its files (${source.files}) can be put into ${folders.join(' or ')} by hand; they come from ${source.home}.`;
  if (!download || process.env['CONVBOOK_OFFLINE'] === '1') {
    throw new Error(`${source.title} is not on this machine, and downloading is switched off. ${byHand}`);
  }
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = await source.obtain(fetch);
    const text = new TextDecoder().decode(files.get(source.manifest)!);
    const groups = parseManifest(text, source.manifest);
    for (const group of groups) {
      const bytes = Buffer.concat(group.paths.map((path) => files.get(path)!));
      for (const [name, tensor] of decodeGroup(group, bytes, source.title)) {
        if (tensor.data.some((v) => !Number.isFinite(v)))
          throw new Error(`"${name}" holds numbers that are not finite`);
      }
      if (source.sha256) {
        const found = createHash('sha256').update(bytes).digest('hex');
        if (found !== source.sha256)
          throw new Error(`the weights' SHA-256 is ${found}; expected ${source.sha256}`);
      }
    }
  } catch (error) {
    throw new Error(`${source.title} could not be downloaded: ${(error as Error).message}. ${byHand}`, {
      cause: error,
    });
  }
  for (const [name, bytes] of files) {
    if (name === source.manifest) continue;
    await writeAtomically(join(target, `${name}.gz`), [gzipSync(bytes)]);
  }
  await writeAtomically(join(target, source.manifest), [files.get(source.manifest)!]);
  return join(target, source.manifest);
}
