// Classical features of sound, one number a frame.

export interface FrameOptions {
  /** Samples a frame; a power of two for the spectral ones; default 1024. */
  size?: number;
  /** Samples between the starts of two frames; default half of a frame. */
  hop?: number;
}

/**
 * The share of neighbouring samples with different signs, a frame: high for noise and hissing, low for tones.
 *
 * @example
 * import { zeroCrossingRate } from 'convbook';
 * console.log(zeroCrossingRate([1, -1, 1, -1], { size: 4 })); // Float32Array [1]
 */
export function zeroCrossingRate(samples: ArrayLike<number>, options: FrameOptions = {}): Float32Array {
  return Float32Array.from(frames(samples, options), (frame) => {
    let crossings = 0;
    for (let i = 1; i < frame.length; i++) if (frame[i]! >= 0 !== frame[i - 1]! >= 0) crossings++;
    return crossings / (frame.length - 1);
  });
}

/**
 * The frequency below which `part` of a frame's spectral magnitude lies, in hertz where `rate` is samples a second.
 */
export function spectralRolloff(
  samples: ArrayLike<number>,
  { rate = 1, part = 0.85, ...options }: FrameOptions & { rate?: number; part?: number } = {},
): Float32Array {
  if (!(part > 0 && part <= 1))
    throw new Error(`spectralRolloff: part is ${part}; expected it above 0 and at most 1.`);
  return Float32Array.from(spectra(samples, options), (magnitudes) => {
    const wanted = part * magnitudes.reduce((a, b) => a + b, 0);
    let sum = 0;
    const bin = magnitudes.findIndex((m) => {
      sum += m;
      return sum >= wanted;
    });
    return (Math.max(0, bin) * rate) / (2 * (magnitudes.length - 1));
  });
}

/**
 * How much the spectrum changes from frame to frame: the L2 distance of neighbouring magnitude spectra, each of L2 norm 1.
 * One number fewer than frames.
 */
export function spectralFlux(samples: ArrayLike<number>, options: FrameOptions = {}): Float32Array {
  const unit = spectra(samples, options).map((m) => {
    const norm = Math.sqrt(m.reduce((a, v) => a + v * v, 0)) || 1;
    return m.map((v) => v / norm);
  });
  return Float32Array.from({ length: unit.length - 1 }, (_, t) =>
    Math.sqrt(unit[t]!.reduce((sum, v, i) => sum + (unit[t + 1]![i]! - v) ** 2, 0)),
  );
}

/** Magnitudes of the frames' spectra (Hann window), size / 2 + 1 numbers each. */
export function spectra(samples: ArrayLike<number>, options: FrameOptions = {}): Float64Array[] {
  const size = options.size ?? 1024;
  if (size < 2 || !Number.isInteger(Math.log2(size)))
    throw new Error(`The frame has ${size} samples; the spectrum needs a power of two.`);
  const window = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
  );
  return frames(samples, options).map((frame) => {
    const re = frame.map((v, i) => v * window[i]!);
    const im = new Float64Array(size);
    fft(re, im);
    return Float64Array.from({ length: size / 2 + 1 }, (_, i) => Math.hypot(re[i]!, im[i]!));
  });
}

function frames(
  samples: ArrayLike<number>,
  { size = 1024, hop = Math.max(1, size >> 1) }: FrameOptions,
): Float64Array[] {
  if (!Number.isInteger(size) || size < 2 || !Number.isInteger(hop) || hop < 1) {
    throw new Error(`Frames of ${size} samples every ${hop}: expected whole numbers of at least 2 and 1.`);
  }
  if (samples.length < size)
    throw new Error(`The sound has ${samples.length} samples, less than one frame of ${size}.`);
  return Array.from({ length: Math.floor((samples.length - size) / hop) + 1 }, (_, t) =>
    Float64Array.from({ length: size }, (_, i) => samples[t * hop + i]!),
  );
}

/** The discrete Fourier transform in place (Cooley and Tukey 1965). */
function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let length = 2; length <= n; length <<= 1) {
    for (let start = 0; start < n; start += length) {
      for (let k = 0; k < length / 2; k++) {
        const angle = (-2 * Math.PI * k) / length;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const [a, b] = [start + k, start + k + length / 2];
        const [tr, ti] = [re[b]! * c - im[b]! * s, re[b]! * s + im[b]! * c];
        [re[b], im[b]] = [re[a]! - tr, im[a]! - ti];
        re[a]! += tr;
        im[a]! += ti;
      }
    }
  }
}
