import { type Finding, finder } from './finding.ts';
import type { Budget, CellMeasured } from './rules.ts';

/** What one cell cost in a run. */
export interface Cost {
  seconds: number;
  tensors?: number;
  megabytes?: number;
}

export interface Clock {
  /** Seconds of the calibration loop now, and when the notebook was committed. */
  now: number;
  committed?: number;
}

/** Below this a difference is the machine's noise, whatever the ratio. */
const NOISE_SECONDS = 0.3;

/** Compares what a cell cost with its budget and with the committed run. Times only where a clock is given (`--timing`). */
export function compareCost(
  cost: Cost,
  committed: CellMeasured | undefined,
  budget: Budget,
  clock: Clock | undefined,
): Finding[] {
  const findings: Finding[] = [];
  if (cost.tensors !== undefined) {
    // A cell that freed others' tensors is not held to it: what matters is that none are added.
    const most = budget.tensors ?? (committed && Math.max(0, committed.tensors));
    if (most !== undefined && cost.tensors > most) {
      const rule =
        budget.tensors === undefined ? 'no more tensors than committed' : `at most ${most} tensors`;
      findings.push(finder('tensors')(`${most} left alive`, `${cost.tensors} left alive`, rule));
    }
  }
  if (budget.megabytes !== undefined && cost.megabytes !== undefined && cost.megabytes > budget.megabytes) {
    const got = `${Math.round(cost.megabytes)} MB`;
    findings.push(finder('memory')(`at most ${budget.megabytes} MB`, got, 'the memory budget'));
  }
  if (clock) findings.push(...compareTime(cost.seconds, committed, budget, clock));
  return findings;
}

function compareTime(
  seconds: number,
  committed: CellMeasured | undefined,
  budget: Budget,
  clock: Clock,
): Finding[] {
  const find = finder('time');
  const loops = seconds / clock.now;
  const text = (s: number, l: number) => `${s.toFixed(2)} s (${l.toFixed(0)} calibration loops)`;
  if (budget.loops !== undefined && loops > budget.loops && seconds > NOISE_SECONDS)
    return [find(`at most ${budget.loops} calibration loops`, text(seconds, loops), 'the time budget')];
  if (committed === undefined || clock.committed === undefined) return [];
  const before = committed.seconds / clock.committed;
  const most = budget.ratio ?? 2;
  if (loops <= most * before || seconds - committed.seconds * (clock.now / clock.committed) < NOISE_SECONDS)
    return [];
  return [
    find(text(committed.seconds, before), text(seconds, loops), `at most ${most} times as long as committed`),
  ];
}
