// The layers as plain loops: slow, obvious, float64. Padding is computed here anew, not taken from lib.
import { NdArray } from './nd-array.ts';

export interface WindowSettings {
  stride?: readonly [number, number];
  dilation?: readonly [number, number];
  groups?: number;
  /** Zeros at the top, bottom, left and right; or TensorFlow's 'same'. */
  padding?: 'same' | readonly [top: number, bottom: number, left: number, right: number];
}

function border(
  n: number,
  f: number,
  s: number,
  d: number,
  padding: 'same' | readonly [number, number],
): [number, number] {
  const reach = (f - 1) * d + 1;
  if (padding !== 'same') return [padding[0], Math.floor((n + padding[0] + padding[1] - reach) / s) + 1];
  const out = Math.floor((n + s - 1) / s);
  return [Math.floor(Math.max(0, (out - 1) * s + reach - n) / 2), out];
}

/** Output size and first window's start, vertically and horizontally. */
function windows(h: number, w: number, fh: number, fw: number, settings: WindowSettings) {
  const { stride = [1, 1], dilation = [1, 1], padding = [0, 0, 0, 0] } = settings;
  const [top, oh] = border(
    h,
    fh,
    stride[0],
    dilation[0],
    padding === 'same' ? 'same' : [padding[0], padding[1]],
  );
  const [left, ow] = border(
    w,
    fw,
    stride[1],
    dilation[1],
    padding === 'same' ? 'same' : [padding[2], padding[3]],
  );
  return { top, oh, left, ow, stride, dilation };
}

export function conv2d(x: NdArray, kernel: NdArray, bias?: NdArray, settings: WindowSettings = {}): NdArray {
  const [batch = 0, h = 0, w = 0] = x.shape;
  const [fh = 0, fw = 0, depth = 0, filters = 0] = kernel.shape;
  const perGroup = filters / (settings.groups ?? 1);
  const { top, oh, left, ow, stride, dilation } = windows(h, w, fh, fw, settings);
  const y = new NdArray([batch, oh, ow, filters]);
  for (const [b = 0, i = 0, j = 0, k = 0] of y.indices()) {
    let sum = bias ? bias.get(k) : 0;
    for (let a = 0; a < fh; a++) {
      for (let c = 0; c < fw; c++) {
        const row = i * stride[0] + a * dilation[0] - top;
        const column = j * stride[1] + c * dilation[1] - left;
        if (row < 0 || row >= h || column < 0 || column >= w) continue;
        for (let d = 0; d < depth; d++) {
          sum += x.get(b, row, column, Math.floor(k / perGroup) * depth + d) * kernel.get(a, c, d, k);
        }
      }
    }
    y.set(sum, b, i, j, k);
  }
  return y;
}

export function pool2d(
  x: NdArray,
  size: readonly [number, number],
  settings: WindowSettings,
  kind: 'max' | 'mean' | 'mean with zeros',
): NdArray {
  const [batch = 0, h = 0, w = 0, channels = 0] = x.shape;
  const { top, oh, left, ow, stride } = windows(h, w, size[0], size[1], settings);
  const y = new NdArray([batch, oh, ow, channels]);
  for (const [b = 0, i = 0, j = 0, k = 0] of y.indices()) {
    const seen: number[] = [];
    for (let a = 0; a < size[0]; a++) {
      for (let c = 0; c < size[1]; c++) {
        const row = i * stride[0] + a - top;
        const column = j * stride[1] + c - left;
        if (row >= 0 && row < h && column >= 0 && column < w) seen.push(x.get(b, row, column, k));
      }
    }
    const sum = seen.reduce((s, v) => s + v, 0);
    const count = kind === 'mean' ? seen.length : size[0] * size[1];
    y.set(kind === 'max' ? Math.max(...seen) : sum / count, b, i, j, k);
  }
  return y;
}

export function dense(x: NdArray, kernel: NdArray, bias?: NdArray): NdArray {
  const y = new NdArray([x.shape[0]!, kernel.shape[1]!]);
  for (const [b = 0, k = 0] of y.indices()) {
    let sum = bias ? bias.get(k) : 0;
    for (let i = 0; i < kernel.shape[0]!; i++) sum += x.get(b, i) * kernel.get(i, k);
    y.set(sum, b, k);
  }
  return y;
}

/** Batch norm over all but the last dimension; with `moving` the statistics are given. */
export function batchNorm(
  x: NdArray,
  gamma: NdArray,
  beta: NdArray,
  epsilon: number,
  moving?: { mean: NdArray; variance: NdArray },
): NdArray {
  const channels = x.shape.at(-1)!;
  const count = x.data.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  if (moving) {
    mean.set(moving.mean.data);
    variance.set(moving.variance.data);
  } else {
    x.data.forEach((v, i) => {
      mean[i % channels]! += v / count;
    });
    x.data.forEach((v, i) => {
      variance[i % channels]! += (v - mean[i % channels]!) ** 2 / count;
    });
  }
  return x.map((v, i) => {
    const c = i % channels;
    return (gamma.data[c]! * (v - mean[c]!)) / Math.sqrt(variance[c]! + epsilon) + beta.data[c]!;
  });
}

/** The recurrent products `x W + h U` of one step, gate by gate. */
export function affine(x: readonly number[], w: NdArray, bias?: readonly number[]): number[] {
  const [rows = 0, columns = 0] = w.shape;
  return Array.from({ length: columns }, (_, k) => {
    let sum = bias?.[k] ?? 0;
    for (let i = 0; i < rows; i++) sum += x[i]! * w.get(i, k);
    return sum;
  });
}

/** Each channel convolved with its own filters: the kernel is `[F, F, D, multiplier]`. */
export function depthwise(
  x: NdArray,
  kernel: NdArray,
  bias?: NdArray,
  settings: WindowSettings = {},
): NdArray {
  const [fh = 0, fw = 0, depth = 0, multiplier = 0] = kernel.shape;
  const grouped = new NdArray([fh, fw, 1, depth * multiplier]);
  for (const [a = 0, b = 0, d = 0, m = 0] of kernel.indices())
    grouped.set(kernel.get(a, b, d, m), a, b, 0, d * multiplier + m);
  return conv2d(x, grouped, bias, { ...settings, groups: depth });
}

/** Every input value adds its multiple of the filters (`[F, F, filters, D]`); then `cut` rows and columns go. */
export function convTranspose(
  x: NdArray,
  kernel: NdArray,
  bias: NdArray | undefined,
  stride: readonly [number, number],
  cut: readonly [top: number, bottom: number, left: number, right: number],
): NdArray {
  const [batch = 0, h = 0, w = 0] = x.shape;
  const [fh = 0, fw = 0, filters = 0] = kernel.shape;
  const full = new NdArray([batch, (h - 1) * stride[0] + fh, (w - 1) * stride[1] + fw, filters]);
  for (const [b = 0, i = 0, j = 0, d = 0] of x.indices()) {
    for (let a = 0; a < fh; a++) {
      for (let c = 0; c < fw; c++) {
        for (let k = 0; k < filters; k++) {
          full.add(x.get(b, i, j, d) * kernel.get(a, c, k, d), b, i * stride[0] + a, j * stride[1] + c, k);
        }
      }
    }
  }
  const [, oh = 0, ow = 0] = full.shape;
  const y = new NdArray([batch, oh - cut[0] - cut[1], ow - cut[2] - cut[3], filters]);
  for (const [b = 0, i = 0, j = 0, k = 0] of y.indices()) {
    y.set(full.get(b, i + cut[0], j + cut[2], k) + (bias?.get(k) ?? 0), b, i, j, k);
  }
  return y;
}
