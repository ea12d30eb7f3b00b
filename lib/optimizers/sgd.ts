import type { Tensor, Variable } from '../runtime/tf.ts';
import { applyGradientDescent, applyMomentum } from '../runtime/updates.ts';
import { Hyperparameter } from './hyperparameter.ts';
import { Optimizer, type OptimizerOptions, type Slots, type StepScalars } from './optimizer.ts';

/**
 * Stochastic gradient descent (Robbins & Monro 1951): w = w - learningRate * g.
 *
 * @example
 * ```ts
 * const w = tf.variable(tf.scalar(1));
 * new SGD({ learningRate: 0.1 }).minimize(() => w.square() as Scalar, [w]);
 * console.log(w.arraySync()); // 0.8
 * ```
 */
export class SGD extends Optimizer {
  readonly kind = 'SGD';
  protected readonly slotNames: readonly string[] = [];

  /** @param options learningRate 0.01 unless given */
  constructor(options: OptimizerOptions = {}) {
    super(options, 0.01);
  }

  protected update(variable: Variable, gradient: Tensor, _slots: Slots, scalars: StepScalars): void {
    applyGradientDescent({ variable, gradient, ...scalars });
  }
}

export interface MomentumOptions extends OptimizerOptions {
  /** How much of the last step is kept, in [0, 1). */
  momentum?: number;
  /** Look ahead by the momentum before taking the gradient (Nesterov 1983, in Sutskever et al.'s form of 2013). */
  nesterov?: boolean;
}

/**
 * Gradient descent with momentum (Polyak 1964): v = momentum * v - learningRate * g; w = w + v.
 * With `nesterov`: w = w + momentum * v - learningRate * g.
 */
export class Momentum extends Optimizer {
  readonly kind = 'Momentum';
  protected readonly slotNames = ['velocity'];
  readonly nesterov: boolean;
  private readonly factor: Hyperparameter;

  /** @param options learningRate 0.01, momentum 0.9, nesterov false unless given */
  constructor(options: MomentumOptions = {}) {
    const { momentum = 0.9, nesterov = false, ...rest } = options;
    super(rest, 0.01);
    this.nesterov = nesterov;
    this.factor = new Hyperparameter(checked(momentum));
  }

  get momentum(): number {
    return this.factor.value;
  }

  set momentum(value: number) {
    this.factor.value = checked(value);
  }

  protected update(variable: Variable, gradient: Tensor, slots: Slots, scalars: StepScalars): void {
    applyMomentum({
      variable,
      gradient,
      velocity: slots['velocity']!,
      momentum: this.factor.tensor,
      nesterov: this.nesterov,
      ...scalars,
    });
  }

  override dispose(): void {
    super.dispose();
    this.factor.dispose();
  }
}

function checked(momentum: number): number {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new Error(`The momentum is ${momentum}; it must be at least 0 and below 1.`);
  }
  return momentum;
}
