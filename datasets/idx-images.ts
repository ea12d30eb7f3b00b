import { idxNames } from './at-hand.ts';
import { DataError, isAbsent } from './errors.ts';
import { checkContent, type LoadOptions, obtainFile, readUnpacked } from './files.ts';
import { parseIdx } from './idx.ts';
import { type ImageDataset, ImageSet } from './images.ts';
import type { DataSource } from './registry.ts';
import { used } from './used.ts';

/** Loads a data set in MNIST's form: four IDX files, gzipped or not. */
export async function loadIdxImages(source: DataSource, options: LoadOptions = {}): Promise<ImageDataset> {
  const [train, test] = await together([
    loadSplit(source, 'train', options),
    loadSplit(source, 't10k', options),
  ]);
  return used({
    name: source.id,
    train,
    test,
    classNames: source.classNames,
    source: source.title,
    note: `${source.title}: ${train.count} training and ${test.count} test images of ${train.imageShape.join(' x ')}.`,
    licence: source.licence,
    citation: source.citation,
  });
}

/** Like `Promise.all`, but waits for all, and of several failures tells the one that matters: damage before absence. */
async function together<A, B>(both: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const settled = await Promise.allSettled(both);
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length === 0) return Promise.all(both);
  throw failures.find((error) => !isAbsent(error)) ?? failures[0];
}

async function loadSplit(
  source: DataSource,
  split: 'train' | 't10k',
  options: LoadOptions,
): Promise<ImageSet> {
  const [images, labels] = await together([
    loadPart(source, `${split}-images`, 3, options),
    loadPart(source, `${split}-labels`, 1, options),
  ]);
  const [count, height, width] = images.dims as [number, number, number];
  if (count !== labels.dims[0]) {
    throw new DataError(
      'wrong-size',
      `${source.title} has ${count} images and ${labels.dims[0]} labels in its ${split} part; the two files don't belong together.`,
    );
  }
  const worst = labels.data.findIndex((label) => label >= source.classNames.length);
  if (worst >= 0) {
    throw new DataError(
      'wrong-size',
      `${source.title}: label ${worst} of the ${split} part is ${labels.data[worst]}, and there are only ` +
        `${source.classNames.length} classes. The file is damaged; delete it, so that it is fetched again.`,
    );
  }
  return new ImageSet(
    { images: images.data, labels: labels.data, height, width, channels: 1 },
    source.classNames,
  );
}

async function loadPart(source: DataSource, prefix: string, rank: number, options: LoadOptions) {
  const file = source.files.find((candidate) => candidate.name.startsWith(prefix))!;
  const path = await obtainFile(source, file, idxNames(file), options);
  const bytes = await readUnpacked(path);
  const array = parseIdx(bytes, rank, path);
  if (options.verify !== false) checkContent(bytes, file.contents[0]!, path);
  return array;
}
