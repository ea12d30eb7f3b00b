import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type DownloadProgress, download } from './download.ts';
import { DataError } from './errors.ts';
import { dataFolders } from './folders.ts';
import { reportDownload } from './progress.ts';
import type { DataContent, DataFile, DataSource } from './registry.ts';

const gunzipAsync = promisify(gunzip);

export interface LoadOptions {
  /** False: only what lies in CONVBOOK_DATA or the cache is used. Default true; `CONVBOOK_OFFLINE=1` forbids it too. */
  download?: boolean;
  /** False: contents are taken as they are (a teacher's own selection), only their form is checked. Default true. */
  verify?: boolean;
  onProgress?: (progress: DownloadProgress & { file: string }) => void;
  /** For tests and mirrors: other homes than the published ones. */
  homes?: readonly string[];
}

/** The file where it lies, by any of its names, in any of the data set's folders. */
export async function findFile(id: string, names: readonly string[]): Promise<string | undefined> {
  for (const folder of dataFolders(id)) {
    for (const name of names) {
      const path = join(folder, name);
      if (await exists(path)) return path;
    }
  }
  return undefined;
}

/** The file's path; downloaded to the cache where no folder has it. */
export async function obtainFile(
  source: DataSource,
  file: DataFile,
  names: readonly string[] = [file.name],
  options: LoadOptions = {},
): Promise<string> {
  const found = await findFile(source.id, names);
  if (found) return found;
  const target = join(dataFolders(source.id).at(-1)!, file.name);
  const homes = options.homes ?? source.homes;
  const urls = homes.map((home) => home + file.name);
  if (options.download === false || process.env.CONVBOOK_OFFLINE === '1') {
    throw new DataError(
      'not-found',
      `${source.title} is not on this machine: ${file.name} was looked for in ${dataFolders(source.id).join(' and ')}, and ` +
        `downloading is switched off. Put the file there; it is published at ${urls.join(' and ')}.`,
    );
  }
  const report = reportDownload(source.title, file.name);
  try {
    return await download({
      urls,
      target,
      bytes: file.bytes,
      sha256: file.sha256,
      onProgress: (progress) => {
        report.update(progress.received, progress.total);
        options.onProgress?.({ ...progress, file: file.name });
      },
    });
  } finally {
    report.end();
  }
}

/** The bytes of a file, unpacked where its name ends in `.gz`. */
export async function readUnpacked(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (!path.endsWith('.gz')) return bytes;
  try {
    return await gunzipAsync(bytes);
  } catch (error) {
    const reason = (error as Error).message;
    throw new DataError(
      'truncated',
      `${path} can't be unpacked (${reason}): it is truncated or no gzip file. Delete it, so that it is fetched again.`,
      { cause: error },
    );
  }
}

/** Checks unpacked contents against their published SHA-256. */
export function checkContent(bytes: Uint8Array, content: DataContent, where: string): void {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual === content.sha256) return;
  throw new DataError(
    'bad-checksum',
    `${where} holds something else than the published ${content.name}: the SHA-256 of its contents is ${actual}, ` +
      `expected ${content.sha256}. Delete it, so that it is fetched again, or pass verify: false to use it as it is.`,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
