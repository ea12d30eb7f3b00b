/** The means of one epoch. Validation figures are named as in `loss` -> `valLoss`, `accuracy` -> `valAccuracy`. */
export interface EpochRecord {
  /** From 0. */
  epoch: number;
  values: Readonly<Record<string, number>>;
  learningRate: number;
  steps: number;
  /** Wall-clock seconds, validation included. */
  seconds: number;
}

/**
 * What a training gave, epoch by epoch.
 *
 * @example
 * const history = new History();
 * history.add({ epoch: 0, values: { loss: 2, valLoss: 2.5 }, learningRate: 0.1, steps: 10, seconds: 1 });
 * history.add({ epoch: 1, values: { loss: 1, valLoss: 2.1 }, learningRate: 0.1, steps: 10, seconds: 1 });
 * console.log(history.column('loss')); // [2, 1]
 * console.log(history.best('valLoss').epoch); // 1
 */
export class History {
  readonly epochs: EpochRecord[] = [];
  /** Why the training ended before its last epoch; undefined where it didn't. */
  stopped: string | undefined;

  add(record: EpochRecord): void {
    this.epochs.push(record);
  }

  /** The names of all figures, in the order they came up. */
  get names(): string[] {
    return [...new Set(this.epochs.flatMap((e) => Object.keys(e.values)))];
  }

  /** One figure over the epochs; NaN where an epoch doesn't have it. */
  column(name: string): number[] {
    return this.epochs.map((e) => e.values[name] ?? Number.NaN);
  }

  /** The figures of the last epoch. */
  get last(): EpochRecord {
    const last = this.epochs.at(-1);
    if (!last) throw new Error('The history has no epoch yet.');
    return last;
  }

  /** The epoch with the best value of a figure: the lowest of a loss, the highest of anything else. */
  best(name: string): EpochRecord {
    const having = this.epochs.filter((e) => Number.isFinite(e.values[name]));
    if (having.length === 0) {
      throw new Error(`The history has no "${name}"; it has ${this.names.join(', ') || 'no epoch yet'}.`);
    }
    const sign = lowerIsBetter(name) ? 1 : -1;
    return having.reduce((a, b) => (sign * b.values[name]! < sign * a.values[name]! ? b : a));
  }

  toString(): string {
    if (this.epochs.length === 0) return 'History(no epoch yet)';
    const names = this.names;
    const lines = this.epochs.map(
      (e) =>
        `epoch ${e.epoch + 1}: ${names.map((n) => `${n} ${e.values[n]?.toFixed(4) ?? '-'}`).join('  ')}  ` +
        `(${e.seconds.toFixed(1)} s)`,
    );
    if (this.stopped) lines.push(this.stopped);
    return lines.join('\n');
  }

  toJSON(): { epochs: EpochRecord[]; stopped?: string } {
    return { epochs: this.epochs, ...(this.stopped ? { stopped: this.stopped } : {}) };
  }
}

/** Losses, errors and perplexities get better downwards; accuracies and the like upwards. */
export function lowerIsBetter(name: string): boolean {
  return /loss|error|perplexity|distance/i.test(name);
}

/** `accuracy` -> `valAccuracy`. */
export function validationName(name: string): string {
  return `val${name[0]!.toUpperCase()}${name.slice(1)}`;
}
