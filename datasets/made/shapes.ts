import { type ImageDataset, ImageSet } from '../images.ts';
import { Random } from '../random.ts';

export interface MadeShapesOptions {
  train?: number;
  test?: number;
  /** Pixels along each side; default 32. */
  size?: number;
  /** Standard deviation of the noise on each pixel, of 255; default 12. */
  noise?: number;
  seed?: number;
}

/** True inside the shape; `u`, `v` from -1 to 1 over its box. */
const SHAPES: readonly [string, (u: number, v: number) => boolean][] = [
  ['disc', (u, v) => u * u + v * v <= 1],
  ['square', (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 0.85],
  ['triangle', (u, v) => v <= 0.75 && v >= -0.95 + 1.8 * Math.abs(u)],
  [
    'cross',
    (u, v) => Math.min(Math.abs(u), Math.abs(v)) <= 0.3 && Math.max(Math.abs(u), Math.abs(v)) <= 0.95,
  ],
  ['ring', (u, v) => u * u + v * v <= 1 && u * u + v * v >= 0.36],
  ['stripes', (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 0.9 && Math.floor((v + 0.9) / 0.36) % 2 === 0],
];

/**
 * Coloured shapes on coloured grounds: six classes that differ by form alone; colour, place, size, turn and noise are
 * random. A stand-in for small photographs where CIFAR-10 can't be had.
 *
 * @example
 * import { madeShapes } from 'convbook';
 * const { train, classNames } = madeShapes({ train: 60, test: 12 });
 * console.log(train.imageShape.join(), classNames.join()); // 32,32,3 disc,square,triangle,cross,ring,stripes
 */
export function madeShapes(options: MadeShapesOptions = {}): ImageDataset {
  const { train = 5000, test = 1000, size = 32, noise = 12, seed = 0 } = options;
  const classNames = SHAPES.map(([name]) => name);
  const make = (count: number, random: Random) => {
    const images = new Uint8Array(count * size * size * 3);
    const labels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      labels[i] = random.integer(SHAPES.length);
      drawShape(
        SHAPES[labels[i]!]![1],
        random,
        images.subarray(i * size * size * 3, (i + 1) * size * size * 3),
        size,
        noise,
      );
    }
    return new ImageSet({ images, labels, height: size, width: size, channels: 3 }, classNames);
  };
  return {
    name: 'made-shapes',
    train: make(train, new Random(2 * seed + 0x5a)),
    test: make(test, new Random(2 * seed + 0x5b)),
    classNames,
    source: 'made shapes',
    note: `Made shapes: ${train} training and ${test} test images of ${size} x ${size} x 3 in ${SHAPES.length} classes (seed ${seed}).`,
    licence: 'MIT (made by this library)',
    citation: 'none needed: made by this library',
  };
}

function drawShape(
  inside: (u: number, v: number) => boolean,
  random: Random,
  out: Uint8Array,
  size: number,
  noise: number,
): void {
  const ground = [0, 1, 2].map(() => random.uniform(0, 255));
  let ink = [0, 1, 2].map(() => random.uniform(0, 255));
  // Colours that can hardly be told apart would make the task one of luck.
  while (ink.reduce((sum, value, c) => sum + Math.abs(value - ground[c]!), 0) < 160)
    ink = [0, 1, 2].map(() => random.uniform(0, 255));
  const radius = random.uniform(0.22, 0.42) * size;
  const room = size / 2 - radius * 0.9;
  const [cx, cy] = [size / 2 + random.uniform(-room, room), size / 2 + random.uniform(-room, room)];
  const angle = random.uniform(-0.4, 0.4);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let cover = 0;
      for (const [dx, dy] of [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.75, 0.75],
      ] as const) {
        // biome-ignore format: one line
        const [px, py] = [(x + dx - cx) / radius, (y + dy - cy) / radius];
        if (inside(cos * px + sin * py, cos * py - sin * px)) cover += 0.25;
      }
      for (let c = 0; c < 3; c++) {
        const value = ground[c]! + (ink[c]! - ground[c]!) * cover + random.normal(0, noise);
        out[(y * size + x) * 3 + c] = Math.round(Math.min(255, Math.max(0, value)));
      }
    }
  }
}
