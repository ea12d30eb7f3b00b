import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { applyRmsProp } from '../runtime/updates.ts';
import { Optimizer, type OptimizerOptions, type Slots, type StepScalars } from './optimizer.ts';

export interface RMSPropOptions extends OptimizerOptions {
  /** How much of the old mean of squares is kept. */
  rho?: number;
  momentum?: number;
  epsilon?: number;
}

/**
 * RMSProp (Tieleman & Hinton 2012): s = rho * s + (1 - rho) * g^2;
 * v = momentum * v + learningRate * g / sqrt(s + epsilon); w = w - v.
 */
export class RMSProp extends Optimizer {
  readonly kind = 'RMSProp';
  protected readonly slotNames = ['meanSquare', 'velocity'];
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;

  /** @param options learningRate 0.001, rho 0.9, momentum 0, epsilon 1e-7 unless given */
  constructor(options: RMSPropOptions = {}) {
    const { rho = 0.9, momentum = 0, epsilon = 1e-7, ...rest } = options;
    super(rest, 0.001);
    if (!(rho >= 0 && rho < 1)) throw new Error(`rho is ${rho}; it must be at least 0 and below 1.`);
    this.rho = rho;
    this.momentum = momentum;
    this.epsilon = epsilon;
  }

  protected override prepare(scalars: StepScalars): StepScalars {
    return {
      ...scalars,
      rho: tf.scalar(this.rho),
      momentum: tf.scalar(this.momentum),
      epsilon: tf.scalar(this.epsilon),
    };
  }

  protected update(variable: Variable, gradient: Tensor, slots: Slots, scalars: StepScalars): void {
    applyRmsProp({
      variable,
      gradient,
      meanSquare: slots['meanSquare']!,
      velocity: slots['velocity']!,
      rho: scalars['rho']!,
      momentum: scalars['momentum']!,
      epsilon: scalars['epsilon']!,
      ...scalars,
    });
  }
}
