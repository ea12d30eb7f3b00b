import { convbookMetadata, type Notebook } from '../notebook.ts';
import type { CellMeasured, Ran } from '../rules.ts';

/** How long a notebook is likely to take, from what its solution took where it was recorded. */
export interface Expected {
  /** On this machine, the kernel's start included. */
  seconds: number;
  /** Where it was recorded. */
  recorded: { seconds: number; engine: string };
  /** Seconds that are left at `now`, where this cell (-1: none yet) ended at `at`; both since the start. Never below 0. */
  left(cell: number, at: number, now: number): number;
}

/** Of the kernel and its client, on a machine whose calibration loop takes as long as the recorded one. */
const START = 1.5;

/**
 * Reads the times that `convbook check --update` wrote into a source notebook and that its editions keep.
 *
 * @param calibration seconds of the calibration loop on this machine (guard/calibration.ts)
 * @returns undefined where the notebook holds no such times
 */
export function expectedTime(notebook: Notebook, calibration: number): Expected | undefined {
  const ran = convbookMetadata(notebook.metadata)['ran'] as Partial<Ran> | undefined;
  const weights = notebook.cells.map((cell) => {
    const measured = convbookMetadata(cell.metadata)['measured'] as Partial<CellMeasured> | undefined;
    return number(measured?.seconds) ?? 0;
  });
  const recorded = START + weights.reduce((sum, weight) => sum + weight, 0);
  const committed = number(ran?.calibration);
  if (recorded === START || !committed) return undefined;
  const slower = calibration / committed;
  return {
    seconds: recorded * slower,
    recorded: { seconds: recorded, engine: typeof ran?.engine === 'string' ? ran.engine : 'unknown' },
    left(cell, at, now) {
      const done = weights.slice(0, cell + 1).reduce((sum, weight) => sum + weight, cell < 0 ? 0 : START);
      // First by this machine's speed, then more and more by what this very run shows.
      const pace = (at + START * slower) / (done + START);
      return Math.max(0, (recorded - done) * pace - (now - at));
    },
  };
}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
