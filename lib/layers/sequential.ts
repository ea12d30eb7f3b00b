import type { Tensor } from '../runtime/tf.ts';
import { type CallContext, hashSeed, Layer, type LayerCost, type LayerOptions, type Shape } from './layer.ts';
import { type NamedLayers, named, within } from './named.ts';
import type { Field } from './receptive-field.ts';

/**
 * Layers one after another. Takes a list, whose layers are named by kind and number (`conv2d1`, `dense1`), or an object,
 * whose keys are the names.
 *
 * @example
 * import { Conv2D, Dense, Flatten, MaxPool2D, Sequential } from 'convbook';
 * const model = new Sequential([
 *   new Conv2D({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
 *   new MaxPool2D(),
 *   new Flatten(),
 *   new Dense({ units: 10 }),
 * ]);
 * console.log(model.outputShape([28, 28, 1])); // [10]
 * console.log(model.build([28, 28, 1]).variables.map((v) => v.path).join(' '));
 * // conv2d1.kernel conv2d1.bias dense1.kernel dense1.bias
 */
export class Sequential extends Layer {
  readonly kind: string = 'Sequential';
  private readonly parts: readonly (readonly [string, Layer])[];

  constructor(layers: NamedLayers, options: LayerOptions = {}) {
    super(options);
    this.parts = named(layers, 'Sequential');
  }

  override children(): readonly (readonly [string, Layer])[] {
    return this.parts;
  }

  /** The layers in order, without their names. */
  get layers(): Layer[] {
    return this.parts.map(([, layer]) => layer);
  }

  /** One layer by its name. */
  layer(name: string): Layer {
    const found = this.parts.find(([key]) => key === name);
    if (found) return found[1];
    throw new Error(`No layer "${name}" here. There are: ${this.parts.map(([key]) => key).join(', ')}.`);
  }

  override outputShape(inputShape: Shape): Shape {
    return this.walk(inputShape, () => {});
  }

  override fieldAfter(field: Field, inputShape: Shape): Field {
    let seen = field;
    this.walk(inputShape, (layer, shape) => {
      seen = layer.fieldAfter(seen, shape);
    });
    return seen;
  }

  override cost(inputShape: Shape, path = this.name, field?: Field): LayerCost[] {
    const rows: LayerCost[] = [];
    let seen = field;
    this.walk(inputShape, (layer, shape, name) => {
      rows.push(...layer.cost(shape, path ? `${path}.${name}` : name, seen));
      seen = layer.fieldAfter(seen ?? { size: [1, 1], jump: [1, 1] }, shape);
    });
    return rows;
  }

  protected override buildChildren(inputShape: Shape, seed: number): void {
    this.walk(inputShape, (layer, shape, _name, index) => layer.build(shape, hashSeed(seed, index)));
  }

  override forward(x: Tensor, context: CallContext): Tensor {
    let y = x;
    for (const [, layer] of this.parts) y = layer.call(y, context);
    return y;
  }

  override toString(): string {
    const inner = this.parts.map(([name, layer]) => `  ${name}: ${String(layer).replaceAll('\n', '\n  ')}`);
    return `${this.kind}(\n${inner.join('\n')}\n)`;
  }

  private walk(
    inputShape: Shape,
    visit: (layer: Layer, shape: Shape, name: string, index: number) => void,
  ): Shape {
    let shape = inputShape;
    this.parts.forEach(([name, layer], index) => {
      shape = within(name, () => {
        const next = layer.outputShape(shape);
        visit(layer, shape, name, index);
        return next;
      });
    });
    return shape;
  }
}
