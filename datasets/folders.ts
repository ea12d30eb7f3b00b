import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The user's own folder for downloaded data: `CONVBOOK_CACHE`, else the platform's cache folder
 * (`$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows) plus `convbook`.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  if (env.CONVBOOK_CACHE) return resolve(env.CONVBOOK_CACHE);
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'convbook');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'convbook');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'convbook');
  return join(homedir(), '.cache', 'convbook');
}

/** Where a data set's files may lie, in the order in which they are looked for. Downloads go to the last. */
export function dataFolders(id: string, env: NodeJS.ProcessEnv = process.env): string[] {
  const given = env.CONVBOOK_DATA ? [resolve(env.CONVBOOK_DATA, id)] : [];
  return [...given, join(cacheFolder(env), id)];
}
