import type { Layer, Shape, WeightSpec } from '../layers/layer.ts';
import { showShape, sizeOf } from '../layers/shape.ts';
import { summaryHtml, summaryText } from './summary-table.ts';

/** What one layer of a model costs, for one example. */
export interface SummaryRow {
  path: string;
  kind: string;
  description: string;
  inputShape: Shape;
  outputShape: Shape;
  /** Trainable numbers, biases included. */
  parameters: number;
  /** Of these, biases and offsets. */
  biases: number;
  /** Numbers that training does not touch: moving statistics, fixed prototypes. */
  fixed: number;
  /** Products of an input with a weight. Biases, activations, pooling and normalisation count nothing. */
  multiplyAdds: number;
  /** Inputs and biases that all units together read. */
  connections: number;
  /** Values of the output; 0 where it is the input's own memory (`Flatten`, `Dropout` in inference). */
  activations: number;
  /** Pixels of the model's input that one output sees, `[vertical, horizontal]`; padding included. */
  receptiveField: readonly [number, number];
}

export interface SummaryTotals {
  parameters: number;
  parametersWithoutBiases: number;
  fixed: number;
  multiplyAdds: number;
  connections: number;
  /** Inputs, and outputs of all layers with trainable weights. */
  units: number;
  /** Values of the input and of every row's output: what the forward pass of one example makes. */
  activations: number;
  /** The same in bytes of float32. */
  forwardBytes: number;
  /** With the gradients of all of them, for the backward pass: twice as much. */
  trainingBytes: number;
  /** Bytes of all weights in float32. */
  weightBytes: number;
}

/** A model's costs, row by row. Prints as text, shows as a table in a notebook, and goes to JSON as it is. */
export class Summary {
  readonly model: string;
  readonly inputShape: Shape;
  readonly rows: readonly SummaryRow[];
  readonly totals: SummaryTotals;

  constructor(model: string, inputShape: Shape, rows: readonly SummaryRow[], units: number) {
    this.model = model;
    this.inputShape = inputShape;
    this.rows = rows;
    const sum = (pick: (row: SummaryRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
    const parameters = sum((r) => r.parameters);
    const fixed = sum((r) => r.fixed);
    const activations = sizeOf(inputShape) + sum((r) => r.activations);
    this.totals = {
      parameters,
      parametersWithoutBiases: parameters - sum((r) => r.biases),
      fixed,
      multiplyAdds: sum((r) => r.multiplyAdds),
      connections: sum((r) => r.connections),
      units,
      activations,
      forwardBytes: 4 * activations,
      trainingBytes: 8 * activations,
      weightBytes: 4 * (parameters + fixed),
    };
  }

  /** The row of a layer, by its path. */
  row(path: string): SummaryRow {
    const found = this.rows.find((r) => r.path === path);
    if (found) return found;
    throw new Error(
      `No layer "${path}" in ${this.model}. There are: ${this.rows.map((r) => r.path).join(', ')}.`,
    );
  }

  toString(): string {
    return summaryText(this);
  }

  [Symbol.for('Jupyter.display')](): Record<string, string> {
    return { 'text/plain': summaryText(this), 'text/html': summaryHtml(this) };
  }
}

/**
 * What a model costs at an input shape, without making any weights: per layer output shape, parameters, multiply-adds,
 * activation memory and receptive field, for one example.
 *
 * @param inputShape one example's, `[height, width, channels]`; default: the model's own.
 *
 * @example
 * import { Conv2D, summary } from 'convbook';
 * const costs = summary(new Conv2D({ filters: 10, kernelSize: 5, padding: 2 }), [32, 32, 3]);
 * console.log(costs.totals.parameters, costs.totals.parametersWithoutBiases); // 760 750
 * console.log(costs.totals.multiplyAdds); // 768000
 */
export function summary(model: Layer & { inputShape?: Shape }, inputShape?: Shape): Summary {
  const shape = inputShape ?? model.inputShape ?? model.builtFor;
  if (!shape) {
    throw new Error(
      `summary: ${model.kind} has no input shape of its own. Give one: summary(model, [28, 28, 1]).`,
    );
  }
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n > 0)) {
    throw new TypeError(
      `summary: the input shape must be a list of whole numbers above 0, without the batch; it is ${showShape(shape)}.`,
    );
  }
  model.outputShape(shape); // a shape that does not fit is named by the layer
  const counted = new Set<Layer>();
  let units = sizeOf(shape);
  const rows = model.cost(shape).map((row): SummaryRow => {
    const weights = counted.has(row.layer) ? [] : row.weights;
    counted.add(row.layer);
    const count = (keep: (w: WeightSpec) => boolean | undefined) =>
      weights.filter(keep).reduce((sum, w) => sum + sizeOf(w.shape), 0);
    if (row.multiplyAdds > 0) units += sizeOf(row.outputShape);
    return {
      path: row.path,
      kind: row.kind,
      description: row.description,
      inputShape: row.inputShape,
      outputShape: row.outputShape,
      parameters: count((w) => w.trainable),
      biases: count((w) => w.trainable && w.bias),
      fixed: count((w) => !w.trainable),
      multiplyAdds: row.multiplyAdds,
      connections: row.connections,
      activations: row.activations,
      receptiveField: row.field.size,
    };
  });
  return new Summary(model.name || model.kind, shape, rows, units);
}
