import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { applyAdaGrad } from '../runtime/updates.ts';
import { Optimizer, type OptimizerOptions, type Slots, type StepScalars } from './optimizer.ts';

export interface AdaGradOptions extends OptimizerOptions {
  /** Keeps the division from blowing up. */
  epsilon?: number;
}

/**
 * AdaGrad (Duchi, Hazan & Singer 2011): a = a + g^2; w = w - learningRate * g / (sqrt(a) + epsilon).
 */
export class AdaGrad extends Optimizer {
  readonly kind = 'AdaGrad';
  protected readonly slotNames = ['accumulator'];
  readonly epsilon: number;

  /** @param options learningRate 0.01, epsilon 1e-7 unless given */
  constructor(options: AdaGradOptions = {}) {
    const { epsilon = 1e-7, ...rest } = options;
    super(rest, 0.01);
    this.epsilon = epsilon;
  }

  protected override prepare(scalars: StepScalars): StepScalars {
    return { ...scalars, epsilon: tf.scalar(this.epsilon) };
  }

  protected update(variable: Variable, gradient: Tensor, slots: Slots, scalars: StepScalars): void {
    applyAdaGrad({
      variable,
      gradient,
      accumulator: slots['accumulator']!,
      epsilon: scalars['epsilon']!,
      ...scalars,
    });
  }
}
