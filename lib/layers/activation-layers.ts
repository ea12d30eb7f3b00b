import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import {
  type Activation,
  activation,
  activationName,
  elu,
  gelu,
  leakyRelu,
  relu6,
  silu,
} from './activations.ts';
import { Layer, type LayerOptions, type Shape } from './layer.ts';

/** A layer that works on each value by itself, or on each example's last dimension: shapes stay. */
abstract class Pointwise extends Layer {
  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}

/**
 * Any activation as a layer: a name or a function that keeps the shape.
 *
 * @example
 * import { ActivationLayer, tf } from 'convbook';
 * new ActivationLayer('tanh').apply(tf.tensor2d([[0, 100]])).print(); // [[0, 1]]
 */
export class ActivationLayer extends Pointwise {
  readonly kind = 'Activation';
  private readonly option: Activation;
  private readonly fn: (x: Tensor) => Tensor;

  constructor(option: Activation, options: LayerOptions = {}) {
    super(options);
    this.option = option;
    this.fn = activation(option);
  }

  override forward(x: Tensor): Tensor {
    return this.fn(x);
  }

  override toString(): string {
    return `Activation(${activationName(this.option)})`;
  }
}

/**
 * Rectified linear unit, `max(0, x)` (Nair & Hinton 2010).
 *
 * @example
 * import { ReLU, tf } from 'convbook';
 * new ReLU().apply(tf.tensor2d([[-1, 2]])).print(); // [[0, 2]]
 */
export class ReLU extends Pointwise {
  readonly kind = 'ReLU';
  override forward(x: Tensor): Tensor {
    return tf.relu(x);
  }
}

/**
 * `min(max(x, 0), 6)` (Howard et al. 2017, MobileNet).
 *
 * @example
 * import { ReLU6, tf } from 'convbook';
 * new ReLU6().apply(tf.tensor2d([[-1, 2, 9]])).print(); // [[0, 2, 6]]
 */
export class ReLU6 extends Pointwise {
  readonly kind = 'ReLU6';
  override forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/**
 * Leaky ReLU, `max(alpha * x, x)`, with the slides' alpha of 0.1 (Maas et al. 2013).
 *
 * @example
 * import { LeakyReLU, tf } from 'convbook';
 * new LeakyReLU().apply(tf.tensor2d([[-1, 2]])).print(); // [[-0.1, 2]]
 */
export class LeakyReLU extends Pointwise {
  readonly kind = 'LeakyReLU';
  readonly alpha: number;

  constructor({ alpha = 0.1, ...options }: LayerOptions & { alpha?: number } = {}) {
    super(options);
    if (!(alpha >= 0 && alpha <= 1))
      throw new RangeError(`LeakyReLU: alpha must be within 0 and 1; it is ${alpha}.`);
    this.alpha = alpha;
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.alpha);
  }

  override toString(): string {
    return `LeakyReLU(alpha ${this.alpha})`;
  }
}

/**
 * `x` where `x >= 0`, else `alpha * (exp(x) - 1)` (Clevert et al. 2015, arXiv:1511.07289).
 *
 * @example
 * import { ELU, tf } from 'convbook';
 * new ELU().apply(tf.tensor2d([[-1, 2]])).print(); // [[-0.6321, 2]]
 */
export class ELU extends Pointwise {
  readonly kind = 'ELU';
  readonly alpha: number;

  constructor({ alpha = 1, ...options }: LayerOptions & { alpha?: number } = {}) {
    super(options);
    if (!(alpha > 0)) throw new RangeError(`ELU: alpha must be above 0; it is ${alpha}.`);
    this.alpha = alpha;
  }

  override forward(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }

  override toString(): string {
    return `ELU(alpha ${this.alpha})`;
  }
}

/**
 * `1 / (1 + exp(-x))`.
 *
 * @example
 * import { Sigmoid, tf } from 'convbook';
 * new Sigmoid().apply(tf.tensor2d([[0, 2]])).print(); // [[0.5, 0.8808]]
 */
export class Sigmoid extends Pointwise {
  readonly kind = 'Sigmoid';
  override forward(x: Tensor): Tensor {
    return tf.sigmoid(x);
  }
}

/**
 * `tanh(x)`.
 *
 * @example
 * import { Tanh, tf } from 'convbook';
 * new Tanh().apply(tf.tensor2d([[0, 1]])).print(); // [[0, 0.7616]]
 */
export class Tanh extends Pointwise {
  readonly kind = 'Tanh';
  override forward(x: Tensor): Tensor {
    return tf.tanh(x);
  }
}

/**
 * `exp(x_i) / sum_j exp(x_j)` over the last dimension. The losses take logits: leave it out when training.
 *
 * @example
 * import { Softmax, tf } from 'convbook';
 * new Softmax().apply(tf.tensor2d([[3.2, 5.1, -1.7]])).print(); // [[0.12998, 0.86905, 0.000968]]
 */
export class Softmax extends Pointwise {
  readonly kind = 'Softmax';
  override forward(x: Tensor): Tensor {
    return tf.softmax(x);
  }
}

/**
 * `x * Phi(x)` (Hendrycks & Gimpel 2016, arXiv:1606.08415).
 *
 * @example
 * import { GELU, tf } from 'convbook';
 * new GELU().apply(tf.tensor2d([[-1, 1]])).print(); // [[-0.1587, 0.8413]]
 */
export class GELU extends Pointwise {
  readonly kind = 'GELU';
  override forward(x: Tensor): Tensor {
    return gelu(x);
  }
}

/**
 * `x * sigmoid(x)` (Elfwing et al. 2017, arXiv:1702.03118).
 *
 * @example
 * import { SiLU, tf } from 'convbook';
 * new SiLU().apply(tf.tensor2d([[-1, 1]])).print(); // [[-0.2689, 0.7311]]
 */
export class SiLU extends Pointwise {
  readonly kind = 'SiLU';
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}
