import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolders } from '../../datasets/folders.ts';
import { type DataSource, SOURCES } from '../../datasets/registry.ts';

export interface DataFinding {
  id: string;
  title: string;
  /** `partly`: some of its files; a loader says which part it gives. */
  found: 'all' | 'partly' | 'none';
  /** The first folder with a file of it. */
  folder: string | null;
  /** Where it is looked for. */
  searched: string[];
}

/** Which data sets lie on this machine. Looks at names only: loaders check contents, `convbook data verify` too. */
export function findData(
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): DataFinding[] {
  return SOURCES.map((source) => findSource(source, dataFolders(source.id, env), exists));
}

function findSource(source: DataSource, searched: string[], exists: (path: string) => boolean): DataFinding {
  const parts = source.files.flatMap((file) =>
    file.contents.map((content) => [file.name, content.name, `${content.name}.gz`]),
  );
  const folderOf = (names: string[]) =>
    searched.find((folder) => names.some((name) => exists(join(folder, name))));
  const folders = parts.map(folderOf).filter((folder) => folder !== undefined);
  const found = folders.length === parts.length ? 'all' : folders.length > 0 ? 'partly' : 'none';
  return { id: source.id, title: source.title, found, folder: folders[0] ?? null, searched };
}
