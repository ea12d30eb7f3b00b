import type { Layer } from '../layers/layer.ts';
import { readSafetensors } from './file.ts';
import type { LoadOptions } from './model-weights.ts';
import { kerasNames } from './names/keras.ts';
import { assignRenamed, type Renaming, rename } from './rename.ts';
import type { StoredTensor } from './safetensors.ts';

/**
 * Loads weights of a `keras.applications` model: VGG16 and 19, ResNet50, 101 and 152, MobileNet (v1), MobileNetV2 (made with
 * `variant: 'keras'`), SqueezeNet 1.1. The `.h5` or `.keras` file is turned into safetensors first, by `lib/weights/keras_to_safetensors.py`. Biases of convolutions that are followed by
 * batch norm go into its mean.
 *
 * @throws a sentence that names what is missing, left over or of another shape; the model is then as before
 *
 * @example
 * import { loadKeras, VGG } from 'convbook';
 * const model = new VGG({ depth: 16, width: 0.1, inputShape: [32, 32, 3] });
 * await loadKeras(model, 'none.safetensors').catch((error) => console.log(error.message.includes("can't be opened"))); // true
 */
export async function loadKeras(model: Layer, file: string, options: LoadOptions = {}): Promise<void> {
  const { tensors } = await readSafetensors(file);
  const kind = model.kind.toLowerCase();
  const family = Object.keys(kerasNames).find((name) => kind.startsWith(name));
  if (!family) {
    throw new Error(
      `Keras' names for ${model.kind} are not known; they are for ${Object.keys(kerasNames).join(', ')}.`,
    );
  }
  if (family === 'mobilenetv2' && (model as { variant?: string }).variant !== 'keras') {
    throw new Error(
      "Keras pads MobileNetV2 in its own way. Make the model with variant: 'keras', then load again.",
    );
  }
  if (!model.builtFor) {
    const shape = options.inputShape ?? (model as { inputShape?: readonly number[] }).inputShape;
    if (shape) model.build(shape);
  }
  const names = kerasNames[family]!;
  const renaming = typeof names === 'function' ? names(new Set(model.variables.map((v) => v.path))) : names;
  assignRenamed(model, foldBiases(model, tensors, renaming), renaming, options);
}

/** Where a convolution has a bias in the file and none here, subtracts it from the mean of the batch norm that follows. */
function foldBiases(
  model: Layer,
  tensors: ReadonlyMap<string, StoredTensor>,
  renaming: Renaming,
): Map<string, StoredTensor> {
  const paths = new Set(model.variables.map((v) => v.path));
  const byPath = new Map([...tensors.keys()].map((name) => [rename(name, renaming), name]));
  const out = new Map(tensors);
  for (const [path, name] of byPath) {
    if (paths.has(path) || !path.endsWith('.bias')) continue;
    const norm = path.replace(/conv(\d?)\.bias$/, 'bn$1.movingMean');
    const mean = byPath.get(norm);
    const [bias, old] = [tensors.get(name)!, mean === undefined ? undefined : tensors.get(mean)];
    if (!old || norm === path || old.data.length !== bias.data.length) continue;
    out.set(mean!, { ...old, data: Float32Array.from(old.data, (v, i) => v - bias.data[i]!) });
    out.delete(name);
  }
  return out;
}
