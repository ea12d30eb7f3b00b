import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Field, slide, type Window } from './receptive-field.ts';
import { type Shape, ShapeError, sameShape, showShape, sizeOf } from './shape.ts';

export type { Shape } from './shape.ts';

/** What a layer may ask about the call that it is in. */
export interface CallContext {
  /** True inside a training step: dropout drops, batch norm uses the batch's statistics. */
  training: boolean;
  /**
   * Sees every inner layer's output as it is made (feature maps, Grad-CAM, LSUV). A tensor that it returns takes the
   * output's place; undefined leaves it. Outputs die with the call: `tf.keep` what shall outlive it.
   */
  observe?: ((layer: Layer, output: Tensor, input: Tensor) => Tensor | undefined) | undefined;
}

/** A unit's number of inputs and outputs, which initialisers scale by. */
export interface Fans {
  fanIn: number;
  fanOut: number;
}

/** Makes the first value of one weight. `fanIn`/`fanOut` count a unit's inputs and outputs; `seed` is the weight's own. */
export type Initializer = (shape: Shape, fans: Fans, seed: number) => Tensor;

/** One weight that a layer has at an input shape: enough to count parameters without making any. */
export interface WeightSpec extends Fans {
  name: string;
  shape: Shape;
  trainable: boolean;
  initializer: Initializer;
  /** A bias or offset, so that summaries can count "without biases". */
  bias?: boolean;
}

/** One line of `summary`: what a layer costs at an input shape, for one example. A block gives one row per inner layer. */
export interface LayerCost {
  /** The layer that the row is about; one that is used twice has two rows and one set of weights. */
  layer: Layer;
  path: string;
  kind: string;
  /** The layer as its `toString` describes it. */
  description: string;
  inputShape: Shape;
  outputShape: Shape;
  weights: readonly WeightSpec[];
  multiplyAdds: number;
  /** How many input pixels one output sees, and how far apart neighbouring outputs look. */
  field: Field;
  /** What all units together read: inputs and biases. LeCun's "connections". */
  connections: number;
  /** Values that the output takes in memory; 0 where it is the input's own memory. */
  activations: number;
}

/** A variable with the dotted path that names it in `safetensors` files: `block1.conv.kernel`. */
export interface NamedVariable {
  path: string;
  variable: Variable;
  trainable: boolean;
}

/** Options that every layer takes. */
export interface LayerOptions {
  /** The name inside the parent, part of its weights' paths. */
  name?: string;
}

/**
 * The base of every block: a function of tensors that may own variables and inner layers.
 *
 * A layer is pure in its shapes (`outputShape`, `weightSpecs`, `cost` need no weights and no engine) and lazy in its
 * weights: `build(inputShape, seed)` makes them once; `apply` builds with seed 0 where nobody has.
 * A simple layer overrides `outputShape`, `weightSpecs`, `multiplyAdds`, `window` and `forward`; a block overrides
 * `children`, `outputShape`, `cost`, `fieldAfter`, `buildChildren` and `forward`, or extends `Sequential`, `Parallel` or
 * `Residual`, which do that for the three usual ways to join layers.
 */
export abstract class Layer {
  abstract readonly kind: string;
  /** The name inside the parent; set by the parent where it is left empty. */
  name = '';
  /** The input shape that the weights were made for; undefined until `build`. */
  builtFor: Shape | undefined;
  protected readonly weights = new Map<string, NamedVariable>();
  private readonly accepted = new Set<string>();
  private frozen = false;

  constructor(options: LayerOptions = {}) {
    this.name = options.name ?? '';
  }

  abstract outputShape(inputShape: Shape): Shape;
  /** `x` has the batch dimension first. Blocks run their inner layers with `call`. */
  abstract forward(x: Tensor, context: CallContext): Tensor;

  weightSpecs(_inputShape: Shape): WeightSpec[] {
    return [];
  }

  multiplyAdds(_inputShape: Shape): number {
    return 0;
  }

  /** True where the output is the input's own memory, as `Flatten`'s and, in inference, `Dropout`'s is. */
  get isView(): boolean {
    return false;
  }

  /** What all units together read, inputs and biases: `multiplyAdds` and one per biased unit. */
  connections(inputShape: Shape): number {
    const biased = this.weightSpecs(inputShape).some((w) => w.bias && w.trainable);
    const products = this.multiplyAdds(inputShape);
    return products > 0 && biased ? products + sizeOf(this.outputShape(inputShape)) : products;
  }

  /** The window that the layer slides over its input; undefined where an output sees one input position only. */
  window(_inputShape: Shape): Window | undefined {
    return undefined;
  }

  /** The receptive field behind this layer, given the one before it. */
  fieldAfter(field: Field, inputShape: Shape): Field {
    return slide(field, this.window(inputShape));
  }

  /** Inner layers by name, in the order of their weights. */
  children(): readonly (readonly [string, Layer])[] {
    return [];
  }

  /** Every layer inside this one, blocks and their parts, with dotted paths. */
  descendants(prefix = ''): [string, Layer][] {
    return this.children().flatMap(([name, layer]) => [
      [`${prefix}${name}`, layer] as [string, Layer],
      ...layer.descendants(`${prefix}${name}.`),
    ]);
  }

