import type { LoadOptions } from './files.ts';
import { loadIdxImages } from './idx-images.ts';
import type { ImageDataset } from './images.ts';
import { MNIST } from './registry.ts';

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 x 28 grey values (0 is background, 255 ink).
 *
 * Looks in `CONVBOOK_DATA/mnist`, then in the user's cache, then downloads 11.6 MB to the cache.
 *
 * LeCun, Bottou, Bengio and Haffner, 1998, doi:10.1109/5.726791. Licence: CC BY-SA 3.0.
 *
 * @throws DataError where the files are damaged, or not there and there is no network; the message says which file and
 *   where to put it.
 * @example
 * import { mnist } from 'convbook';
 * const { train, test } = await mnist();
 * console.log(train.count, test.count); // 60000 10000
 */
export function mnist(options: LoadOptions = {}): Promise<ImageDataset> {
  return loadIdxImages(MNIST, options);
}
