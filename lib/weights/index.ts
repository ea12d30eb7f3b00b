export { parseSafetensors, readSafetensors, type TensorFile, writeSafetensors } from './file.ts';
export { imagenetClasses } from './imagenet-classes.ts';
export { loadKeras } from './keras.ts';
export {
  assignWeights,
  type LoadOptions as LoadWeightsOptions,
  loadWeights,
  saveWeights,
} from './model-weights.ts';
export {
  type Guess,
  type PretrainedModel,
  type PretrainedName,
  type PretrainedOptions,
  pretrained,
} from './pretrained.ts';
export type { StoredTensor } from './safetensors.ts';
export { readTfjsWeights } from './tfjs-manifest.ts';
export { loadTfjsModel } from './tfjs-model.ts';
export { loadTorchvision, type TorchvisionOptions } from './torchvision.ts';
