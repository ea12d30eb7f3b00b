import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { loadKernelFile } from '../lib/runtime/native/kernels.ts';
import { tensorflow } from '../lib/runtime/state.ts';
import type { Tensor3D } from '../lib/runtime/tf.ts';
import { tf } from '../lib/runtime/tf.ts';
import { centreSquare } from './centre-square.ts';
import { DataError } from './errors.ts';
import { dataFolders } from './folders.ts';
import { type ImageDataset, ImageSet } from './images.ts';
import { Random } from './random.ts';

const ENDINGS = ['.png', '.jpg', '.jpeg', '.bmp'];

/** An image file by its name, without folder and ending. */
export interface ImageFile {
  name: string;
  path: string;
}

/**
 * The image files (PNG, JPEG, BMP) in a folder, by name; those in folders inside of it are left out.
 *
 * @param folder a path; or the name of a folder in `CONVBOOK_DATA` or the cache, such as `photos`
 * @returns none where the folder isn't there
 *
 * @example
 * import { imageFiles } from 'convbook';
 * console.log((await imageFiles('no-such-folder')).length); // 0
 */
export async function imageFiles(folder: string): Promise<ImageFile[]> {
  for (const place of [folder, ...dataFolders(folder)]) {
    const entries = await readdir(place, { withFileTypes: true }).catch(() => undefined);
    if (!entries) continue;
    return entries
      .filter((entry) => !entry.isDirectory() && ENDINGS.includes(extname(entry.name).toLowerCase()))
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({ name: basename(name, extname(name)), path: join(place, name) }));
  }
  return [];
}

/**
 * An image file as a tensor, int32 `[height, width, 3]` from 0 to 255. PNG works on every engine; JPEG and BMP need
 * TensorFlow, whose decoders read them. The caller disposes it.
 *
 * @throws DataError where the file is missing, damaged, or of another kind
 */
export async function readImage(path: string): Promise<Tensor3D> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new DataError('not-found', `The image ${basename(path)} can't be read: ${error.message}.`);
  });
  const isPng = bytes.subarray(1, 4).toString('latin1') === 'PNG';
  try {
    if (isPng) return pngTensor(bytes);
    if (!tensorflow()) throw new Error('JPEG and BMP need the TensorFlow engine here; save it as PNG');
    const { decodeImage } = loadKernelFile('image') as {
      decodeImage(contents: Uint8Array, channels: number): Tensor3D;
    };
    return tf.tidy(() => decodeImage(new Uint8Array(bytes), 3).toInt());
  } catch (error) {
    throw new DataError(
      'wrong-magic',
      `"${basename(path)}" in the folder "${basename(dirname(path))}" is no image that can be read: it is damaged, or no PNG, JPEG ` +
        `or BMP although it is called so. Open it in a viewer; save it again, or take it out of the folder. ` +
        `(${(error as Error).message.replace(/[\s.:]+$/, '')}.)`,
      { cause: error },
    );
  }
}

/** Grey, colour, palette, with or without transparency, 8 or 16 bits a channel: all become RGB bytes, on white. */
function pngTensor(bytes: Uint8Array): Tensor3D {
  const png = decodePng(bytes);
  const { width, height, channels, depth, palette } = png;
  const whole = depth === 16 ? 65535 : depth === 8 ? 255 : 2 ** depth - 1;
  const values = new Int32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const own = palette
      ? palette[png.data[i]!]!
      : Array.from({ length: channels }, (_, c) => (png.data[i * channels + c]! / whole) * 255);
    const grey = own.length < 3;
    const alpha = own.length === 2 || own.length === 4 ? own.at(-1)! / 255 : 1;
    for (let c = 0; c < 3; c++)
      values[i * 3 + c] = Math.round(alpha * own[grey ? 0 : c]! + (1 - alpha) * 255);
  }
  return tf.tensor3d(values, [height, width, 3], 'int32');
}

export interface ImageFolderOptions {
  /** Sides of the images, in pixels: the largest square in the middle of each is scaled to it; default 64. */
  size?: number;
  /** The share of each class that is held back as test images; default 0.25, at least one image. */
  test?: number;
  /** Decides which those are; default 0. */
  seed?: number;
}

