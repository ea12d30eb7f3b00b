// @ts-check
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param {string} file @returns {Record<string, any> | null} null where missing or damaged: both mean "do it again" */
export function readStamp(file) {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Writes beside the file and renames, so that an interruption leaves the old stamp or the new one, never half.
 * @param {string} file @param {Record<string, unknown>} value */
export function writeStamp(file, value) {
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** @param {string} file @param {string} text */
export function writeWhole(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/** @param {string | Buffer} content */
export const hash = (content) => createHash('sha256').update(content).digest('hex').slice(0, 16);
