import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Results by the hash of what they were made of, in `.cache/site`: a build does again only what has changed. */
export class Cache {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The kept result, or that of `make`, which is kept from then on. */
  async get<T>(kind: string, key: string, make: () => Promise<T>): Promise<T> {
    return this.read<T>(kind, key) ?? this.write(kind, key, await make());
  }

  read<T>(kind: string, key: string): T | undefined {
    const path = this.path(kind, key);
    if (!existsSync(path)) return undefined;
    try {
      const value = JSON.parse(readFileSync(path, 'utf8')) as T;
      const now = new Date();
      utimesSync(path, now, now); // so that what is in use is not taken away
      return value;
    } catch {
      return undefined; // half written by a build that was killed
    }
  }

  write<T>(kind: string, key: string, value: T): T {
    const path = this.path(kind, key);
    mkdirSync(join(this.folder, kind), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(value));
    renameSync(`${path}.${process.pid}`, path);
    return value;
  }

  /** Takes away what no build has used for so many days. */
  async removeOld(days = 14): Promise<void> {
    const limit = Date.now() - days * 86_400_000;
    for (const kind of existsSync(this.folder) ? readdirSync(this.folder) : []) {
      const folder = join(this.folder, kind);
      if (!statSync(folder).isDirectory()) continue;
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).mtimeMs < limit) await rm(path, { force: true });
      }
    }
  }

  private path(kind: string, key: string): string {
    return join(this.folder, kind, `${key}.json`);
  }
}

export function hashOf(...parts: readonly unknown[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(typeof part === 'string' ? part : JSON.stringify(part)).update('\0');
  return sum.digest('hex').slice(0, 20);
}

/** The content of all files of some folders that match, as one hash. */
export function hashOfFiles(project: string, folders: readonly string[], matching: RegExp): string {
  const sum = createHash('sha256');
  const walk = (path: string): void => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) {
      if (matching.test(path)) sum.update(path.slice(project.length)).update('\0').update(readFileSync(path));
      return;
    }
    for (const name of readdirSync(path).sort()) if (name !== 'node_modules') walk(join(path, name));
  };
  for (const folder of folders) walk(join(project, folder));
  return sum.digest('hex').slice(0, 20);
}
