/** What a loop's time went into, in milliseconds. */
export interface StepTimes {
  steps: number;
  /** Getting data ready. */
  data: number;
  /** Steps, until their result was read. */
  compute: number;
  /** Everything else: callbacks, drawing, waiting for the event loop. */
  idle: number;
  /** compute / (data + compute + idle), in [0, 1]. */
  utilisation: number;
}

/**
 * Tells what a training loop waits for: data, the engine, or something else.
 *
 * @example
 * import { StepTimer, tf } from 'convbook';
 * const timer = new StepTimer();
 * for (let i = 0; i < 10; i++) {
 *   const batch = timer.data(() => tf.ones([64, 100]));
 *   timer.compute(() => tf.tidy(() => batch.square().sum().dataSync()[0]));
 *   batch.dispose();
 * }
 * console.log(timer.times.steps, timer.times.utilisation <= 1); // 10 true
 */
export class StepTimer {
  private readonly now: () => number;
  private started: number | undefined;
  private ended = 0;
  private spent = { data: 0, compute: 0 };
  private steps = 0;

  /** @param now a clock in milliseconds; `performance.now` unless given */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Times the making of a batch. A promise is timed until it settles. */
  data<T>(work: () => T): T {
    return this.time('data', work);
  }

  /** Times a step. Read its result inside, or the engine may still be at work. */
  compute<T>(work: () => T): T {
    this.steps++;
    return this.time('compute', work);
  }

  private time<T>(kind: 'data' | 'compute', work: () => T): T {
    const start = this.now();
    this.started ??= start;
    const stop = () => {
      this.ended = this.now();
      this.spent[kind] += this.ended - start;
    };
    let result: T;
    try {
      result = work();
    } catch (error) {
      stop();
      throw error;
    }
    if (result instanceof Promise) return result.finally(stop) as T;
    stop();
    return result;
  }

  get times(): StepTimes {
    const { data, compute } = this.spent;
    const all = this.started === undefined ? 0 : this.ended - this.started;
    return {
      steps: this.steps,
      data,
      compute,
      idle: Math.max(0, all - data - compute),
      utilisation: all > 0 ? compute / all : 0,
    };
  }

  reset(): void {
    this.started = undefined;
    this.spent = { data: 0, compute: 0 };
    this.steps = 0;
  }

  toString(): string {
    const { steps, data, compute, idle } = this.times;
    const all = data + compute + idle;
    const share = (part: number) => `${all > 0 ? Math.round((100 * part) / all) : 0} %`;
    return `${steps} steps, ${(steps ? all / steps : 0).toFixed(1)} ms each: data ${share(data)}, compute ${share(compute)}, idle ${share(idle)}`;
  }
}
