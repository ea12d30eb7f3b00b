import type { Layer, NamedVariable, Shape } from '../layers/layer.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { readSafetensors, writeSafetensors } from './file.ts';
import type { StoredTensor } from './safetensors.ts';

export interface LoadOptions {
  /** The shape of one input, for a model that has no weights yet. */
  inputShape?: Shape;
  /** The file may hold tensors that the model doesn't have; default false. */
  allowExtra?: boolean;
  /** The model may have weights that the file doesn't; they keep their values; default false. */
  allowMissing?: boolean;
}

/**
 * Writes all weights of a model, moving statistics included, as safetensors. The names are the dotted paths of `summary`.
 *
 * @throws where the model has no weights yet
 *
 * @example
 * import { Dense, loadWeights, saveWeights, Sequential } from 'convbook';
 * import { tmpdir } from 'node:os';
 * const file = `${tmpdir()}/example-save.safetensors`;
 * const model = new Sequential([new Dense({ units: 2 })]).build([3], 1);
 * await saveWeights(model, file);
 * await loadWeights(new Sequential([new Dense({ units: 2 })]), file, { inputShape: [3] });
 */
export async function saveWeights(
  model: Layer,
  file: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const variables = model.variables;
  if (variables.length === 0) {
    throw new Error(`${model} has no weights to save. Call build(inputShape) or apply(x) first.`);
  }
  await writeSafetensors(file, await storedTensors(variables.map((v) => [v.path, v.variable])), metadata);
}

/** Copies tensors to the host, in the form that files take. */
export async function storedTensors(
  named: Iterable<readonly [string, Tensor]>,
): Promise<Map<string, StoredTensor>> {
  const out = new Map<string, StoredTensor>();
  for (const [name, tensor] of named) {
    if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32') {
      throw new Error(`"${name}" is of type ${tensor.dtype}; only float32 and int32 can be stored.`);
    }
    const data = (await tensor.data()) as Float32Array | Int32Array;
    out.set(name, { shape: tensor.shape, dtype: tensor.dtype, data });
  }
  return out;
}

/**
 * Loads weights that `saveWeights` wrote. All names and shapes are checked first, so that a file that doesn't fit changes
 * nothing.
 *
 * @throws a sentence that names the weights that are missing, unknown or of another shape
 */
export async function loadWeights(model: Layer, file: string, options: LoadOptions = {}): Promise<void> {
  const { tensors } = await readSafetensors(file);
  assignWeights(model, tensors, options);
}

/** Gives a model the weights of a map by path; all or nothing. */
export function assignWeights(
  model: Layer,
  tensors: ReadonlyMap<string, StoredTensor>,
  { inputShape, allowExtra = false, allowMissing = false }: LoadOptions = {},
): void {
  if (!model.builtFor) {
    if (!inputShape) {
      throw new Error(
        `${model} has no weights yet, so their shapes aren't known. Pass inputShape or build it first.`,
      );
    }
    model.build(inputShape);
  }
  const variables = model.variables;
  const problems = [
    ...(allowMissing ? [] : missing(variables, tensors)),
    ...(allowExtra ? [] : unknown(variables, tensors)),
    ...otherShapes(variables, tensors),
  ];
  if (problems.length > 0) {
    const shown = problems.slice(0, 8).join('; ');
    const more = problems.length > 8 ? `; and ${problems.length - 8} more` : '';
    throw new Error(`The weights don't fit ${model.kind}: ${shown}${more}. Nothing was loaded.`);
  }
  for (const { path, variable } of variables) {
    const stored = tensors.get(path);
    if (!stored) continue;
    tf.tidy(() => {
      const value = tf.tensor(stored.data, [...stored.shape], stored.dtype);
      variable.assign(stored.dtype === variable.dtype ? value : value.cast(variable.dtype));
    });
  }
}

function missing(variables: readonly NamedVariable[], tensors: ReadonlyMap<string, StoredTensor>): string[] {
  return variables
    .filter((v) => !tensors.has(v.path))
    .map((v) => `"${v.path}" [${v.variable.shape}] is missing`);
}

function unknown(variables: readonly NamedVariable[], tensors: ReadonlyMap<string, StoredTensor>): string[] {
  const paths = new Set(variables.map((v) => v.path));
  return [...tensors.keys()].filter((name) => !paths.has(name)).map((name) => `the model has no "${name}"`);
}

function otherShapes(
  variables: readonly NamedVariable[],
  tensors: ReadonlyMap<string, StoredTensor>,
): string[] {
  return variables.flatMap(({ path, variable }) => {
    const stored = tensors.get(path);
    if (!stored || stored.shape.join() === variable.shape.join()) return [];
    return [`"${path}" is [${stored.shape}] in the file and [${variable.shape}] in the model`];
  });
}
