import type { LoadOptions } from './files.ts';
import { loadIdxImages } from './idx-images.ts';
import type { ImageDataset } from './images.ts';
import { FASHION_MNIST } from './registry.ts';

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes in ten classes, in MNIST's form (28 x 28 grey values)
 * and harder.
 *
 * Looks in `CONVBOOK_DATA/fashion-mnist`, then in the user's cache, then downloads 30.9 MB to the cache.
 *
 * Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747. Licence: MIT.
 *
 * @throws DataError as `mnist` does.
 * @example
 * import { fashionMnist } from 'convbook';
 * const { train, classNames } = await fashionMnist();
 * console.log(classNames[train.labels[0]!]); // ankle boot
 */
export function fashionMnist(options: LoadOptions = {}): Promise<ImageDataset> {
  return loadIdxImages(FASHION_MNIST, options);
}
