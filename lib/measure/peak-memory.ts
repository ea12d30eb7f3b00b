import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveBackFreeMemory } from './give-back.ts';

export interface PeakMemory {
  /** Bytes of the whole process when the work began. */
  before: number;
  /** The most bytes of the process while it ran; undefined where the system can't tell. */
  peak: number | undefined;
  /** By how much the process grew at its peak. */
  growth: number | undefined;
}

/**
 * The most memory that the process holds while some work runs, from Linux' own record (`VmHWM`), which misses no peak however
 * short. Memory of a GPU is not in it. Memory that the process kept from earlier work would be used again without growing it: it
 * is given back first, where the C library can.
 *
 * @param folder where the process's files lie; default `/proc/self`
 * @returns peak and growth undefined on other systems: never an estimate
 * @example
 * import { peakMemory } from 'convbook';
 * const { before } = await peakMemory(() => new Float32Array(1e6).fill(1));
 * console.log(before > 1e6); // true
 */
export async function peakMemory(work: () => unknown, folder = '/proc/self'): Promise<PeakMemory> {
  await giveBackFreeMemory();
  const before = process.memoryUsage.rss();
  let resets = true;
  try {
    writeFileSync(join(folder, 'clear_refs'), '5'); // the record starts again from what is held now
  } catch {
    resets = false;
  }
  await work();
  const peak = resets ? highWater(folder) : undefined;
  return { before, peak, growth: peak === undefined ? undefined : Math.max(0, peak - before) };
}

function highWater(folder: string): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(join(folder, 'status'), 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}
