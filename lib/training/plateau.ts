import type { Callback } from './callbacks.ts';
import { lowerIsBetter } from './history.ts';

export interface PlateauOptions {
  /** The figure to watch; default `valLoss`. */
  monitor?: string;
  /** What the rate is multiplied by; default 0.1, as in the AlexNet paper. */
  factor?: number;
  /** Epochs without an improvement before the rate drops; default 3. */
  patience?: number;
  /** An improvement smaller than this doesn't count; default 1e-4. */
  minDelta?: number;
  /** The rate never falls below this; default 0. */
  minRate?: number;
}

/**
 * Lowers the learning rate when a figure has stopped improving (Krizhevsky et al. 2012 did it by hand). A callback, because
 * it depends on the figures and not on time alone.
 *
 * @throws after the first epoch where it doesn't have the monitored figure
 *
 * @example
 * import { reduceOnPlateau } from 'convbook';
 * const callback = reduceOnPlateau({ monitor: 'valAccuracy', factor: 0.5 });
 * console.log(typeof callback.onEpochEnd); // function
 */
export function reduceOnPlateau(options: PlateauOptions = {}): Callback {
  const { monitor = 'valLoss', factor = 0.1, patience = 3, minDelta = 1e-4, minRate = 0 } = options;
  if (!(factor > 0 && factor < 1))
    throw new Error(`reduceOnPlateau: factor is ${factor}; expected it between 0 and 1.`);
  const sign = lowerIsBetter(monitor) ? 1 : -1;
  let state = { best: Number.POSITIVE_INFINITY, waited: 0 };
  return {
    onTrainBegin() {
      state = { best: Number.POSITIVE_INFINITY, waited: 0 };
    },
    onEpochEnd({ values }, control) {
      const value = values[monitor];
      if (value === undefined) {
        throw new Error(
          `reduceOnPlateau watches "${monitor}", but the epoch has only ${Object.keys(values).join(', ')}. ` +
            'Pass validationData to fit, or another monitor.',
        );
      }
      if (sign * value < state.best - minDelta) state = { best: sign * value, waited: 0 };
      else if (++state.waited >= patience) {
        control.learningRate = Math.max(minRate, control.learningRate * factor);
        state.waited = 0;
      }
    },
    saveState: () => ({ json: { ...state, best: Number.isFinite(state.best) ? state.best : null } }),
    loadState({ json }) {
      const saved = json as { best: number | null; waited: number };
      state = { best: saved.best ?? Number.POSITIVE_INFINITY, waited: saved.waited };
    },
  };
}
