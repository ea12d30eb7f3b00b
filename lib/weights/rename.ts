import type { Layer } from '../layers/layer.ts';
import type { LoadOptions } from './model-weights.ts';
import { assignWeights } from './model-weights.ts';
import type { StoredTensor } from './safetensors.ts';

/** How the names of one source become the paths of a model of this library. */
export interface Renaming {
  /** Applied one after the other; a function gets the groups of the match. */
  rules: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[];
  /** Sources that keep a dense layer as a 1x1 convolution: same numbers, other shape; default false. */
  reshape?: boolean;
  /** Names that no weight of a model corresponds to. */
  ignore?: RegExp;
}

/** One name under the rules. */
export function rename(name: string, { rules }: Renaming): string {
  return rules.reduce(
    (current, [pattern, to]) =>
      current.replace(pattern, (...match: unknown[]) => {
        if (typeof to === 'string')
          return to.replace(/\$(\d)/g, (_, d: string) => String(match[Number(d)] ?? ''));
        return to(...(match.slice(1, -2) as string[]));
      }),
    name,
  );
}

/** Gives a model the weights of another source; all or nothing. */
export function assignRenamed(
  model: Layer,
  tensors: ReadonlyMap<string, StoredTensor>,
  renaming: Renaming,
  options: LoadOptions = {},
): void {
  const renamed = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    if (renaming.ignore?.test(name)) continue;
    const path = rename(name, renaming);
    if (renamed.has(path))
      throw new Error(`Two of the weights would both be "${path}"; the second is "${name}".`);
    renamed.set(path, tensor);
  }
  if (renaming.reshape) {
    if (!model.builtFor && options.inputShape) model.build(options.inputShape);
    for (const { path, variable } of model.variables) {
      const tensor = renamed.get(path);
      const size = tensor?.shape.reduce((a, b) => a * b, 1);
      const squeezed = (shape: readonly number[]) => shape.filter((n) => n !== 1).join();
      if (tensor && size === variable.size && squeezed(tensor.shape) === squeezed(variable.shape)) {
        renamed.set(path, { ...tensor, shape: variable.shape });
      }
    }
  }
  assignWeights(model, renamed, options);
}
