import type { Tensor } from '../runtime/tf.ts';
import type { Callback } from './callbacks.ts';
import { lowerIsBetter } from './history.ts';

export interface EarlyStoppingOptions {
  /** The figure to watch; default `valLoss`. */
  monitor?: string;
  /** Epochs without an improvement before it stops; default 5. */
  patience?: number;
  /** An improvement smaller than this doesn't count; default 0. */
  minDelta?: number;
  /** Puts back the weights of the best epoch at the end; default true. Costs one more copy of the weights. */
  restoreBest?: boolean;
}

/**
 * Stops when a figure has not improved for `patience` epochs (Prechelt 1998, "Early stopping - but when?").
 *
 * @throws after the first epoch where it doesn't have the monitored figure
 *
 * @example
 * import { Dense, earlyStopping, fit, Sequential } from 'convbook';
 * const data = { xs: [[0], [1], [2], [3]], ys: [0, 0, 1, 1] };
 * const stopper = earlyStopping({ patience: 2, minDelta: 0.5 });
 * const history = await fit(new Sequential([new Dense({ units: 2 })]), data, { epochs: 50, validationData: data, callbacks: stopper });
 * console.log(history.epochs.length < 50); // true
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const { monitor = 'valLoss', patience = 5, minDelta = 0, restoreBest = true } = options;
  const sign = lowerIsBetter(monitor) ? 1 : -1;
  let best = Number.POSITIVE_INFINITY;
  let bestEpoch = -1;
  let kept: Tensor[] = [];
  const forget = () => {
    for (const tensor of kept) tensor.dispose();
    kept = [];
  };
  return {
    onTrainBegin() {
      best = Number.POSITIVE_INFINITY;
      bestEpoch = -1;
      forget();
    },
    onEpochEnd({ epoch, values }, control) {
      const value = values[monitor];
      if (value === undefined) {
        throw new Error(
          `earlyStopping watches "${monitor}", but the epoch has only ${Object.keys(values).join(', ')}. ` +
            'Pass validationData to fit, or another monitor.',
        );
      }
      if (sign * value < best - minDelta) {
        best = sign * value;
        bestEpoch = epoch;
        forget();
        if (restoreBest) kept = control.model.variables.map((v) => v.variable.clone());
      } else if (epoch - bestEpoch >= patience) {
        control.stop(
          `Stopped early after epoch ${epoch + 1}: ${monitor} was best at epoch ${bestEpoch + 1} ` +
            `(${(sign * best).toPrecision(4)}) and has not improved in ${patience} epochs.`,
        );
      }
    },
    saveState: () => ({
      json: { best: Number.isFinite(best) ? best : null, bestEpoch },
      tensors: Object.fromEntries(kept.map((tensor, i) => [String(i), tensor])),
    }),
    loadState({ json, tensors = {} }) {
      const saved = json as { best: number | null; bestEpoch: number };
      best = saved.best ?? Number.POSITIVE_INFINITY;
      bestEpoch = saved.bestEpoch;
      forget();
      kept = Object.keys(tensors).map((_, i) => tensors[String(i)]!);
    },
    onTrainEnd(_history, control) {
      if (kept.length > 0) control.model.variables.forEach((v, i) => void v.variable.assign(kept[i]!));
      forget();
    },
  };
}
