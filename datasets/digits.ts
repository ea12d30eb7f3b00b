import { isAbsent } from './errors.ts';
import type { LoadOptions } from './files.ts';
import type { ImageDataset } from './images.ts';
import { madeDigits } from './made/digits.ts';
import { mnist } from './mnist.ts';

/**
 * Digits for a lab that must run anywhere: MNIST where it can be had, else digits drawn by the computer. `source` is
 * `'MNIST'` or `'made digits'`, `note` is a sentence that says which and why.
 *
 * Only a missing network falls back; damaged files are an error, as with `mnist`.
 *
 * @example
 * import { digits } from 'convbook';
 * const { train, source, note } = await digits();
 * console.log(note, train.count);
 */
export async function digits(options: LoadOptions & { seed?: number } = {}): Promise<ImageDataset> {
  try {
    return await mnist(options);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const made = await madeDigits({ seed: options.seed ?? 0 });
    return {
      ...made,
      note:
        'MNIST is not on this machine and could not be downloaded, so these are made digits: ' +
        `${made.train.count} training and ${made.test.count} test images drawn from strokes. ` +
        'Figures differ from those on MNIST. `npx convbook data get mnist` fetches it.',
    };
  }
}
