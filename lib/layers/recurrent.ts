// What LSTM and GRU share: a step, repeated over time.
import { type InitializerName, initializer } from '../initializers/names.ts';
import { orthogonal } from '../initializers/orthogonal.ts';
import type { Tensor, Tensor2D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Initializer, Layer, type LayerOptions, type Shape } from './layer.ts';
import { checkCount, ShapeError, showShape } from './shape.ts';

export interface RecurrentOptions extends LayerOptions {
  /** Length of the state. */
  units: number;
  /** Give the outputs of all steps, `[time, units]`, instead of the last, `[units]`; default false. */
  returnSequences?: boolean;
  kernelInitializer?: InitializerName | Initializer;
  recurrentInitializer?: InitializerName | Initializer;
}

/** A layer with a state that runs over sequences `[batch, time, features]`. The state starts as zeros. */
export abstract class Recurrent extends Layer {
  readonly units: number;
  readonly returnSequences: boolean;
  protected readonly kernelInitializer: Initializer;
  protected readonly recurrentInitializer: Initializer;

  constructor(options: RecurrentOptions) {
    super(options);
    this.units = checkCount(options.units, 'A recurrent layer: units');
    this.returnSequences = options.returnSequences ?? false;
    this.kernelInitializer = initializer(options.kernelInitializer ?? 'xavier-uniform');
    this.recurrentInitializer = initializer(options.recurrentInitializer ?? orthogonal());
  }

  /** How many tensors `[batch, units]` the state is; the first is the output. */
  protected abstract readonly stateCount: number;

  /** One step: input `[batch, features]` and the state to the next state. For use one word at a time, in `tf.tidy`. */
  abstract step(x: Tensor2D, state: readonly Tensor2D[]): Tensor2D[];

  /** A state of zeros. */
  zeroState(batch: number): Tensor2D[] {
    return Array.from({ length: this.stateCount }, () => tf.zeros([batch, this.units]) as Tensor2D);
  }

  /** Runs over `[batch, time, features]` from a state; gives every step's output and the last state. */
  run(x: Tensor, initial?: readonly Tensor2D[]): { outputs: Tensor2D[]; state: Tensor2D[] } {
    let state = [...(initial ?? this.zeroState(x.shape[0] ?? 1))];
    const outputs: Tensor2D[] = [];
    for (const input of tf.unstack(x, 1)) {
      state = this.step(input as Tensor2D, state);
      outputs.push(state[0]!);
    }
    return { outputs, state };
  }

  override outputShape(inputShape: Shape): Shape {
    const [time] = this.sequence(inputShape);
    return this.returnSequences ? [time, this.units] : [this.units];
  }

  override forward(x: Tensor): Tensor {
    const { outputs, state } = this.run(x);
    return this.returnSequences ? tf.stack(outputs, 1) : state[0]!;
  }

  override toString(): string {
    return `${this.kind}(${this.units}${this.returnSequences ? ', sequences' : ''})`;
  }

  protected sequence(inputShape: Shape): readonly [time: number, features: number] {
    const [time, features] = inputShape;
    if (inputShape.length !== 2 || !time || !features) {
      throw new ShapeError(
        `${this} needs sequences of shape [time, features] and got ${showShape(inputShape)}.`,
      );
    }
    return [time, features];
  }
}
