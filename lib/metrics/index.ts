export { accuracy, binaryAccuracy, topKAccuracy } from './batch.ts';
export { type BleuOptions, bleu, type Sentence } from './bleu.ts';
export {
  accuracyOf,
  type Classes,
  type ClassReport,
  confusionMatrix,
  meanIoU,
  precisionRecall,
  type Report,
  topK,
} from './classification.ts';
export {
  type AveragePrecisionOptions,
  averagePrecision,
  type Box,
  boxIoU,
  type Detection,
  type GroundTruth,
  type MeanAveragePrecision,
  meanAveragePrecision,
  nonMaximumSuppression,
  type PrecisionRecallCurve,
} from './detection.ts';
export { type PairedGap, pairedGap } from './paired-gap.ts';
export { studentT } from './student-t.ts';
