import { cifar10 } from './cifar10.ts';
import { isAbsent } from './errors.ts';
import type { LoadOptions } from './files.ts';
import type { ImageDataset } from './images.ts';
import { madeShapes } from './made/shapes.ts';
import { used } from './used.ts';

/**
 * Small colour pictures of 32 x 32 for a lab that must run anywhere: the photographs of CIFAR-10 where they can be had, else coloured
 * shapes drawn by the computer, in six classes. `source` and `note` say which and why.
 *
 * Only a missing network falls back; damaged files are an error, as with `cifar10`.
 *
 * @example
 * import { photographs } from 'convbook';
 * const { train, classNames, note } = await photographs();
 * console.log(note, train.imageShape.join('x'), classNames.length);
 */
export async function photographs(options: LoadOptions & { seed?: number } = {}): Promise<ImageDataset> {
  try {
    return await cifar10(options);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const made = madeShapes({ train: 5000, test: 1000, noise: 40, seed: options.seed ?? 0 });
    return used({
      ...made,
      note:
        'CIFAR-10 is not on this machine and could not be downloaded, so these are made shapes: ' +
        `${made.train.count} training and ${made.test.count} test images in ${made.classNames.length} classes. ` +
        'They are far easier than photographs. `npx convbook data get cifar-10` fetches those.',
    });
  }
}
