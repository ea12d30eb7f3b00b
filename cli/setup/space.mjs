// @ts-check
import { statfsSync } from 'node:fs';

/** @param {string} folder an existing folder @returns {number} megabytes free to this user, Infinity where the system won't say */
export function freeMegabytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((Number(bavail) * Number(bsize)) / 1e6);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** @param {number} megabytes */
export function readable(megabytes) {
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(1)} GB` : `${megabytes} MB`;
}

/**
 * @param {{disk: number, free: number, folder: string, variant: string}} need
 * @returns {string | null} what to do where the disk is too full
 */
export function spaceProblem({ disk, free, folder, variant }) {
  // The wheels lie unpacked and packed side by side while pip installs them.
  const needed = Math.ceil(disk * 1.25);
  if (free >= needed) return null;
  const smaller = variant === 'cuda' ? ' The CPU wheel takes 6 GB less: npm run setup -- --cpu' : '';
  return (
    `The set-up needs ${readable(needed)} in ${folder} and ${readable(free)} are free. ` +
    `Free ${readable(needed - free)} (npm cache clean --force and pip cache purge often do), or move the checkout to a larger disk.${smaller}`
  );
}
