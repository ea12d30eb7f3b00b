import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import type { TypedArray } from '../training/arrays.ts';

/** One picture on the host: rows of pixels, channels last. */
export interface Picture {
  data: TypedArray;
  height: number;
  width: number;
  channels: number;
}

/** What the descriptors take: a picture, or a tensor `[height, width]` or `[height, width, channels]`. */
export type PictureInput = Picture | Tensor;

export function picture(input: PictureInput): Picture {
  if (!(input instanceof tf.Tensor)) {
    const { data, height, width, channels } = input;
    if (data.length !== height * width * channels || data.length === 0) {
      throw new Error(
        `The picture has ${data.length} numbers; ${height} x ${width} x ${channels} take ${height * width * channels}.`,
      );
    }
    return input;
  }
  const [height, width, channels = 1] = input.shape;
  if (input.rank < 2 || input.rank > 3 || !height || !width) {
    throw new Error(
      `The picture is a tensor of shape [${input.shape}]; expected [height, width] or [height, width, channels].`,
    );
  }
  return { data: input.dataSync() as Float32Array, height, width, channels };
}

/** Brightness by Rec. 601 (0.299 R + 0.587 G + 0.114 B) for three channels; the mean of the channels otherwise. */
export function gray(input: PictureInput): { data: Float32Array; height: number; width: number } {
  const { data, height, width, channels } = picture(input);
  const weights = channels === 3 ? [0.299, 0.587, 0.114] : new Array<number>(channels).fill(1 / channels);
  const out = new Float32Array(height * width);
  for (let i = 0; i < out.length; i++) {
    for (let c = 0; c < channels; c++) out[i]! += weights[c]! * data[i * channels + c]!;
  }
  return { data: out, height, width };
}

/** Gaussian blur of a gray picture, edges repeated. */
export function blur(data: Float32Array, height: number, width: number, sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((a, b) => a + b, 0);
  const across = new Float32Array(data.length);
  const out = new Float32Array(data.length);
  const clamp = (v: number, most: number) => Math.min(most, Math.max(0, v));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let total = 0;
      for (let k = -radius; k <= radius; k++)
        total += kernel[k + radius]! * data[y * width + clamp(x + k, width - 1)]!;
      across[y * width + x] = total / sum;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let total = 0;
      for (let k = -radius; k <= radius; k++)
        total += kernel[k + radius]! * across[clamp(y + k, height - 1) * width + x]!;
      out[y * width + x] = total / sum;
    }
  }
  return out;
}
