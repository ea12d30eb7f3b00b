import { type ImageDataset, ImageSet } from '../images.ts';
import { Random } from '../random.ts';
import { MNIST } from '../registry.ts';
import { used } from '../used.ts';
import { flatten, GLYPHS, type Point } from './strokes.ts';

const SIDE = 28;
/** Half the width of a line's soft edge, in pixels. */
const EDGE = 0.6;

export interface MadeDigitsOptions {
  /** Training images; default 60,000, as MNIST has. */
  train?: number;
  /** Test images; default 10,000. */
  test?: number;
  seed?: number;
}

/**
 * Digits drawn by the computer in MNIST's form: each is a pen's way through a few points, which are shifted at random; the
 * curve is bent, sheared, turned, stretched, drawn with a pen of random width, and centred by its mass in 28 x 28 pixels.
 *
 * The same seed gives the same bytes on every machine. 70,000 images take a few seconds.
 *
 * @example
 * import { madeDigits } from 'convbook';
 * const { train, source } = await madeDigits({ train: 1000, test: 200, seed: 1 });
 * console.log(source, train.classCounts()); // made digits, about 100 of each
 */
export async function madeDigits(options: MadeDigitsOptions = {}): Promise<ImageDataset> {
  const { train = 60_000, test = 10_000, seed = 0 } = options;
  const make = async (count: number, random: Random) => {
    const images = new Uint8Array(count * SIDE * SIDE);
    const labels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      labels[i] = random.integer(10);
      drawDigit(labels[i]!, random, images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      // A breath now and then: an interrupt or a progress display is not kept waiting for seconds.
      if (i % 2000 === 1999) await new Promise((resolve) => setImmediate(resolve));
    }
    return new ImageSet({ images, labels, height: SIDE, width: SIDE, channels: 1 }, MNIST.classNames);
  };
  return used({
    name: 'made-digits',
    train: await make(train, new Random(2 * seed)),
    test: await make(test, new Random(2 * seed + 1)),
    classNames: MNIST.classNames,
    source: 'made digits',
    note: `Made digits: ${train} training and ${test} test images of 28 x 28 x 1, drawn from strokes (seed ${seed}).`,
    licence: 'MIT (made by this library)',
    citation: 'none needed: made by this library',
  });
}

/** Draws one digit into 784 bytes. */
export function drawDigit(digit: number, random: Random, pixels: Uint8Array): void {
  const glyphs = GLYPHS[digit]!;
  const glyph = glyphs[random.integer(glyphs.length)]!;
  const wobble = 0.035;
  const chains = glyph.map((stroke) =>
    flatten({
      ...stroke,
      points: stroke.points.map(
        ([x, y]): Point => [x + random.normal(0, wobble), y + random.normal(0, wobble)],
      ),
    }),
  );
  const angle = random.normal(0, 0.12);
  const shear = random.normal(0.08, 0.2);
  const stretch = Math.exp(random.normal(-0.12, 0.16));
  const bend = [
    random.normal(0, 0.04),
    random.uniform(0, 6.28),
    random.normal(0, 0.04),
    random.uniform(0, 6.28),
  ] as const;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const moved = chains.map((chain) =>
    chain.map(([x, y]): Point => {
      const u = (x - 0.5 + bend[0] * Math.sin(5 * y + bend[1])) * stretch - shear * (y - 0.5);
      const v = y - 0.5 + bend[2] * Math.sin(5 * x + bend[3]);
      return [cos * u - sin * v, sin * u + cos * v];
    }),
  );
  const pen = Math.min(1.9, Math.max(0.75, random.normal(1.15, 0.25)));
  const size = random.uniform(17.5, 20) - pen;
  draw(fitted(moved, size, pen + EDGE), pen, pixels);
}

/** Scales the curves into a box of `size` pixels and puts their centre of mass into the middle of the image. */
function fitted(chains: readonly Point[][], size: number, margin: number): Point[][] {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const chain of chains) {
    for (const [x, y] of chain) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const scale = size / Math.max(right - left, bottom - top, 0.2);
  let [mass, massX, massY] = [0, 0, 0];
  for (const chain of chains) {
    for (let i = 1; i < chain.length; i++) {
      const [[ax, ay], [bx, by]] = [chain[i - 1]!, chain[i]!];
      const length = Math.hypot(bx - ax, by - ay);
      mass += length;
      massX += (length * (ax + bx)) / 2;
      massY += (length * (ay + by)) / 2;
    }
  }
  const middle = (SIDE - 1) / 2;
  // Kept inside the image where the mass lies far from the middle of the box.
  const shift = (centre: number, low: number, high: number) =>
    Math.min(Math.max(middle - centre * scale, margin - low * scale), SIDE - 1 - margin - high * scale);
  const dx = shift(massX / mass, left, right);
  const dy = shift(massY / mass, top, bottom);
  return chains.map((chain) => chain.map(([x, y]): Point => [x * scale + dx, y * scale + dy]));
}

/** Draws the curves with a round pen of radius `pen`, edges smoothed over one pixel. */
function draw(chains: readonly Point[][], pen: number, pixels: Uint8Array): void {
  const reach = pen + EDGE;
  for (const chain of chains) {
    for (let i = 1; i < chain.length; i++) {
      const [[ax, ay], [bx, by]] = [chain[i - 1]!, chain[i]!];
      const [dx, dy] = [bx - ax, by - ay];
      const square = dx * dx + dy * dy || 1e-9;
      const x0 = Math.max(0, Math.ceil(Math.min(ax, bx) - reach));
      const x1 = Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach));
      const y0 = Math.max(0, Math.ceil(Math.min(ay, by) - reach));
      const y1 = Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach));
      for (let y = y0; y <= y1; y++) {
        for (let x = x0; x <= x1; x++) {
          const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
          const distance = Math.sqrt((x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2);
          const ink = Math.round(255 * Math.min(1, Math.max(0, (reach - distance) / (2 * EDGE))));
          if (ink > pixels[y * SIDE + x]!) pixels[y * SIDE + x] = ink;
        }
      }
    }
  }
}
