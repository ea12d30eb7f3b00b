import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { DataFile, DataSource } from '../../../datasets/registry.ts';

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** An IDX file of unsigned bytes. */
export function idx(dims: number[], values: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * dims.length));
  header.setUint32(0, 0x0800 | dims.length);
  dims.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  return Buffer.concat([new Uint8Array(header.buffer), values]);
}

/** A data set of 30 + 20 images of 4 x 3 pixels in MNIST's form, with its files by name. */
export function smallSource(): { source: DataSource; files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const list: DataFile[] = [];
  const add = (name: string, content: Uint8Array) => {
    const packed = gzipSync(content);
    files.set(`${name}.gz`, packed);
    const contents = [{ name, bytes: content.length, sha256: sha256(content) }];
    list.push({ name: `${name}.gz`, bytes: packed.length, sha256: sha256(packed), contents });
  };
  for (const [split, count] of [
    ['train', 30],
    ['t10k', 20],
  ] as const) {
    add(
      `${split}-images-idx3-ubyte`,
      idx(
        [count, 4, 3],
        Uint8Array.from({ length: count * 12 }, (_, i) => (i * 7) % 256),
      ),
    );
    add(
      `${split}-labels-idx1-ubyte`,
      idx(
        [count],
        Uint8Array.from({ length: count }, (_, i) => i % 3),
      ),
    );
  }
  const source: DataSource = {
    id: 'small',
    title: 'Small',
    homes: ['http://127.0.0.1:9/'],
    files: list,
    licence: 'none',
    citation: 'none',
    classNames: ['a', 'b', 'c'],
  };
  return { source, files };
}
