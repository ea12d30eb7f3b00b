import type { Tensor } from '../runtime/tf.ts';
import { type CallContext, hashSeed, Layer, type LayerCost, type LayerOptions, type Shape } from './layer.ts';
import { type NamedLayers, named, within } from './named.ts';
import { type Field, slide, widest } from './receptive-field.ts';
import { ShapeError, sizeOf } from './shape.ts';

/** Layers side by side on one input; a subclass says how their outputs join. */
export abstract class Branches extends Layer {
  protected readonly parts: readonly (readonly [string, Layer])[];

  constructor(branches: NamedLayers, options: LayerOptions = {}) {
    super(options);
    this.parts = named(branches, 'A block of branches');
    if (this.parts.length === 0) throw new TypeError('A block of branches needs at least one branch.');
  }

  protected abstract joinShapes(shapes: readonly Shape[]): Shape;
  protected abstract join(outputs: Tensor[]): Tensor;

  override children(): readonly (readonly [string, Layer])[] {
    return this.parts;
  }

  override outputShape(inputShape: Shape): Shape {
    return this.joinShapes(
      this.parts.map(([name, layer]) => within(name, () => layer.outputShape(inputShape))),
    );
  }

  override fieldAfter(field: Field, inputShape: Shape): Field {
    return widest(this.parts.map(([, layer]) => layer.fieldAfter(field, inputShape)));
  }

  /** The branches' rows, then one for the joined output. */
  override cost(inputShape: Shape, path = this.name, field: Field = slide()): LayerCost[] {
    const rows = this.parts.flatMap(([name, layer]) =>
      within(name, () => layer.cost(inputShape, path ? `${path}.${name}` : name, field)),
    );
    const joined: LayerCost = {
      layer: this,
      path: path || this.kind.toLowerCase(),
      kind: this.kind,
      description: `${this.kind}(${this.parts.map(([name]) => name).join(', ')})`,
      inputShape,
      outputShape: this.outputShape(inputShape),
      weights: [],
      multiplyAdds: 0,
      connections: 0,
      activations: sizeOf(this.outputShape(inputShape)),
      field: this.fieldAfter(field, inputShape),
    };
    return [...rows, joined];
  }

  protected override buildChildren(inputShape: Shape, seed: number): void {
    this.parts.forEach(([, layer], index) => {
      layer.build(inputShape, hashSeed(seed, index));
    });
  }

  override forward(x: Tensor, context: CallContext): Tensor {
    return this.join(this.parts.map(([, layer]) => layer.call(x, context)));
  }

  override toString(): string {
    const inner = this.parts.map(([name, layer]) => `  ${name}: ${String(layer).replaceAll('\n', '\n  ')}`);
    return `${this.kind}(\n${inner.join('\n')}\n)`;
  }

  protected mismatch(shapes: readonly Shape[], want: string): ShapeError {
    const list = this.parts.map(([name], i) => `${name} [${shapes[i]?.join(', ')}]`).join(', ');
    return new ShapeError(`${this.kind}: the branches' outputs ${want}, and they are ${list}.`);
  }
}
