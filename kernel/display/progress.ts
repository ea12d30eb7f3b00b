import { Display, escapeHtml, shortNumber } from './rendered.ts';
import { type DisplayHandle, display, host } from './show.ts';

/** How far something has come. Made by `progress(total)`. */
export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  /** Goes on by `count` and may change the label. */
  tick(count?: number, label?: string): void;
  /** Sets how much is done. */
  set(done: number, label?: string): void;
  /** Shows the end; what is not done stays undone. */
  finish(label?: string): void;
}

/** Updates a second at most: the display must not cost more than the work. */
const PAUSE = 125;

/**
 * A progress display that stays one output and moves in it.
 *
 * With a number it gives a `Progress`. With something to walk through it gives the same walk, and the display follows:
 * it ends as done, or as stopped where the loop is left early.
 *
 * @example
 * import { progress } from 'convbook';
 * let sum = 0;
 * for (const n of progress([1, 2, 3], 'Numbers')) sum += n;
 * const bar = progress(100, 'Images');
 * bar.tick(25);
 * bar.finish();
 */
export function progress(total: number, label?: string): Progress;
export function progress<T>(items: Iterable<T>, label?: string): Generator<T, void, undefined>;
export function progress<T>(items: AsyncIterable<T>, label?: string): AsyncGenerator<T, void, undefined>;
export function progress<T>(
  what: number | Iterable<T> | AsyncIterable<T>,
  label = '',
): Progress | Generator<T, void, undefined> | AsyncGenerator<T, void, undefined> {
  if (typeof what === 'number') {
    if (!Number.isFinite(what) || what < 0) {
      throw new RangeError(
        `progress(${what}): the total must be a number of at least 0, or something to walk through.`,
      );
    }
    return new Bar(what, label);
  }
  if (typeof what === 'object' && what !== null && Symbol.asyncIterator in what)
    return walkLater(what, label);
  if (what !== null && what !== undefined && Symbol.iterator in Object(what))
    return walk(what as Iterable<T>, label);
  throw new TypeError(`progress needs a number or something to walk through, and got ${typeof what}.`);
}

function* walk<T>(items: Iterable<T>, label: string): Generator<T, void, undefined> {
  const bar = new Bar(lengthOf(items), label);
  try {
    for (const item of items) {
      yield item;
      bar.tick();
    }
    bar.complete();
  } finally {
    bar.finish();
  }
}

async function* walkLater<T>(items: AsyncIterable<T>, label: string): AsyncGenerator<T, void, undefined> {
  const bar = new Bar(lengthOf(items), label);
  try {
    for await (const item of items) {
      yield item;
      bar.tick();
    }
    bar.complete();
  } finally {
    bar.finish();
  }
}

function lengthOf(items: object): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  const count = length ?? size;
  return typeof count === 'number' ? count : undefined;
}

class Bar implements Progress {
  done = 0;
  total: number | undefined;
  private label: string;
  private readonly started = performance.now();
  private shownAt = -Infinity;
  private handle: DisplayHandle | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(total: number | undefined, label: string) {
    this.total = total;
    this.label = label;
    this.show();
  }

  tick(count = 1, label?: string): void {
    this.set(this.done + count, label);
  }

  set(done: number, label?: string): void {
    if (this.ended) return;
    this.done = done;
    if (label !== undefined) this.label = label;
    const wait = PAUSE - (performance.now() - this.shownAt);
    if (wait <= 0) this.show();
    else if (!this.timer) {
      // The last state is shown even if nothing more comes, without keeping a finished process alive.
      this.timer = setTimeout(() => this.show(), wait);
      this.timer.unref();
    }
  }

  /** Everything that there was has been walked through: then, at the latest, the total is known. */
  complete(): void {
    this.total ??= this.done;
    this.finish();
  }

  finish(label?: string): void {
    if (this.ended) return;
    this.ended = true;
    if (label !== undefined) this.label = label;
    this.show();
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.shownAt = performance.now();
    const text = this.text();
    if (host()) {
      const shown = new Display({ 'text/plain': text, 'text/html': this.html(text) });
      if (this.handle) this.handle.update(shown);
      else this.handle = display(shown);
    } else if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${this.ended ? '\n' : ''}`);
    else if (this.ended) console.log(text);
  }

  private text(): string {
    const { done, total, label, ended } = this;
    const seconds = (performance.now() - this.started) / 1000;
    const share = total === undefined ? String(done) : `${done} of ${total}`;
    const percent = total ? ` (${Math.floor((100 * done) / total)} %)` : '';
    const whole = total !== undefined && done >= total;
    const left = total && done > 0 ? (seconds * (total - done)) / done : undefined;
    const time = ended
      ? `${whole ? 'done' : 'stopped'} in ${duration(seconds)}`
      : left !== undefined && seconds > 1
        ? `${duration(left)} left`
        : '';
    return [label && `${label}:`, `${share}${percent}`, time && `- ${time}`].filter(Boolean).join(' ');
  }

  private html(text: string): string {
    const { done, total, label } = this;
    const value =
      total === undefined ? (this.ended ? ' value="1"' : '') : ` value="${done}" max="${total || 1}"`;
    return `<progress aria-label="${escapeHtml(label || 'progress')}"${value} style="width: 20em"></progress> ${escapeHtml(text)}`;
  }
}

/** Seconds for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${shortNumber(Math.round(seconds * 10) / 10)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
