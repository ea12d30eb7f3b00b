import { blur, gray, type PictureInput, picture } from './image.ts';

/** A point of interest with its descriptor. */
export interface Keypoint {
  x: number;
  y: number;
  /** The Gaussian's standard deviation in pixels of the picture: the size of what was found. */
  scale: number;
  /** Radians, from the x axis towards the y axis (downwards): the direction of the strongest gradients. */
  angle: number;
  /** How far the blob stands out, in the picture's units. */
  response: number;
  /** 4 x 4 histograms of 8 orientations = 128 numbers of L2 norm 1. */
  descriptor: Float32Array;
}

export interface KeypointOptions {
  /** Scales an octave; default 3. */
  scales?: number;
  /** Octaves, each at half the size of the one before; default as many as fit. */
  octaves?: number;
  /** The least response, for pixels in [0, 1]; default 0.03. */
  contrast?: number;
  /** Points on edges, where one curvature is more than this many times the other, are dropped; default 10. */
  edge?: number;
  /** At most this many, the strongest; default 500. */
  limit?: number;
}

const firstSigma = 1.6;

/**
 * Keypoints and descriptors in the manner of SIFT (Lowe 2004): extremes of the difference of Gaussians over place and
 * scale, edges dropped, turned to the strongest orientation, described by gradient histograms. Unlike Lowe's, places
 * are whole pixels of their octave, and a point has one orientation.
 *
 * @param input pixels as floats, about in [0, 1], or as bytes, which are divided by 255
 *
 * @example
 * import { keypoints } from 'convbook';
 * const data = new Float32Array(64 * 64);
 * for (let y = 0; y < 64; y++) for (let x = 0; x < 64; x++) data[y * 64 + x] = Math.exp(-((x - 30) ** 2 + (y - 34) ** 2) / 32);
 * const [blob] = keypoints({ data, height: 64, width: 64, channels: 1 });
 * console.log(blob!.x, blob!.y); // 30 34
 */
export function keypoints(input: PictureInput, options: KeypointOptions = {}): Keypoint[] {
  const { scales = 3, contrast = 0.03, edge = 10, limit = 500 } = options;
  let { data, height, width } = gray(input);
  const source = picture(input).data;
  if (!(source instanceof Float32Array || source instanceof Float64Array)) data = data.map((v) => v / 255);
  const octaves = options.octaves ?? Math.max(1, Math.floor(Math.log2(Math.min(height, width) / 8)));
  const factor = 2 ** (1 / scales);
  const found: Keypoint[] = [];
  for (let octave = 0; octave < octaves && Math.min(height, width) >= 8; octave++) {
    const levels = [octave === 0 ? blur(data, height, width, Math.sqrt(firstSigma ** 2 - 0.25)) : data];
    for (let s = 1; s < scales + 3; s++) {
      const before = firstSigma * factor ** (s - 1);
      levels.push(blur(levels[s - 1]!, height, width, before * Math.sqrt(factor ** 2 - 1)));
    }
    const differences = levels.slice(1).map((level, i) => level.map((v, at) => v - levels[i]![at]!));
    for (let s = 1; s <= scales; s++) {
      for (const { x, y, response } of extremes(differences, s, height, width, contrast, edge)) {
        const sigma = firstSigma * factor ** s;
        const angle = orientation(levels[s]!, height, width, x, y, sigma);
        found.push({
          x: x * 2 ** octave,
          y: y * 2 ** octave,
          scale: sigma * 2 ** octave,
          angle,
          response,
          descriptor: describe(levels[s]!, height, width, x, y, sigma, angle),
        });
      }
    }
    ({ data, height, width } = halve(levels[scales]!, height, width));
  }
  return found.sort((a, b) => b.response - a.response).slice(0, limit);
}

/**
 * Pairs of keypoints that describe the same thing: the nearest neighbour of each, kept where the second nearest is clearly
 * farther (Lowe's ratio test).
 */
export function matchKeypoints(
  a: readonly Keypoint[],
  b: readonly Keypoint[],
  ratio = 0.8,
): { a: number; b: number; distance: number }[] {
  return a.flatMap((point, i) => {
    let [best, first, second] = [-1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    b.forEach((other, j) => {
      let d = 0;
      for (let k = 0; k < 128; k++) d += (point.descriptor[k]! - other.descriptor[k]!) ** 2;
      if (d < first) [best, first, second] = [j, d, first];
      else if (d < second) second = d;
    });
    return best >= 0 && Math.sqrt(first) < ratio * Math.sqrt(second)
      ? [{ a: i, b: best, distance: Math.sqrt(first) }]
      : [];
  });
}

function* extremes(
  layers: readonly Float32Array[],
  s: number,
  height: number,
  width: number,
  contrast: number,
  edge: number,
): Iterable<{ x: number; y: number; response: number }> {
  const own = layers[s]!;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const value = own[at]!;
      if (Math.abs(value) < contrast) continue;
      let extreme = true;
      for (let ds = -1; ds <= 1 && extreme; ds++) {
        const layer = layers[s + ds]!;
        for (let dy = -width; dy <= width && extreme; dy += width) {
          for (let dx = -1; dx <= 1; dx++) {
            if (ds === 0 && dy === 0 && dx === 0) continue;
            const other = layer[at + dy + dx]!;
            if (value > 0 ? other >= value : other <= value) {
              extreme = false;
              break;
            }
          }
        }
      }
      if (!extreme) continue;
      const xx = own[at + 1]! + own[at - 1]! - 2 * value;
      const yy = own[at + width]! + own[at - width]! - 2 * value;
      const xy =
        (own[at + width + 1]! - own[at + width - 1]! - own[at - width + 1]! + own[at - width - 1]!) / 4;
      const determinant = xx * yy - xy * xy;
      if (determinant <= 0 || (xx + yy) ** 2 / determinant >= (edge + 1) ** 2 / edge) continue;
      yield { x, y, response: Math.abs(value) };
    }
  }
}

