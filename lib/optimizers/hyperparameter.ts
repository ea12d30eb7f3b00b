import type { Scalar, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { makeVariable } from '../runtime/variables.ts';

/**
 * A number that may change between steps, held in a variable: a compiled step takes it as an input, so a new value
 * counts at the next step without a new trace. JavaScript keeps a copy, so that reading it needs no engine.
 */
export class Hyperparameter {
  private number: number;
  private variable: Variable | undefined;

  constructor(value: number) {
    this.number = value;
  }

  get value(): number {
    return this.number;
  }

  set value(value: number) {
    this.number = value;
    if (!this.variable) return;
    const scalar = tf.scalar(value);
    this.variable.assign(scalar);
    scalar.dispose();
  }

  /** The value on the engine; made at the first use, when an engine runs. */
  get tensor(): Scalar {
    this.variable ??= makeVariable(() => tf.scalar(this.number));
    return this.variable as unknown as Scalar;
  }

  dispose(): void {
    this.variable?.dispose();
    this.variable = undefined;
  }
}
