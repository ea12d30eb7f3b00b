export {
  type AnchorOptions,
  anchorBoxes,
  type BoxOffsets,
  decodeBox,
  encodeBox,
  type MatchOptions,
  matchAnchors,
} from './anchors.ts';
export { boxAround, type Component, connectedComponents } from './components.ts';
export { type FoundMask, type Mask, maskAveragePrecision, maskIoU, type TrueMask } from './masks.ts';
export { type OptimisedImage, type OptimiseImageOptions, optimiseImage } from './optimise-image.ts';
export { type RetrievalOptions, rankedPrecision, retrievalPrecision } from './ranking.ts';
export { type RoiPoolOptions, roiPool } from './roi-pool.ts';
