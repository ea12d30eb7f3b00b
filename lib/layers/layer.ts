import { tf } from '../runtime/tf.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';

/** A shape of one example: the batch dimension is left out. Images are `[height, width, channels]`. */
export type Shape = readonly number[];

/** What a layer may ask about the call that it is in. */
export interface CallContext {
  /** True inside a training step: dropout drops, batch norm uses the batch's statistics. */
  training: boolean;
}

/** Makes the first value of one weight. `fanIn`/`fanOut` count a unit's inputs and outputs; `seed` is the weight's own. */
export type Initializer = (shape: Shape, fans: { fanIn: number; fanOut: number }, seed: number) => Tensor;

/** One weight that a layer has at an input shape: enough to count parameters without making any. */
export interface WeightSpec {
  name: string;
  shape: Shape;
  trainable: boolean;
  fanIn: number;
  fanOut: number;
  initializer: Initializer;
  /** A bias or offset, so that summaries can count "without biases". */
  bias?: boolean;
}

/** One line of `summary`: what a layer costs at an input shape, for one example. A block gives one row per inner layer. */
export interface LayerCost {
  path: string;
  kind: string;
  inputShape: Shape;
  outputShape: Shape;
  weights: readonly WeightSpec[];
  multiplyAdds: number;
}

/** A variable with the dotted path that names it in `safetensors` files: `block1.conv.kernel`. */
export interface NamedVariable {
  path: string;
  variable: Variable;
  trainable: boolean;
}

/**
 * The base of every block: a function of tensors that may own variables and inner layers.
 *
 * A layer is pure in its shapes (`outputShape`, `weightSpecs`, `cost` need no weights and no engine) and lazy in its
 * weights: `build(inputShape, seed)` makes them once; `apply` builds with seed 0 where nobody has.
 * A simple layer overrides `outputShape`, `weightSpecs`, `multiplyAdds` and `forward`; a block overrides `children`,
 * `outputShape`, `cost`, `buildChildren` and `forward`.
 */
export abstract class Layer {
  abstract readonly kind: string;
  /** The name inside the parent; set by the parent where it is left empty. */
  name = '';
  /** The input shape that the weights were made for; undefined until `build`. */
  builtFor: Shape | undefined;
  protected readonly weights = new Map<string, NamedVariable>();

  abstract outputShape(inputShape: Shape): Shape;
  /** `x` has the batch dimension first. */
  abstract forward(x: Tensor, context: CallContext): Tensor;

  weightSpecs(_inputShape: Shape): WeightSpec[] {
    return [];
  }

  multiplyAdds(_inputShape: Shape): number {
    return 0;
  }

  /** Inner layers by name, in the order of their weights. */
  children(): readonly (readonly [string, Layer])[] {
    return [];
  }

  cost(inputShape: Shape, path = this.name || this.kind.toLowerCase()): LayerCost[] {
    return [
      {
        path,
        kind: this.kind,
        inputShape,
        outputShape: this.outputShape(inputShape),
        weights: this.weightSpecs(inputShape),
        multiplyAdds: this.multiplyAdds(inputShape),
      },
    ];
  }

  /** Makes the weights for an input shape, from a seed. A second call with the same shape changes nothing. */
  build(inputShape: Shape, seed = 0): this {
    if (this.builtFor) {
      if (this.builtFor.join() !== inputShape.join()) {
        throw new Error(
          `${this} was built for inputs of shape [${this.builtFor}] and now got [${inputShape}]. ` +
            'Make a new layer for the new shape, or dispose() this one first.',
        );
      }
      return this;
    }
    this.outputShape(inputShape); // throws a sentence where the shape does not fit, before anything is made
    this.weightSpecs(inputShape).forEach((spec, index) => {
      const value = spec.initializer(spec.shape, spec, hashSeed(seed, index));
      const variable = tf.variable(value, spec.trainable);
      value.dispose();
      this.weights.set(spec.name, { path: spec.name, variable, trainable: spec.trainable });
    });
    this.buildChildren(inputShape, seed);
    this.builtFor = inputShape;
    return this;
  }

  /** Blocks build their inner layers here, each with the shape that it will see. */
  protected buildChildren(_inputShape: Shape, _seed: number): void {}

  apply(x: Tensor, context: Partial<CallContext> = {}): Tensor {
    if (!this.builtFor) this.build(x.shape.slice(1));
    return tf.tidy(() => this.forward(x, { training: false, ...context }));
  }

  protected weight(name: string): Variable {
    const found = this.weights.get(name);
    if (!found) throw new Error(`${this} has no weight "${name}" yet. Call build(inputShape) or apply(x) first.`);
    return found.variable;
  }

  /** All variables, inner layers' included, with dotted paths, in a stable order. */
  get variables(): NamedVariable[] {
    const inner = this.children().flatMap(([name, layer]) =>
      layer.variables.map((v) => ({ ...v, path: `${name}.${v.path}` })),
    );
    return [...this.weights.values(), ...inner];
  }

  get trainableVariables(): Variable[] {
    return this.variables.filter((v) => v.trainable).map((v) => v.variable);
  }

  dispose(): void {
    for (const { variable } of this.weights.values()) variable.dispose();
    this.weights.clear();
    for (const [, layer] of this.children()) layer.dispose();
    this.builtFor = undefined;
  }

  toString(): string {
    return `${this.kind}()`;
  }
}

/** Mixes a seed and an index into a new 32-bit seed, so that no two weights share their random numbers. */
export function hashSeed(seed: number, index: number): number {
  let h = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39) >>> 0;
  return (h ^ (h >>> 15)) >>> 0;
}
