import { DataError } from './errors.ts';

/** An array in the IDX encoding of MNIST's publishers: unsigned bytes with their dimensions. */
export interface IdxArray {
  dims: readonly number[];
  data: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the type 0x08, the number of dimensions, each dimension as a
 * big-endian 32-bit number, then the values.
 *
 * @param rank The number of dimensions that the caller expects: 3 for images, 1 for labels.
 * @param where The file's path, for messages.
 * @throws DataError `truncated`, `wrong-magic` or `wrong-size`.
 */
export function parseIdx(bytes: Uint8Array, rank: number, where: string): IdxArray {
  const header = 4 + 4 * rank;
  if (bytes.byteLength < header) {
    throw new DataError(
      'truncated',
      `${where} is truncated: it has ${bytes.byteLength} bytes and an IDX header with ${rank} dimensions takes ${header}. ` +
        'Delete it, so that it is fetched again.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expected = 0x0800 | rank;
  if (magic !== expected) {
    throw new DataError(
      'wrong-magic',
      `${where} is not the IDX file expected here: it starts with 0x${hex(magic)} and an IDX file of unsigned bytes with ` +
        `${rank} ${rank === 1 ? 'dimension' : 'dimensions'} starts with 0x${hex(expected)}. ` +
        'Are images and labels swapped, or is it another file?',
    );
  }
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = dims.reduce((product, size) => product * size, 1);
  const found = bytes.byteLength - header;
  if (found !== count) {
    throw new DataError(
      found < count ? 'truncated' : 'wrong-size',
      `${where} ${found < count ? 'is truncated' : 'is too long'}: its header says [${dims.join(', ')}], which is ${count} ` +
        `values, and ${found} are there. Delete it, so that it is fetched again.`,
    );
  }
  return { dims, data: bytes.subarray(header) };
}

const hex = (value: number) => value.toString(16).padStart(8, '0');
