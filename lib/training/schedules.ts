// Learning rates as functions of the training's progress. All are pure, so that a resumed training continues them.

/** Where a training is, before a step. */
export interface Progress {
  /** Steps done since the start. */
  step: number;
  /** Epochs done, with the part of the running one: 2.5 is in the middle of the third. */
  epoch: number;
  /** All steps of the training; undefined for a stream whose length isn't known yet. */
  steps: number | undefined;
  stepsPerEpoch: number | undefined;
  epochs: number;
}

/** The learning rate of the next step. */
export type Schedule = (progress: Progress) => number;

/**
 * Divides the rate by a factor at regular distances: rate * factor^floor(epoch / every).
 *
 * @param every epochs between two drops, or the epochs of the drops: `[80, 120]`
 *
 * @example
 * import { stepDecay } from 'convbook';
 * const schedule = stepDecay(0.1, { every: 30 });
 * const at = (epoch: number) => schedule({ step: 0, epoch, steps: undefined, stepsPerEpoch: undefined, epochs: 90 });
 * console.log(at(29), at(30).toFixed(3)); // 0.1 0.010
 */
export function stepDecay(
  rate: number,
  { every, factor = 0.1 }: { every: number | readonly number[]; factor?: number },
): Schedule {
  positive('stepDecay', { rate, factor });
  const drops = typeof every === 'number' ? undefined : every;
  if (typeof every === 'number') positive('stepDecay', { every });
  return ({ epoch }) =>
    rate *
    factor ** (drops ? drops.filter((at) => epoch >= at).length : Math.floor(epoch / (every as number)));
}

/** rate * decay^epoch, step by step. */
export function exponentialDecay(rate: number, decay: number): Schedule {
  positive('exponentialDecay', { rate, decay });
  return ({ epoch }) => rate * decay ** epoch;
}

/**
 * Half a cosine from `rate` to `end` over all epochs (Loshchilov and Hutter 2017, without restarts):
 * end + (rate - end) * (1 + cos(pi t)) / 2, with t from 0 to 1.
 *
 * @example
 * import { cosineDecay } from 'convbook';
 * const schedule = cosineDecay(0.1);
 * console.log(schedule({ step: 0, epoch: 5, steps: 100, stepsPerEpoch: 10, epochs: 10 }).toFixed(3)); // 0.050
 */
export function cosineDecay(rate: number, { end = 0 }: { end?: number } = {}): Schedule {
  positive('cosineDecay', { rate });
  return ({ epoch, epochs }) => cosine(rate, end, epoch / epochs);
}

/**
 * SGDR (Loshchilov and Hutter 2017): half cosines with warm restarts. The first cycle takes `period` epochs, each
 * later one `multiply` times the last. The ends of the cycles are where a snapshot ensemble takes its members.
 *
 * @example
 * import { cosineRestarts } from 'convbook';
 * const schedule = cosineRestarts(0.1, { period: 2, multiply: 2 });
 * const at = (epoch: number) => schedule({ step: 0, epoch, steps: undefined, stepsPerEpoch: undefined, epochs: 6 });
 * console.log(at(0), at(1).toFixed(3), at(2), at(4).toFixed(3)); // 0.1 0.050 0.1 0.050
 */
export function cosineRestarts(
  rate: number,
  { period, multiply = 1, end = 0 }: { period: number; multiply?: number; end?: number },
): Schedule {
  positive('cosineRestarts', { rate, period });
  if (!(multiply >= 1))
    throw new Error(`cosineRestarts: multiply is ${multiply}; expected a number of at least 1.`);
  return ({ epoch }) => {
    let start = 0;
    let length = period;
    while (epoch - start >= length) {
      start += length;
      length *= multiply;
    }
    return cosine(rate, end, (epoch - start) / length);
  };
}

/**
 * Rises in a straight line from `from * rate` over the first epochs, then follows another schedule (Goyal et al. 2017).
 * The other schedule's epochs count from the end of the warm-up.
 *
 * @example
 * import { constantRate, warmUp } from 'convbook';
 * const schedule = warmUp(2, constantRate(0.1));
 * const at = (epoch: number) => schedule({ step: 0, epoch, steps: undefined, stepsPerEpoch: undefined, epochs: 6 });
 * console.log(at(0), at(1), at(2)); // 0 0.05 0.1
 */
export function warmUp(epochs: number, then: Schedule, { from = 0 }: { from?: number } = {}): Schedule {
  positive('warmUp', { epochs });
  return (progress) => {
    const perEpoch = progress.stepsPerEpoch;
    const rest: Progress = {
      ...progress,
      step: Math.max(0, progress.step - (perEpoch ? Math.round(epochs * perEpoch) : 0)),
      epoch: Math.max(0, progress.epoch - epochs),
      epochs: Math.max(1e-9, progress.epochs - epochs),
      steps: progress.steps && perEpoch ? progress.steps - Math.round(epochs * perEpoch) : progress.steps,
    };
    const part = Math.min(1, progress.epoch / epochs);
    return then(rest) * (from + (1 - from) * part);
  };
}

/** The same rate always. */
export function constantRate(rate: number): Schedule {
  return () => rate;
}

/**
 * One cycle (Smith 2018): up from `rate / start` to `rate` over the first `up` of the training, then down to `rate / end`,
 * both along half cosines.
 *
 * @example
 * import { oneCycle } from 'convbook';
 * const schedule = oneCycle(1, { up: 0.25, start: 10 });
 * const at = (epoch: number) => schedule({ step: 0, epoch, steps: undefined, stepsPerEpoch: undefined, epochs: 4 });
 * console.log(at(0), at(1), at(4) < 1e-3); // 0.1 1 true
 */
export function oneCycle(
  rate: number,
  { up = 0.3, start = 25, end = 1e4 }: { up?: number; start?: number; end?: number } = {},
): Schedule {
  positive('oneCycle', { rate, start, end });
  if (!(up > 0 && up < 1)) throw new Error(`oneCycle: up is ${up}; expected a share between 0 and 1.`);
  return ({ epoch, epochs }) => {
    const part = Math.min(1, epoch / epochs);
    return part < up
      ? cosine(rate / start, rate, part / up)
      : cosine(rate, rate / end, (part - up) / (1 - up));
  };
}

function cosine(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, part))))) / 2;
}

function positive(who: string, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value > 0 && Number.isFinite(value)))
      throw new Error(`${who}: ${name} is ${value}; expected a number above 0.`);
  }
}
