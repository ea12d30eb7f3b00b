import { CIFAR_FOLDER, memberNames } from './at-hand.ts';
import { DataError } from './errors.ts';
import { checkContent, findFile, type LoadOptions, obtainFile, readUnpacked } from './files.ts';
import { type ImageDataset, ImageSet } from './images.ts';
import { CIFAR10, type DataContent } from './registry.ts';
import { readTar } from './tar.ts';
import { used } from './used.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const ROW = 1 + 3 * PLANE;
const ARCHIVE = CIFAR10.files[0]!;

/**
 * CIFAR-10: 50,000 training and 10,000 test photographs of 32 x 32 pixels in colour, in ten classes.
 *
 * Takes the published `cifar-10-binary.tar.gz`, the unpacked `data_batch_1.bin` … `test_batch.bin` (also in
 * `cifar-10-batches-bin/`), or these gzipped one by one, from `CONVBOOK_DATA/cifar-10` or the cache; downloads the
 * archive (170 MB) where there is none of them. Where only some training batches are there, `note` says so and the
 * others are done without.
 *
 * Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
 *
 * @throws DataError where a file is damaged, or there is no test batch or no training batch and no network.
 * @example
 * import { cifar10 } from 'convbook';
 * const { train, note } = await cifar10();
 * console.log(note, train.classCounts()); // says how many images are there, and which batches are not
 */
export async function cifar10(options: LoadOptions = {}): Promise<ImageDataset> {
  const batches = (await loose(options)) ?? (await archived(options));
  const missing = ARCHIVE.contents.filter(({ name }) => !batches.has(name)).map(({ name }) => name);
  const train = ARCHIVE.contents.filter(({ name }) => name.startsWith('data_') && batches.has(name));
  const trainSet = decode(train.map(({ name }) => batches.get(name)!));
  const testSet = decode([batches.get('test_batch.bin')!]);
  return used({
    name: CIFAR10.id,
    train: trainSet,
    test: testSet,
    classNames: CIFAR10.classNames,
    source: CIFAR10.title,
    note:
      `CIFAR-10: ${trainSet.count} training and ${testSet.count} test images of 32 x 32 x 3` +
      (missing.length > 0
        ? `; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there.`
        : '.'),
    licence: CIFAR10.licence,
    citation: CIFAR10.citation,
  });
}

/** Batches that lie there one by one; undefined where there aren't enough to train and test. */
async function loose(options: LoadOptions): Promise<Map<string, Uint8Array> | undefined> {
  const paths = await Promise.all(
    ARCHIVE.contents.map(async (content) => ({
      content,
      path: await findFile(CIFAR10.id, memberNames(content, CIFAR_FOLDER)),
    })),
  );
  const there = paths.filter(({ path }) => path !== undefined);
  const complete = there.length === paths.length;
  const enough = there.length >= 2 && there.some(({ content }) => content.name === 'test_batch.bin');
  if (!enough || (!complete && (await findFile(CIFAR10.id, [ARCHIVE.name])))) return undefined;
  const read = there.map(async ({ content, path }) => {
    const bytes = await readUnpacked(path!);
    check(bytes, content, path!, options);
    return [content.name, bytes] as const;
  });
  return new Map(await Promise.all(read));
}

async function archived(options: LoadOptions): Promise<Map<string, Uint8Array>> {
  const path = await obtainFile(CIFAR10, ARCHIVE, [ARCHIVE.name], options);
  const batches = readTar(
    await readUnpacked(path),
    (name) => /^(data_batch_\d|test_batch)\.bin$/.test(name),
    path,
  );
  for (const content of ARCHIVE.contents) {
    const bytes = batches.get(content.name);
    if (!bytes) {
      throw new DataError(
        'wrong-size',
        `${path} has no ${content.name}: it is not the published ${ARCHIVE.name}. Delete it, so that it is fetched again.`,
      );
    }
    check(bytes, content, path, options);
  }
  return batches;
}

function check(bytes: Uint8Array, content: DataContent, path: string, options: LoadOptions): void {
  if (
    bytes.length === 0 ||
    bytes.length % ROW !== 0 ||
    (options.verify !== false && bytes.length !== content.bytes)
  ) {
    throw new DataError(
      bytes.length < content.bytes ? 'truncated' : 'wrong-size',
      `${path}: ${content.name} has ${bytes.length} bytes, expected ${content.bytes} (10000 rows of 1 label and 3072 pixels). ` +
        'Delete it, so that it is fetched again.',
    );
  }
  if (options.verify !== false) checkContent(bytes, content, path);
}

/** Rows of label + red plane + green plane + blue plane become images with the channels last. */
function decode(batches: readonly Uint8Array[]): ImageSet {
  const count = batches.reduce((total, batch) => total + batch.length / ROW, 0);
  const images = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint8Array(count);
  let n = 0;
  for (const batch of batches) {
    for (let at = 0; at < batch.length; at += ROW, n++) {
      labels[n] = batch[at]!;
      if (labels[n]! > 9) {
        throw new DataError(
          'wrong-size',
          `CIFAR-10 has a row with label ${labels[n]}; the labels go from 0 to 9. The file is damaged.`,
        );
      }
      const base = n * 3 * PLANE;
      for (let p = 0; p < PLANE; p++) {
        images[base + 3 * p] = batch[at + 1 + p]!;
        images[base + 3 * p + 1] = batch[at + 1 + PLANE + p]!;
        images[base + 3 * p + 2] = batch[at + 1 + 2 * PLANE + p]!;
      }
    }
  }
  return new ImageSet({ images, labels, height: SIDE, width: SIDE, channels: 3 }, CIFAR10.classNames);
}
