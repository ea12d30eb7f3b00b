export type { Batch, BatchOptions as ImageBatchOptions } from './batches.ts';
export { cifar10 } from './cifar10.ts';
export { digits } from './digits.ts';
export { DataError, type DataErrorCode } from './errors.ts';
export { fashionMnist } from './fashion-mnist.ts';
export type { LoadOptions as DataLoadOptions } from './files.ts';
export {
  type ImageFile,
  type ImageFolderOptions,
  imageFiles,
  imageFolder,
  readImage,
} from './image-folder.ts';
export { type ImageDataset, ImageSet } from './images.ts';
export { type AudioOptions, type AudioSet, audioSignals } from './made/audio.ts';
export { type MadeDigitsOptions, madeDigits } from './made/digits.ts';
export { clouds, type PointOptions, PointSet, parity, rings, spirals, threeModes } from './made/points.ts';
export {
  DIGIT_WORDS,
  digitScenes,
  type Scene,
  type SceneObject,
  type SceneOptions,
  type SceneSet,
} from './made/scenes.ts';
export { type MadeShapesOptions, madeShapes } from './made/shapes.ts';
export { mnist } from './mnist.ts';
export { photographs } from './photographs.ts';
export { Random } from './random.ts';
