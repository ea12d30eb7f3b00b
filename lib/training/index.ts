export type { ArrayInput, HostArray, NestedNumbers, Rows, TypedArray } from './arrays.ts';
export { rows } from './arrays.ts';
export { type Augmentation, type AugmentOptions, augment } from './augment.ts';
export type { BatchInfo, Callback, CallbackState, TrainingControl } from './callbacks.ts';
export { type CheckpointOptions, checkpoint } from './checkpoint.ts';
export { type BatchSource, batchSource, type TrainingData } from './data.ts';
export { type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts';
export {
  bagging,
  type CrossValidation,
  copyOf,
  crossValidate,
  Ensemble,
  type MemberOptions,
  type SnapshotOptions,
  snapshotEnsemble,
} from './ensemble.ts';
export { type EvaluateOptions, evaluate, predict, predictClasses } from './evaluate.ts';
export { fit } from './fit.ts';
export { type EpochRecord, History } from './history.ts';
export type { TrainingOptimizer } from './optimizer.ts';
export type { FitOptions } from './options.ts';
export { type PlateauOptions, reduceOnPlateau } from './plateau.ts';
export {
  type ProgressListener,
  type ProgressOptions,
  type ProgressState,
  progressLine,
  TrainingProgress,
} from './progress.ts';
export { type HostRandom, hostRandom, permutation } from './random.ts';
export { findLearningRate, type RateFinderOptions, type RateFinding } from './rate-finder.ts';
export { elasticNet, l1, l2, type Regularizer } from './regularizers.ts';
export {
  constantRate,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  oneCycle,
  type Progress,
  type Schedule,
  stepDecay,
  warmUp,
} from './schedules.ts';
export { kFold, split } from './split.ts';
export { clipByNorm, type LossFunction, type MetricFunction } from './train-step.ts';
export {
  type Utilisation,
  type UtilisationOptions,
  type UtilisationSample,
  utilisation,
} from './utilisation.ts';
export { type PerImage, type Warp, warp } from './warp.ts';
