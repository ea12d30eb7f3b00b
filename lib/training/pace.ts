import { interrupts } from '../runtime/recover.ts';

/**
 * Lets timers, sockets and live figures run between steps. A turn of the event loop costs some microseconds and one
 * every 50 ms is enough for an interrupt to feel instant, so that training loses far less than 2 %.
 */
export class Breather {
  private last = performance.now();
  private readonly every: number;
  private readonly interrupts = interrupts();

  constructor(everyMilliseconds = 50) {
    this.every = everyMilliseconds;
  }

  /** Throws where an interrupt has ended what this loop belongs to. */
  check(): void {
    if (interrupts() === this.interrupts) return;
    throw new Error('This was interrupted. The model has the weights of its last whole step.');
  }

  /** A promise to wait for, or undefined where the event loop had its turn lately. Throws as `check` does. */
  breathe(): Promise<void> | undefined {
    this.check();
    if (performance.now() - this.last < this.every) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.last = performance.now();
        resolve();
      });
    });
  }
}

/** Steps per second over about the last two seconds: steady enough to read, quick enough to follow. */
export class Speedometer {
  private marks: { time: number; steps: number; examples: number }[] = [];
  private steps = 0;
  private examples = 0;

  add(size: number, now = performance.now()): void {
    this.steps++;
    this.examples += size;
    const last = this.marks.at(-1);
    // One mark every 100 ms is enough; the newest one moves along with the steps.
    if (!last || this.marks.length < 2 || now - this.marks.at(-2)!.time > 100) {
      this.marks.push({ time: now, steps: this.steps, examples: this.examples });
    } else Object.assign(last, { time: now, steps: this.steps, examples: this.examples });
    while (this.marks.length > 3 && now - this.marks[1]!.time > 2000) this.marks.shift();
  }

  /** Called after a pause (validation, a callback), so that it does not count as a slow step. */
  restart(): void {
    this.marks = [];
  }

  get stepsPerSecond(): number {
    return this.per('steps');
  }

  get examplesPerSecond(): number {
    return this.per('examples');
  }

  private per(what: 'steps' | 'examples'): number {
    const first = this.marks[0];
    const last = this.marks.at(-1);
    if (!first || !last || last.time <= first.time) return 0;
    return ((last[what] - first[what]) / (last.time - first.time)) * 1000;
  }
}

/** Weighted means of named figures. */
export class Means {
  private readonly sums: Record<string, number> = {};
  private weight = 0;

  static from(saved: { sums: Record<string, number>; weight: number }): Means {
    const means = new Means();
    Object.assign(means.sums, saved.sums);
    means.weight = saved.weight;
    return means;
  }

  add(values: Readonly<Record<string, number>>, weight: number): void {
    for (const name in values) this.sums[name] = (this.sums[name] ?? 0) + values[name]! * weight;
    this.weight += weight;
  }

  get values(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.sums).map(([name, sum]) => [name, sum / this.weight]));
  }

  toJSON(): { sums: Record<string, number>; weight: number } {
    return { sums: { ...this.sums }, weight: this.weight };
  }
}
