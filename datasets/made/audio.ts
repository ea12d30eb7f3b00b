import { Random } from '../random.ts';

export interface AudioOptions {
  perClass?: number;
  /** Samples a second. */
  sampleRate?: number;
  seconds?: number;
  /** Loudness of the noise under each signal; default 0.02. */
  noise?: number;
  seed?: number;
}

/** Labelled signals of one length, values from -1 to 1. */
export interface AudioSet {
  /** `count * samples` values, one signal after the other. */
  signals: Float32Array;
  labels: Uint8Array;
  count: number;
  /** Samples of one signal. */
  samples: number;
  sampleRate: number;
  classNames: readonly string[];
  /** The samples of one signal, a view. */
  signal(index: number): Float32Array;
}

type Voice = (t: number, f: number, phase: number, seconds: number, random: Random) => number;

const VOICES: readonly [string, Voice][] = [
  ['tone', (t, f, phase) => Math.sin(2 * Math.PI * f * t + phase)],
  ['square wave', (t, f, phase) => 0.7 * Math.sign(Math.sin(2 * Math.PI * f * t + phase))],
  ['chirp', (t, f, phase, seconds) => Math.sin(2 * Math.PI * (f * t + (f * 1.5 * t * t) / seconds) + phase)],
  ['noise', (_t, _f, _phase, _seconds, random) => 0.5 * random.normal()],
  ['pulses', (t, f, phase) => {
    const since = (t + phase / 20) % 0.125;
    return Math.exp(-since * 60) * Math.sin(2 * Math.PI * f * 2 * since);
  }], // biome-ignore format: one voice
];

/**
 * Sounds made by formulas: tones, square waves, rising chirps, noise and trains of pulses, at random pitches (150 to 900
 * Hz), phases and loudness. Made for spectral flux, zero-crossing rate and roll-off, which tell them apart.
 *
 * @example
 * import { audioSignals } from 'convbook';
 * const sounds = audioSignals({ perClass: 4, seconds: 0.25 });
 * console.log(sounds.count, sounds.samples, sounds.classNames.join()); // 20 2000 tone,square wave,chirp,noise,pulses
 */
export function audioSignals(options: AudioOptions = {}): AudioSet {
  const { perClass = 40, sampleRate = 8000, seconds = 0.5, noise = 0.02, seed = 0 } = options;
  const random = new Random(seed);
  const count = perClass * VOICES.length;
  const samples = Math.round(sampleRate * seconds);
  const signals = new Float32Array(count * samples);
  const labels = random.shuffle(Uint8Array.from({ length: count }, (_, i) => i % VOICES.length));
  for (let i = 0; i < count; i++) {
    const voice = VOICES[labels[i]!]![1];
    const pitch = 150 * 6 ** random.uniform();
    const [phase, loud] = [random.uniform(0, 2 * Math.PI), random.uniform(0.4, 0.9)];
    for (let k = 0; k < samples; k++) {
      const value = loud * voice(k / sampleRate, pitch, phase, seconds, random) + random.normal(0, noise);
      signals[i * samples + k] = Math.min(1, Math.max(-1, value));
    }
  }
  const classNames = VOICES.map(([name]) => name);
  const signal = (index: number) => signals.subarray(index * samples, (index + 1) * samples);
  return { signals, labels, count, samples, sampleRate, classNames, signal };
}
