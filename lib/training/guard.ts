import type { Layer } from '../layers/layer.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/**
 * Keeps the moving statistics from before a step: the forward pass changes them before the loss is known. A clone of a variable
 * that is assigned as a whole shares its memory.
 */
export class StatisticsGuard {
  private readonly variables: readonly Variable[];
  private values: Tensor[] = [];

  constructor(model: Layer) {
    this.variables = model.variables.filter((v) => !v.trainable).map((v) => v.variable);
  }

  hold(): void {
    this.dispose();
    this.values = this.variables.map((v) => tf.keep(v.clone()));
  }

  restore(): void {
    this.values.forEach((value, i) => void this.variables[i]!.assign(value));
    this.dispose();
  }

  dispose(): void {
    for (const value of this.values) value.dispose();
    this.values = [];
  }
}

export function allFinite(tensors: readonly Tensor[]): boolean {
  return tf.tidy(() =>
    tensors.every((t) => t.dtype !== 'float32' || tf.all(tf.isFinite(t)).dataSync()[0] === 1),
  );
}

/**
 * Finds where numbers stop being finite: runs the model layer by layer on a batch.
 *
 * @param gradients those of the trainable variables; asked for only where all outputs are finite
 * @returns a sentence part like `the layer "conv2" (Conv2D)`, or undefined where all outputs are finite
 */
export function firstNonFinite(
  model: Layer,
  xs: Tensor,
  gradients: () => readonly Tensor[] = () => [],
): string | undefined {
  if (!allFinite([xs.toFloat()])) return 'the input batch itself';
  for (const { path, variable } of model.variables) {
    if (!allFinite([variable])) return `the weight "${path}"`;
  }
  const names = new Map<Layer, string>(model.descendants().map(([path, layer]) => [layer, `"${path}" `]));
  let found: string | undefined;
  // Batch norm moves its statistics in a training pass; this one must leave no trace.
  const kept = model.variables.map(({ variable }) => ({ variable, value: variable.clone() }));
  try {
    let where: string | undefined;
    tf.tidy(() => {
      model.apply(xs, {
        training: true,
        observe: (layer, output) => {
          if (!found && !allFinite([output])) {
            found = `the layer ${names.get(layer) ?? ''}(${String(layer).split('\n')[0]})`;
          }
          return undefined;
        },
      });
      where = found;
      if (found) return;
      const bad = gradients().findIndex((gradient) => !allFinite([gradient]));
      const path = model.variables.filter((v) => v.trainable)[bad]?.path;
      where = path && `the gradient of "${path}"`;
    });
    return where;
  } finally {
    for (const { variable, value } of kept) {
      variable.assign(value);
      value.dispose();
    }
  }
}
