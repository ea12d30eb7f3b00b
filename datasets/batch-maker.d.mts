/** Random changes of images. Each is drawn anew for each image, evenly between its bounds. */
export interface Augmentation {
  /** Pixels to each side. */
  shift?: number;
  /** Degrees to each side. */
  rotate?: number;
  /** 0.1: up to 10 % larger or smaller. */
  scale?: number;
  /** Pixels sideways for each pixel of height. */
  shear?: number;
  /** Mirrors every second image, left and right. */
  flip?: boolean;
  /** Standard deviation of normal noise, of 1. */
  noise?: number;
  /** What lies outside of the image: `zero` (black, for digits) or `nearest` (its border, for photographs). */
  edge?: 'zero' | 'nearest';
}

/** Everything that the batches of one epoch depend on. */
export interface BatchJob {
  images: Uint8Array;
  labels: Uint8Array;
  order: Uint32Array;
  batchSize: number;
  height: number;
  width: number;
  channels: number;
  augment: Augmentation | undefined;
  seed: number;
}

/** Values in [0, 1] of one step's images, and their class numbers. */
export function makeBatch(job: BatchJob, step: number): { xs: Float32Array; ys: Int32Array };
