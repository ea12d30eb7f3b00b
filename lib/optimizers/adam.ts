import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { applyAdam } from '../runtime/updates.ts';
import { Optimizer, type OptimizerOptions, type Slots, type StepScalars } from './optimizer.ts';

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of gradients. */
  beta1?: number;
  /** Decay of the mean of squared gradients. */
  beta2?: number;
  epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015), with bias correction. In step t:
 * m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;
 * w = w - learningRate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
 *
 * @example
 * ```ts
 * const adam = new Adam({ learningRate: 0.01 });
 * const w = tf.variable(tf.tensor1d([1, -2]));
 * for (let i = 0; i < 3; i++) adam.minimize(() => w.square().sum() as Scalar, [w]).dispose();
 * adam.learningRate /= 10; // counts at the next step, in a compiled step too
 * ```
 */
export class Adam extends Optimizer {
  readonly kind: string = 'Adam';
  protected readonly slotNames = ['m', 'v'];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;

  /** @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 unless given */
  constructor(options: AdamOptions = {}) {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, ...rest } = options;
    super(rest, 0.001);
    for (const [name, value] of Object.entries({ beta1, beta2 })) {
      if (!(value >= 0 && value < 1))
        throw new Error(`${name} is ${value}; it must be at least 0 and below 1.`);
    }
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  protected override prepare(scalars: StepScalars): StepScalars {
    const beta1 = tf.scalar(this.beta1);
    const beta2 = tf.scalar(this.beta2);
    const beta1Power = tf.pow(beta1, scalars.step);
    const beta2Power = tf.pow(beta2, scalars.step);
    // The fused update divides by sqrt(v) + epsilon with v uncorrected: this epsilon makes it the formula above.
    const epsilon = tf.mul(this.epsilon, tf.sqrt(tf.sub(1, beta2Power)));
    return { ...scalars, beta1, beta2, beta1Power, beta2Power, epsilon };
  }

  protected update(variable: Variable, gradient: Tensor, slots: Slots, scalars: StepScalars): void {
    applyAdam({
      variable,
      gradient,
      m: slots['m']!,
      v: slots['v']!,
      beta1: scalars['beta1']!,
      beta2: scalars['beta2']!,
      beta1Power: scalars['beta1Power']!,
      beta2Power: scalars['beta2Power']!,
      epsilon: scalars['epsilon']!,
      ...scalars,
    });
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019): w shrinks by learningRate * weightDecay * w before
 * each update, and the decay does not pass through m and v.
 */
export class AdamW extends Adam {
  override readonly kind = 'AdamW';

  /** @param options as Adam's; weightDecay 0.01 unless given */
  constructor(options: AdamOptions = {}) {
    super({ weightDecay: 0.01, ...options });
  }
}
