export { type Projection, type ProjectionOptions, projectFeature } from './deconvnet.ts';
export {
  activationDistributions,
  type Distribution,
  distribution,
  gradientDistributions,
  weightDistributions,
} from './distributions.ts';
export { type FilterPictures, featureMaps, features, filters } from './feature-maps.ts';
export { type GradCamOptions, gradCam } from './grad-cam.ts';
export {
  checkGradients,
  type GradientCheck,
  type GradientCheckOptions,
  type SlopePair,
} from './gradient-check.ts';
export type { HeatMap } from './inner.ts';
export { innerOutputs } from './inner-outputs.ts';
export { type Inversion, type InversionOptions, invertFeatures } from './inversion.ts';
export { type OcclusionOptions, occlusion } from './occlusion.ts';
export { type SaliencyOptions, saliency } from './saliency.ts';
export { Summary, type SummaryRow, type SummaryTotals, summary } from './summary.ts';
