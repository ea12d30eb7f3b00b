import { type DisplayHandle, displayStill } from './show.ts';

/** A control that lives in the notebook. */
export interface Control<T> {
  /** What it is set to now. */
  readonly value: T;
  /** Resolves when everything that was asked for so far has been answered. */
  settled(): Promise<void>;
  close(): void;
}

/** The output below a control: one, changed in place, always on its way to the newest question. */
export class Answer {
  private readonly make: () => unknown;
  private handle: DisplayHandle | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(make: () => unknown) {
    this.make = make;
  }

  ask(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.answer().finally(() => {
      this.running = undefined;
      if (this.again) {
        this.again = false;
        this.ask();
      }
    });
  }

  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  private async answer(): Promise<void> {
    let value: unknown;
    try {
      const made = this.make();
      value = made instanceof Promise ? await made : made;
    } catch (error) {
      value = error; // shown where the answer would stand: a control must outlive a mistake in its cell
    }
    if (value === undefined) return;
    if (this.handle) await this.handle.update(value).sent;
    else {
      this.handle = displayStill(value);
      await this.handle.sent;
    }
  }
}

/** As the last value of a cell a control shows nothing more than it has. */
export function hidden<T extends object>(control: T): T {
  Object.defineProperty(control, Symbol.for('Jupyter.display'), { value: () => ({}) });
  return control;
}
