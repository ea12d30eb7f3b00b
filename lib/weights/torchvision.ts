// Weights of torchvision's models: its names, and the layouts of PyTorch (kernels OIHW, dense layers [out, in], examples CHW).
import type { Layer, NamedVariable, Shape } from '../layers/layer.ts';
import { readSafetensors } from './file.ts';
import { assignWeights } from './model-weights.ts';
import { torchName } from './names/torchvision.ts';
import { permute } from './permute.ts';
import type { StoredTensor } from './safetensors.ts';

export interface TorchvisionOptions {
  /** The shape of one input, for a model that has no weights yet. */
  inputShape?: Shape;
  /** Which of torchvision's models the names are of; default by the model's kind. */
  family?: 'alexnet' | 'vgg' | 'googlenet' | 'inception-v3' | 'resnet' | 'mobilenet-v2' | 'squeezenet';
}

/**
 * Loads the `state_dict` of a torchvision model, stored as safetensors, into this library's model. Kernels are turned from
 * OIHW to HWIO; the first dense layer after a `Flatten` gets its inputs in the order of channels-last maps.
 *
 * AlexNet, GoogLeNet and ResNet-50 and deeper differ between paper and torchvision: make them with `variant: 'torchvision'`
 * (ResNet: `strideOn: '3x3'`).
 *
 * @throws a sentence that names what is missing, left over or of another shape; the model is then as before
 *
 * @example
 * import { loadTorchvision, ResNet } from 'convbook';
 * const model = new ResNet({ depth: 18 });
 * await loadTorchvision(model, 'none.safetensors').catch((error) => console.log(error.message.split(':')[0]));
 */
export async function loadTorchvision(
  model: Layer,
  file: string,
  options: TorchvisionOptions = {},
): Promise<void> {
  const { tensors } = await readSafetensors(file);
  assignTorchvision(model, tensors, options);
}

/** Gives a model the weights of a torchvision state_dict; all or nothing. */
export function assignTorchvision(
  model: Layer,
  state: ReadonlyMap<string, StoredTensor>,
  { inputShape, family = familyOf(model) }: TorchvisionOptions = {},
): void {
  if ((model as { variant?: string }).variant === 'keras') {
    throw new Error(
      `torchvision pads ${model.kind} as the paper does. Make the model without variant: 'keras', then load again.`,
    );
  }
  if (!model.builtFor) {
    const shape = inputShape ?? (model as { inputShape?: Shape }).inputShape;
    if (!shape) throw new Error(`${model.kind} has no weights yet. Pass inputShape or build it first.`);
    model.build(shape);
  }
  const variables = model.variables;
  const mapsBefore = flattened(model);
  const converted = new Map<string, StoredTensor>();
  const used = new Set<string>();
  const problems: string[] = [];
  for (const variable of variables) {
    const name = torchName(variable.path, family, variables);
    const stored = state.get(name);
    if (!stored) {
      problems.push(`"${name}" is missing (for "${variable.path}" [${variable.variable.shape}])`);
      continue;
    }
    used.add(name);
    const turned = fromTorch(stored, variable, mapsBefore.get(variable.path));
    if (turned) converted.set(variable.path, turned);
    else
      problems.push(
        `"${name}" has shape [${stored.shape}], which does not become [${variable.variable.shape}]`,
      );
  }
  for (const name of state.keys()) {
    if (!used.has(name) && !name.endsWith('num_batches_tracked') && !unusedHead(name, family, variables)) {
      problems.push(`the model has nothing for "${name}"`);
    }
  }
  if (problems.length > 0) {
    const more = problems.length > 6 ? `; and ${problems.length - 6} more` : '';
    throw new Error(
      `The torchvision weights don't fit ${model.kind}: ${problems.slice(0, 6).join('; ')}${more}. Nothing was loaded.`,
    );
  }
  assignWeights(model, converted);
}

/** GoogLeNet's auxiliary heads are not needed where the model was made without them. */
function unusedHead(name: string, family: string, variables: readonly NamedVariable[]): boolean {
  return family === 'googlenet' && /^aux\d\./.test(name) && !variables.some((v) => v.path.startsWith('aux'));
}

function familyOf(model: Layer): NonNullable<TorchvisionOptions['family']> {
  const kind = model.kind.toLowerCase();
  const found = (
    [
      ['alexnet', 'alexnet'],
      ['vgg', 'vgg'],
      ['googlenet', 'googlenet'],
      ['inceptionv3', 'inception-v3'],
      ['resnet', 'resnet'],
      ['mobilenetv2', 'mobilenet-v2'],
      ['squeezenet', 'squeezenet'],
    ] as const
  ).find(([start]) => kind.startsWith(start));
  if (!found)
    throw new Error(
      `torchvision's names for ${model.kind} are not known. Pass family where it is a variant of a known model.`,
    );
  return found[1];
}

/** For each dense kernel right behind a Flatten: the maps that were flattened, `[height, width, channels]`. */
function flattened(model: Layer): Map<string, Shape> {
  const out = new Map<string, Shape>();
  const rows = model.cost(model.builtFor!, '');
  let maps: Shape | undefined;
  for (const row of rows) {
    if (row.kind === 'Flatten') maps = row.inputShape;
    else if (row.kind === 'Dense') {
      if (maps) out.set(`${row.path}.kernel`, maps);
      maps = undefined;
    } else if (row.weights.length > 0) maps = undefined;
  }
  return out;
}

/** The numbers in this library's layout; undefined where the shapes don't fit. */
function fromTorch(
  stored: StoredTensor,
  { variable }: NamedVariable,
  maps: Shape | undefined,
): StoredTensor | undefined {
  const wanted = variable.shape;
  const { shape } = stored;
  if (shape.length === 1) return shape.join() === wanted.join() ? stored : undefined;
  if (shape.length === 2 && wanted.length === 2) {
    const [out, inputs] = shape as [number, number];
    if (wanted[0] !== inputs || wanted[1] !== out) return undefined;
    if (maps?.length !== 3) return { ...stored, shape: wanted, data: permute(stored.data, shape, [1, 0]) };
    const [height, width, channels] = maps as [number, number, number];
    return {
      ...stored,
      shape: wanted,
      data: permute(stored.data, [out, channels, height, width], [2, 3, 1, 0]),
    };
  }
  if (shape.length !== 4) return undefined;
  // A 1x1 convolution at the end may be a dense layer here, and the other way round.
  const axes = [2, 3, 1, 0];
  const turned = axes.map((a) => shape[a]!);
  if (turned.join() === wanted.join())
    return { ...stored, shape: wanted, data: permute(stored.data, shape, axes) };
  // Depthwise: [channels, 1, height, width] to [height, width, channels, 1].
  const depthwise = [2, 3, 0, 1];
  if (depthwise.map((a) => shape[a]!).join() === wanted.join()) {
    return { ...stored, shape: wanted, data: permute(stored.data, shape, depthwise) };
  }
  return undefined;
}
