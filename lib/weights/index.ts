export { parseSafetensors, readSafetensors, type TensorFile, writeSafetensors } from './file.ts';
export {
  assignWeights,
  type LoadOptions as LoadWeightsOptions,
  loadWeights,
  saveWeights,
} from './model-weights.ts';
export type { StoredTensor } from './safetensors.ts';
