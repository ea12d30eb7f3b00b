import { stat } from 'node:fs/promises';
import { checkContent, findFile, readUnpacked } from './files.ts';
import type { DataContent, DataFile, DataSource } from './registry.ts';
import { readTar } from './tar.ts';

/** Where the contents of a data set lie on this machine. */
export interface Found {
  content: DataContent;
  /** Undefined where it is not here. */
  path: string | undefined;
}

/** The names under which people keep a gzipped IDX file: packed, unpacked, and with the dot that some archives have. */
export function idxNames(file: DataFile): string[] {
  const plain = file.name.replace(/\.gz$/, '');
  const dotted = plain.replace(/-(idx\d)/, '.$1');
  return [file.name, plain, `${dotted}.gz`, dotted];
}

/** The names of a member of an archive that lies there by itself: unpacked or gzipped, in its folder or not. */
export function memberNames({ name }: DataContent, folder: string): string[] {
  return [name, `${name}.gz`, `${folder}/${name}`, `${folder}/${name}.gz`];
}

/** The folder inside CIFAR-10's archive. */
export const CIFAR_FOLDER = 'cifar-10-batches-bin';

/** Looks for every content of a data set, by itself or in its archive. Reads nothing. */
export async function locate(source: DataSource): Promise<Found[]> {
  const perFile = source.files.map(async (file) => {
    const packed = file.contents.length > 1 ? await findFile(source.id, [file.name]) : undefined;
    return Promise.all(
      file.contents.map(async (content) => {
        const names = file.contents.length > 1 ? memberNames(content, CIFAR_FOLDER) : idxNames(file);
        return { content, path: packed ?? (await findFile(source.id, names)) };
      }),
    );
  });
  return (await Promise.all(perFile)).flat();
}

/** True where the data set can be loaded without a download; of CIFAR-10 the test batch and one other are enough. */
export async function isAtHand(source: DataSource): Promise<boolean> {
  const found = await locate(source);
  if (source.files.length > 1) return found.every(({ path }) => path);
  return found.at(-1)?.path !== undefined && found.slice(0, -1).some(({ path }) => path);
}

/**
 * Reads what is here and compares it with the published checksums.
 *
 * @returns for each content its path and what is wrong with it (undefined: nothing).
 */
export async function verify(
  source: DataSource,
): Promise<{ path: string; name: string; bytes: number; problem?: string }[]> {
  const results: { path: string; name: string; bytes: number; problem?: string }[] = [];
  let archive: { path: string; members: Map<string, Uint8Array> } | undefined;
  for (const { content, path } of await locate(source)) {
    if (!path) continue;
    const result = { path, name: content.name, bytes: (await stat(path)).size };
    try {
      if (path.endsWith('.tar.gz') && archive?.path !== path) {
        archive = { path, members: readTar(await readUnpacked(path), (name) => name.endsWith('.bin'), path) };
      }
      const bytes = path.endsWith('.tar.gz') ? archive?.members.get(content.name) : await readUnpacked(path);
      if (!bytes) throw new Error(`${path} has no ${content.name}.`);
      checkContent(bytes, content, path);
      results.push(result);
    } catch (error) {
      results.push({ ...result, problem: (error as Error).message });
    }
  }
  return results;
}
