import { type InitializerName, initializer } from '../initializers/names.ts';
import type { Tensor, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Activation, activation, activationName } from './activations.ts';
import { floats } from './floats.ts';
import { type Initializer, Layer, type LayerOptions, type Shape, type WeightSpec } from './layer.ts';
import { checkCount, flatShape } from './shape.ts';

export interface DenseOptions extends LayerOptions {
  /** Number of outputs. */
  units: number;
  activation?: Activation;
  useBias?: boolean;
  kernelInitializer?: InitializerName | Initializer;
  biasInitializer?: InitializerName | Initializer;
}

/**
 * Fully connected layer: `y = activation(x W + b)`.
 *
 * Input `[batch, features]`, output `[batch, units]`. `kernel` is `[features, units]`, `bias` `[units]`:
 * `features * units + units` parameters, `features * units` multiply-adds. Weights start as He normal, biases as 0.
 *
 * @example
 * import { Dense, tf } from 'convbook';
 * const layer = new Dense({ units: 10, activation: 'relu' });
 * console.log(layer.apply(tf.zeros([2, 784])).shape); // [2, 10]
 */
export class Dense extends Layer {
  readonly kind = 'Dense';
  readonly units: number;
  readonly useBias: boolean;
  private readonly activationOption: Activation;
  private readonly activate: (x: Tensor) => Tensor;
  private readonly kernelInitializer: Initializer;
  private readonly biasInitializer: Initializer;

  constructor(options: DenseOptions) {
    super(options);
    this.units = checkCount(options.units, 'Dense: units');
    this.useBias = options.useBias ?? true;
    this.activationOption = options.activation ?? 'linear';
    this.activate = activation(this.activationOption);
    this.kernelInitializer = initializer(options.kernelInitializer ?? 'he-normal');
    this.biasInitializer = initializer(options.biasInitializer ?? 'zeros');
  }

  override outputShape(inputShape: Shape): Shape {
    flatShape(inputShape, this);
    return [this.units];
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const features = flatShape(inputShape, this);
    const fans = { fanIn: features, fanOut: this.units, trainable: true };
    return [
      { ...fans, name: 'kernel', shape: [features, this.units], initializer: this.kernelInitializer },
      ...(this.useBias
        ? [{ ...fans, name: 'bias', shape: [this.units], initializer: this.biasInitializer, bias: true }]
        : []),
    ];
  }

  override multiplyAdds(inputShape: Shape): number {
    return flatShape(inputShape, this) * this.units;
  }

  override forward(x: Tensor): Tensor {
    return this.activate(this.linear(x));
  }

  /** The output before the activation. */
  linear(x: Tensor): Tensor {
    const product = tf.matMul(floats(x) as Tensor2D, this.weight('kernel') as Tensor2D);
    return this.useBias ? tf.add(product, this.weight('bias')) : product;
  }

  override toString(): string {
    const parts = [
      `${this.units}`,
      ...(this.activationOption === 'linear' ? [] : [activationName(this.activationOption)]),
      ...(this.useBias ? [] : ['no bias']),
    ];
    return `Dense(${parts.join(', ')})`;
  }
}
