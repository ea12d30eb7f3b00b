import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeAtomically } from './atomic.ts';
import { decodeTensor, encode, headerLength, parseHeader, type StoredTensor } from './safetensors.ts';

export interface TensorFile {
  tensors: Map<string, StoredTensor>;
  /** Free text by name: where the weights come from, their licence, a training's state. */
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Header and size are checked before any tensor is read.
 *
 * @throws a sentence where the file is missing, truncated, or its header is hostile or damaged
 *
 * @example
 * import { readSafetensors, writeSafetensors } from 'convbook';
 * import { tmpdir } from 'node:os';
 * const file = `${tmpdir()}/example-read.safetensors`;
 * await writeSafetensors(file, { w: { shape: [2], dtype: 'float32', data: new Float32Array([1, 2]) } });
 * const { tensors } = await readSafetensors(file);
 * console.log(tensors.get('w')!.shape); // [2]
 */
export async function readSafetensors(file: string): Promise<TensorFile> {
  const what = basename(file);
  const handle = await open(file, 'r').catch((error: Error) => {
    throw new Error(`The weights file ${file} can't be opened: ${error.message}.`, { cause: error });
  });
  try {
    const { size } = await handle.stat();
    const read = async (from: number, to: number) => {
      const bytes = new Uint8Array(to - from);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(
          bytes,
          done,
          Math.min(2 ** 30, bytes.length - done),
          from + done,
        );
        if (bytesRead === 0) throw new Error(`${what} ended at byte ${from + done} while it was read.`);
        done += bytesRead;
      }
      return bytes;
    };
    const length = headerLength(await read(0, Math.min(8, size)), size, what);
    const { entries, metadata } = parseHeader(await read(8, 8 + length), size, what);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, entry] of entries) {
      tensors.set(name, decodeTensor(await read(entry.begin, entry.end), entry, name, what));
    }
    return { tensors, metadata };
  } finally {
    await handle.close();
  }
}

/** Reads safetensors that are already in memory. */
export function parseSafetensors(bytes: Uint8Array, what = 'The data'): TensorFile {
  const length = headerLength(bytes, bytes.length, what);
  const { entries, metadata } = parseHeader(bytes.subarray(8, 8 + length), bytes.length, what);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of entries) {
    tensors.set(name, decodeTensor(bytes.subarray(entry.begin, entry.end), entry, name, what));
  }
  return { tensors, metadata };
}

/**
 * Writes a safetensors file atomically.
 *
 * @param tensors by name, in the order they shall have
 */
export async function writeSafetensors(
  file: string,
  tensors: Readonly<Record<string, StoredTensor>> | ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const list = tensors instanceof Map ? tensors : Object.entries(tensors as Record<string, StoredTensor>);
  await writeAtomically(file, encode(list, metadata));
}