/**
 * Your own pictures as a data set: a folder with one folder of images (PNG, JPEG, BMP) for each class, which has its name.
 *
 * @throws DataError where there are fewer than two classes, a class has fewer than two images, or one can't be read
 *
 * @example
 * import { imageFolder } from 'convbook';
 * const mine = await imageFolder('my-pictures', { size: 96 }).catch((error) => console.log(error.message));
 * if (mine) console.log(mine.note);
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<ImageDataset> {
  const { size = 64, test: share = 0.25, seed = 0 } = options;
  if (!Number.isInteger(size) || size < 1)
    throw new DataError('bad-request', `imageFolder: size must be a whole number of pixels; it is ${size}.`);
  if (!(share > 0 && share < 1))
    throw new DataError('bad-request', `imageFolder: test must be a share between 0 and 1; it is ${share}.`);
  const classNames = await classFolders(folder);
  const random = new Random(seed);
  const parts = { train: new Gathered(size), test: new Gathered(size) };
  const leftOut: string[] = [];
  for (const [label, name] of classNames.entries()) {
    const files = await imageFiles(join(folder, name));
    leftOut.push(...(await otherFiles(join(folder, name))).map((file) => `${name}/${file}`));
    if (files.length < 2) {
      throw new DataError(
        'not-found',
        `The class "${name}" has ${files.length} image(s) (PNG, JPEG or BMP); it needs two at least, one of them to test on.`,
      );
    }
    const held = Math.min(files.length - 1, Math.max(1, Math.round(share * files.length)));
    for (const [place, index] of random.permutation(files.length).entries()) {
      const image = await readImage(files[index]!.path);
      parts[place < held ? 'test' : 'train'].add(squareBytes(image, size), label);
      image.dispose();
    }
  }
  const [train, test] = [parts.train.set(classNames), parts.test.set(classNames)];
  return {
    name: basename(folder),
    train,
    test,
    classNames,
    source: 'your pictures',
    note: `Your pictures of ${classNames.join(', ')}: ${train.count} to learn from and ${test.count} to test on, ${size} x ${size} pixels.${saidOf(leftOut)}`,
    licence: 'yours',
    citation: '',
  };
}

async function classFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(
      'not-found',
      `${error.code === 'ENOTDIR' ? `"${folder}" is a file and no folder` : `There is no folder "${folder}"`}. Make it, with one folder of pictures for each class inside of it.`,
    );
  });
  const kinds = await Promise.all(
    entries.map((name) =>
      stat(join(folder, name)).then(
        (s) => s.isDirectory(),
        () => false,
      ),
    ), // a link may lead nowhere
  );
  const names = entries.filter((name, i) => kinds[i] && !name.startsWith('.')).sort();
  if (names.length < 2 || names.length > 256) {
    const loose = (await imageFiles(folder)).length;
    throw new DataError(
      'not-found',
      `The folder "${basename(folder)}" holds ${names.length} folder(s) of pictures; a classifier needs two classes at least ` +
        `(and 256 at most), one folder for each.` +
        (loose > 0 ? ` ${loose} picture(s) lie loose in it: put each into the folder of its class.` : ''),
    );
  }
  return names;
}

/** What lies in a class's folder and is no image by its ending: a text, a photograph in a phone's own format. */
async function otherFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !ENDINGS.includes(extname(name).toLowerCase()))
    .map(({ name }) => name)
    .sort();
}

function saidOf(leftOut: readonly string[]): string {
  if (leftOut.length === 0) return '';
  const [some, rest] = [leftOut.slice(0, 3).join(', '), leftOut.length - 3];
  return ` Left out, as no PNG, JPEG or BMP: ${some}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** Images of one part, as they come. */
class Gathered {
  private readonly images: Uint8Array[] = [];
  private readonly labels: number[] = [];
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  add(image: Uint8Array, label: number): void {
    this.images.push(image);
    this.labels.push(label);
  }

  set(classNames: readonly string[]): ImageSet {
    const images = new Uint8Array(Buffer.concat(this.images));
    const form = { height: this.size, width: this.size, channels: 3 };
    return new ImageSet({ ...form, images, labels: Uint8Array.from(this.labels) }, classNames);
  }
}

/** The largest square in the middle, scaled, as bytes. */
function squareBytes(image: Tensor3D, size: number): Uint8Array {
  const values = tf.tidy(() => centreSquare(image, size).dataSync());
  return Uint8Array.from(values, (v) => Math.min(255, Math.max(0, Math.round(v))));
}