  cost(inputShape: Shape, path = this.name || this.kind.toLowerCase(), field: Field = slide()): LayerCost[] {
    return [
      {
        layer: this,
        path,
        kind: this.kind,
        description: this.toString(),
        inputShape,
        outputShape: this.outputShape(inputShape),
        weights: this.weightSpecs(inputShape),
        multiplyAdds: this.multiplyAdds(inputShape),
        connections: this.connections(inputShape),
        activations: this.isView ? 0 : sizeOf(this.outputShape(inputShape)),
        field: this.fieldAfter(field, inputShape),
      },
    ];
  }

  /** Makes the weights for an input shape, from a seed. A second call with the same shape changes nothing. */
  build(inputShape: Shape, seed = 0): this {
    if (this.builtFor) {
      if (!sameShape(this.builtFor, inputShape)) this.checkWeightsFit(inputShape);
      return this;
    }
    this.outputShape(inputShape); // throws a sentence where the shape does not fit, before anything is made
    this.weightSpecs(inputShape).forEach((spec, index) => {
      const value = spec.initializer(spec.shape, spec, hashSeed(seed, index));
      const variable = tf.variable(value, spec.trainable && !this.frozen);
      value.dispose();
      this.weights.set(spec.name, { path: spec.name, variable, trainable: spec.trainable });
    });
    this.buildChildren(inputShape, seed);
    this.builtFor = [...inputShape];
    return this;
  }

  /** Blocks build their inner layers here, each with the shape that it will see. */
  protected buildChildren(_inputShape: Shape, _seed: number): void {}

  /** Runs the layer on a batch; makes the weights first (seed 0) where nobody has. */
  apply(x: Tensor, context: Partial<CallContext> = {}): Tensor {
    const shape = x.shape.slice(1);
    if (x.shape.length === 0 || x.shape[0] === 0) {
      throw new ShapeError(
        `${this.label} got a tensor of shape ${showShape(x.shape)}. It needs a batch of at least one example: ` +
          'the first dimension counts the examples (one image: image.expandDims(0)).',
      );
    }
    if (!this.builtFor) this.build(shape);
    else if (!sameShape(this.builtFor, shape)) this.checkWeightsFit(shape);
    return tf.tidy(() => this.call(x, { training: false, ...context }));
  }

  /** One layer's run inside a parent's `forward`: like `forward`, heeds `freeze`, and tells the observer. */
  call(x: Tensor, context: CallContext): Tensor {
    const y = this.forward(x, this.frozen && context.training ? { ...context, training: false } : context);
    return context.observe?.(this, y, x) ?? y;
  }

  /** A convolutional net may run on another image size than it was built for, as long as its weights fit. */
  private checkWeightsFit(inputShape: Shape): void {
    const key = inputShape.join();
    if (this.accepted.has(key)) return;
    const built = this.builtFor ?? [];
    const shapes = (at: Shape) => this.cost(at).flatMap((row) => row.weights.map((w) => w.shape.join()));
    if (shapes(built).join(';') !== shapes(inputShape).join(';')) {
      throw new ShapeError(
        `${this.label} was built for inputs of shape ${showShape(built)} and now got ${showShape(inputShape)}, for which ` +
          'it would need other weights. Make a new layer for the new shape, or dispose() this one first.',
      );
    }
    this.accepted.add(key);
  }

  protected weight(name: string): Variable {
    const found = this.weights.get(name);
    if (!found)
      throw new Error(`${this.label} has no weight "${name}" yet. Call build(inputShape) or apply(x) first.`);
    return found.variable;
  }

  /** All variables, inner layers' included, with dotted paths, in a stable order; a shared one counts once. */
  get variables(): NamedVariable[] {
    const inner = this.children().flatMap(([name, layer]) =>
      layer.variables.map((v) => ({ ...v, path: `${name}.${v.path}` })),
    );
    const own = [...this.weights.values()].map((v) => ({ ...v, trainable: v.trainable && !this.frozen }));
    const seen = new Set<Variable>();
    return [...own, ...inner].filter((v) => !seen.has(v.variable) && seen.add(v.variable));
  }

  get trainableVariables(): Variable[] {
    return this.variables.filter((v) => v.trainable).map((v) => v.variable);
  }

  /**
   * Keeps the weights as they are, inner layers' included (transfer learning): they are no longer among
   * `trainableVariables`, and in training the layer runs as in inference, so that batch norm keeps its statistics.
   *
   * @example
   * import { Dense, ReLU, Sequential } from 'convbook';
   * const model = new Sequential({ features: new Dense({ units: 8 }), relu: new ReLU(), head: new Dense({ units: 2 }) });
   * model.build([4]).layer('features').freeze();
   * console.log(model.trainableVariables.length); // 2
   */
  freeze(): this {
    return this.setFrozen(true);
  }

  /** Undoes `freeze`, for all inner layers too. */
  unfreeze(): this {
    return this.setFrozen(false);
  }

  private setFrozen(frozen: boolean): this {
    this.frozen = frozen;
    for (const { trainable, variable } of this.weights.values()) variable.trainable = trainable && !frozen;
    for (const [, layer] of this.children()) layer.setFrozen(frozen);
    return this;
  }

  /** True where `freeze` was called on this layer or one around it. */
  get isFrozen(): boolean {
    return this.frozen;
  }

  /** Frees the weights; the next `build` or `apply` makes new ones. */
  dispose(): void {
    for (const { variable } of this.weights.values()) variable.dispose();
    this.weights.clear();
    this.accepted.clear();
    for (const [, layer] of this.children()) layer.dispose();
    this.builtFor = undefined;
  }

  /** What error messages call the layer: its description where that is one line, else its kind. */
  protected get label(): string {
    const text = this.toString();
    return text.includes('\n') ? this.name || this.kind : text;
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
