import { hostRandom } from '../training/random.ts';
import { gray, type PictureInput, picture } from './image.ts';
import { kMeans } from './k-means.ts';

/**
 * The histogram of a picture's colours: each channel is cut into `bins` equal parts from 0 to `max`, all channels together
 * (bins^channels numbers) or each by itself (bins * channels). Sums to 1.
 *
 * @example
 * import { colorHistogram } from 'convbook';
 * const data = new Uint8Array([255, 0, 0, 0, 0, 255]);
 * console.log(colorHistogram({ data, height: 1, width: 2, channels: 3 }, { bins: 2, joint: false }));
 * // R, G, B: [0.17, 0.17, 0.33, 0, 0.17, 0.17]
 */
export function colorHistogram(
  input: PictureInput,
  { bins = 8, joint = true, max }: { bins?: number; joint?: boolean; max?: number } = {},
): Float32Array {
  if (!Number.isInteger(bins) || bins < 1)
    throw new Error(`colorHistogram: bins is ${bins}; expected a whole number of at least 1.`);
  const { data, channels } = picture(input);
  const top = max ?? (data instanceof Float32Array || data instanceof Float64Array ? 1 : 255);
  const pixels = data.length / channels;
  const out = new Float32Array(joint ? bins ** channels : bins * channels);
  for (let i = 0; i < pixels; i++) {
    let place = 0;
    for (let c = 0; c < channels; c++) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((data[i * channels + c]! / top) * bins)));
      if (joint) place = place * bins + bin;
      else out[c * bins + bin]! += 1 / (pixels * channels);
    }
    if (joint) out[place]! += 1 / pixels;
  }
  return out;
}

/**
 * How much two histograms have in common (Swain and Ballard 1991): the sum of the smaller values, 1 for equal ones.
 */
export function histogramIntersection(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`The histograms have ${a.length} and ${b.length} bins.`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.min(a[i]!, b[i]!);
  return sum;
}

export interface TextonOptions {
  /** How many textons; default 16. */
  count?: number;
  /** Pixels that the textons are learned from; default 4000. */
  samples?: number;
  seed?: number;
}

/**
 * Texture as a histogram of textons (Leung and Malik 2001): the answers of a small filter bank (edges and bars in six
 * directions at two scales, and blobs) are clustered; a picture is described by how often each cluster comes up.
 *
 * @example
 * import { Textons } from 'convbook';
 * const stripes = { data: Float32Array.from({ length: 1024 }, (_, i) => (i % 4 < 2 ? 1 : 0)), height: 32, width: 32, channels: 1 };
 * const textons = new Textons({ count: 4, samples: 500 }).train([stripes]);
 * console.log(textons.histogram(stripes).length); // 4
 */
export class Textons {
  private readonly options: Required<TextonOptions>;
  private centers: Float32Array[] = [];

  constructor(options: TextonOptions = {}) {
    this.options = { count: 16, samples: 4000, seed: 0, ...options };
  }

  /** Learns the textons from some pictures. */
  train(pictures: readonly PictureInput[]): this {
    const { count, samples, seed } = this.options;
    if (pictures.length === 0) throw new Error('Textons need at least one picture to learn from.');
    const answers = pictures.map(filterAnswers);
    const random = hostRandom(seed);
    const points = Array.from({ length: Math.max(count, samples) }, () => {
      const picked = answers[random.integer(answers.length)]!;
      return picked[random.integer(picked.length)]!;
    });
    this.centers = kMeans(points, count, { seed }).centers;
    return this;
  }

  /** How often each texton comes up in a picture; sums to 1. */
  histogram(input: PictureInput): Float32Array {
    if (this.centers.length === 0)
      throw new Error('The textons are not learned yet. Call train(pictures) first.');
    const answers = filterAnswers(input);
    const out = new Float32Array(this.centers.length);
    for (const answer of answers) out[nearest(answer, this.centers)]! += 1 / answers.length;
    return out;
  }
}

/** The filter bank's answers at each pixel. */
function filterAnswers(input: PictureInput): Float32Array[] {
  const { data, height, width } = gray(input);
  const filters = bank();
  return Array.from({ length: height * width }, (_, at) => {
    const [y, x] = [Math.floor(at / width), at % width];
    return Float32Array.from(filters, ({ kernel, radius }) => {
      let sum = 0;
      let i = 0;
      for (let dy = -radius; dy <= radius; dy++) {
        const row = Math.min(height - 1, Math.max(0, y + dy)) * width;
        for (let dx = -radius; dx <= radius; dx++)
          sum += kernel[i++]! * data[row + Math.min(width - 1, Math.max(0, x + dx))]!;
      }
      return sum;
    });
  });
}

interface Filter {
  kernel: Float32Array;
  radius: number;
}

let made: Filter[] | undefined;

/** First and second derivatives of long Gaussians in six directions at two scales, and Laplacians: sums 0, L1 norms 1. */
function bank(): Filter[] {
  if (made) return made;
  const filters: Filter[] = [];
  for (const sigma of [1, 2]) {
    const radius = Math.ceil(3 * sigma);
    const add = (f: (x: number, y: number) => number) => {
      const kernel = new Float32Array((2 * radius + 1) ** 2);
      let i = 0;
      for (let y = -radius; y <= radius; y++) for (let x = -radius; x <= radius; x++) kernel[i++] = f(x, y);
      const mean = kernel.reduce((a, b) => a + b, 0) / kernel.length;
      const centered = kernel.map((v) => v - mean);
      const norm = centered.reduce((a, b) => a + Math.abs(b), 0);
      filters.push({ kernel: centered.map((v) => v / norm), radius });
    };
    for (let turn = 0; turn < 6; turn++) {
      const [c, s] = [Math.cos((turn * Math.PI) / 6), Math.sin((turn * Math.PI) / 6)];
      const long = (x: number, y: number) => Math.exp(-((c * x + s * y) ** 2) / (2 * (3 * sigma) ** 2));
      const u = (x: number, y: number) => (-s * x + c * y) / sigma;
      add((x, y) => long(x, y) * -u(x, y) * Math.exp(-(u(x, y) ** 2) / 2));
      add((x, y) => long(x, y) * (u(x, y) ** 2 - 1) * Math.exp(-(u(x, y) ** 2) / 2));
    }
    add((x, y) => ((x * x + y * y) / sigma ** 2 - 2) * Math.exp(-(x * x + y * y) / (2 * sigma ** 2)));
  }
  made = filters;
  return filters;
}

function nearest(point: Float32Array, centers: readonly Float32Array[]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  centers.forEach((center, c) => {
    let d = 0;
    for (let i = 0; i < point.length; i++) d += (point[i]! - center[i]!) ** 2;
    if (d < least) [best, least] = [c, d];
  });
  return best;
}
