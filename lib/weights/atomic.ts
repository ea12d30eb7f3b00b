import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

let serial = 0;

/**
 * Writes a file so that a reader sees the old one or the whole new one, never a part, even when the process or the
 * machine stops in the middle: a neighbour is written, flushed to the disk and renamed over the old file.
 */
export async function writeAtomically(file: string, parts: Iterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const neighbour = `${file}.${process.pid}-${++serial}.tmp`;
  try {
    const handle = await open(neighbour, 'wx');
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(neighbour, file);
  } catch (error) {
    await rm(neighbour, { force: true });
    throw new Error(
      `${file} could not be written: ${(error as Error).message}. The old file, if any, is as it was.`,
      {
        cause: error,
      },
    );
  }
  await syncFolder(dirname(file));
}

/** Makes the rename itself durable. Not every file system allows it, and the file is complete without it. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
  } finally {
    await handle?.close();
  }
}
