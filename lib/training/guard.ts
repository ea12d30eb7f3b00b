import type { Layer } from '../layers/layer.ts';
import type { Tensor, Variable } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/**
 * Keeps the weights from before the last two steps, so that a step that gives NaN can be undone. A tfjs variable is a
 * name for an immutable tensor: a clone shares its memory and costs some microseconds. Two steps, because a
 * loss that is still finite can have a gradient that isn't, which shows only in the loss of the next step.
 */
export class WeightGuard {
  private generations: { variables: readonly Variable[]; values: Tensor[] }[] = [];

  /** Called before a step, with everything that the step will change. */
  hold(variables: readonly Variable[]): void {
    this.generations.push({ variables, values: variables.map((v) => tf.keep(v.clone())) });
    if (this.generations.length > 2) this.drop(this.generations.shift()!);
  }

  /** Puts back the newest kept weights that are finite. */
  restore(): void {
    let good = this.generations.at(-1);
    if (good && !allFinite(good.values)) good = this.generations[0];
    good?.variables.forEach((v, i) => void v.assign(good.values[i]!));
    this.dispose();
  }

  dispose(): void {
    for (const generation of this.generations) this.drop(generation);
    this.generations = [];
  }

  private drop(generation: { values: Tensor[] }): void {
    for (const value of generation.values) value.dispose();
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
 * @returns a sentence part like `the layer "conv2" (Conv2D)`, or undefined where all outputs are finite
 */
export function firstNonFinite(model: Layer, xs: Tensor): string | undefined {
  if (!allFinite([xs.toFloat()])) return 'the input batch itself';
  for (const { path, variable } of model.variables) {
    if (!allFinite([variable])) return `the weight "${path}"`;
  }
  const names = new Map<Layer, string>(model.descendants().map(([path, layer]) => [layer, `"${path}" `]));
  let found: string | undefined;
  // Batch norm moves its statistics in a training pass; this one must leave no trace.
  const kept = model.variables.map(({ variable }) => ({ variable, value: variable.clone() }));
  try {
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
    });
  } finally {
    for (const { variable, value } of kept) {
      variable.assign(value);
      value.dispose();
    }
  }
  return found;
}