function gradientAt(
  data: Float32Array,
  height: number,
  width: number,
  x: number,
  y: number,
): [number, number] {
  const px = Math.min(width - 2, Math.max(1, x));
  const py = Math.min(height - 2, Math.max(1, y));
  const at = py * width + px;
  return [data[at + 1]! - data[at - 1]!, data[at + width]! - data[at - width]!];
}

/** The peak of a histogram of 36 gradient directions around the point, refined by a parabola. */
function orientation(
  data: Float32Array,
  height: number,
  width: number,
  x: number,
  y: number,
  sigma: number,
): number {
  const histogram = new Float64Array(36);
  const spread = 1.5 * sigma;
  const radius = Math.round(3 * spread);
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      const [px, py] = [x + dx, y + dy];
      if (px < 1 || py < 1 || px >= width - 1 || py >= height - 1) continue;
      const [gx, gy] = gradientAt(data, height, width, px, py);
      const turn = Math.atan2(gy, gx) / (2 * Math.PI) + 1;
      histogram[Math.round(turn * 36) % 36]! +=
        Math.hypot(gx, gy) * Math.exp(-(dx * dx + dy * dy) / (2 * spread * spread));
    }
  }
  const peak = histogram.indexOf(Math.max(...histogram));
  const [left, middle, right] = [histogram[(peak + 35) % 36]!, histogram[peak]!, histogram[(peak + 1) % 36]!];
  const curve = left - 2 * middle + right;
  const offset = curve === 0 ? 0 : (0.5 * (left - right)) / curve;
  return ((peak + offset) / 36) * 2 * Math.PI;
}

/** 4 x 4 x 8 gradient histograms in a window of 12 sigma, turned by the angle; normalised, cut at 0.2, normalised. */
function describe(
  data: Float32Array,
  height: number,
  width: number,
  x: number,
  y: number,
  sigma: number,
  angle: number,
): Float32Array {
  const out = new Float32Array(128);
  const cell = 3 * sigma;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const radius = Math.round(cell * Math.SQRT2 * 2.5);
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      // In cells of the turned window, its centre at 1.5: whole numbers are the centres of the cells.
      const u = (cos * dx + sin * dy) / cell + 1.5;
      const v = (-sin * dx + cos * dy) / cell + 1.5;
      if (u <= -1 || u >= 4 || v <= -1 || v >= 4) continue;
      const [gx, gy] = gradientAt(data, height, width, x + dx, y + dy);
      const weight = Math.hypot(gx, gy) * Math.exp(-((u - 1.5) ** 2 + (v - 1.5) ** 2) / 8);
      const turn = (((Math.atan2(gy, gx) - angle) / (2 * Math.PI)) % 1) + 2;
      const o = (turn % 1) * 8;
      // Shared linearly between the neighbouring cells and orientations, so that small shifts change little.
      for (const [cu, wu] of shares(u)) {
        for (const [cv, wv] of shares(v)) {
          if (cu < 0 || cu > 3 || cv < 0 || cv > 3) continue;
          for (const [co, wo] of shares(o)) out[(cv * 4 + cu) * 8 + (co % 8)]! += weight * wu * wv * wo;
        }
      }
    }
  }
  unit(out);
  for (let i = 0; i < 128; i++) out[i] = Math.min(0.2, out[i]!);
  return unit(out);
}

function shares(value: number): [number, number][] {
  const low = Math.floor(value);
  return [
    [low, low + 1 - value],
    [low + 1, value - low],
  ];
}

function unit(values: Float32Array): Float32Array {
  const norm = Math.sqrt(values.reduce((a, v) => a + v * v, 0)) || 1;
  for (let i = 0; i < values.length; i++) values[i]! /= norm;
  return values;
}

function halve(data: Float32Array, height: number, width: number) {
  const [h, w] = [Math.floor(height / 2), Math.floor(width / 2)];
  const out = new Float32Array(h * w);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[y * w + x] = data[2 * y * width + 2 * x]!;
  return { data: out, height: h, width: w };
}
