import type { Tensor4D } from '../../lib/runtime/tf.ts';
import { tf } from '../../lib/runtime/tf.ts';
import { DataError } from '../errors.ts';
import { type ImageSet, scaled } from '../images.ts';
import { Random } from '../random.ts';
import { drawDigit } from './digits.ts';

/** One digit in a scene. The box is tight around its ink, in pixels; `x`, `y` is its upper left corner. */
export interface SceneObject {
  label: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One picture with what is in it. */
export interface Scene {
  /** `size * size` bytes, a view. */
  image: Uint8Array;
  /** For each pixel the number of its object, from 1; 0 is background. A view. */
  instances: Uint8Array;
  /** For each pixel the digit's label + 1; 0 is background. A view. */
  classes: Uint8Array;
  /** From left to right. */
  objects: readonly SceneObject[];
  /** Which object lies where to which: `above`, `left of`. */
  relations: readonly { subject: number; relation: 'left of' | 'above'; object: number }[];
  /** A sentence of a small grammar: `a three left of a seven`. */
  caption: string;
}

export interface SceneOptions {
  count?: number;
  /** Pixels along each side; default 64. */
  size?: number;
  /** The least and the largest number of digits; default 1 to 3. */
  objects?: readonly [number, number];
  /** Sizes of the digits, of 28 pixels; default 0.7 to 1.2. */
  scale?: readonly [number, number];
  /** Whose digits: MNIST's for instance. Default digits drawn from strokes. */
  digits?: ImageSet;
  /** Free pixels between the boxes of two digits; below 0 the boxes may overlap by as many, and digits touch; default 2. */
  gap?: number;
  /** Pieces of other digits, of 8 x 8 pixels, strewn over the picture: ink that belongs to no object; default 0. */
  clutter?: number;
  seed?: number;
}

/** Scenes in memory, as bytes. */
export interface SceneSet {
  count: number;
  size: number;
  images: Uint8Array;
  scenes: readonly Scene[];
  /** float32 `[n, size, size, 1]` in [0, 1]. The caller disposes it. */
  xs(from?: number, to?: number): Tensor4D;
}

export const DIGIT_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
] as const;

/**
 * Scenes of one to three digits that don't overlap, with boxes, masks, relations and a caption: for localisation, detection,
 * segmentation, captions and scene graphs in small.
 *
 * @throws DataError where so many digits don't fit.
 * @example
 * import { digitScenes } from 'convbook';
 * const { scenes } = digitScenes({ count: 2, seed: 1 });
 * console.log(scenes[0]!.caption, scenes[0]!.objects.length);
 */
export function digitScenes(options: SceneOptions = {}): SceneSet {
  const {
    count = 1000,
    size = 64,
    objects = [1, 3],
    scale = [0.7, 1.2],
    digits,
    gap = 2,
    clutter = 0,
    seed = 0,
  } = options;
  const random = new Random(seed);
  const area = size * size;
  const images = new Uint8Array(count * area);
  const instances = new Uint8Array(count * area);
  const classes = new Uint8Array(count * area);
  const scenes = Array.from({ length: count }, (_, n): Scene => {
    const view = (all: Uint8Array) => all.subarray(n * area, (n + 1) * area);
    const planes = { image: view(images), instances: view(instances), classes: view(classes) };
    const wanted = objects[0] + random.integer(objects[1] - objects[0] + 1);
    const found = place(planes, { size, wanted, scale, digits, gap }, random);
    for (let i = 0; i < clutter; i++)
      strew(planes.image, digits, random.uniform(scale[0], scale[1]), size, random);
    return { ...planes, ...found };
  });
  const xs = (from = 0, to = count) =>
    tf.tensor4d(scaled(images.subarray(from * area, to * area)), [to - from, size, size, 1]);
  return { count, size, images, scenes, xs };
}

type Planes = Pick<Scene, 'image' | 'instances' | 'classes'>;

function place(
  planes: Planes,
  {
    size,
    wanted,
    scale,
    digits,
    gap,
  }: {
    size: number;
    wanted: number;
    scale: readonly [number, number];
    digits: ImageSet | undefined;
    gap: number;
  },
  random: Random,
): Pick<Scene, 'objects' | 'relations' | 'caption'> {
  for (let attempt = 0; attempt < 200; attempt++) {
    for (const plane of Object.values(planes)) plane.fill(0);
    const objects: SceneObject[] = [];
    for (let tries = 0; objects.length < wanted && tries < 40; tries++) {
      const { label, pixels } = digit(digits, random);
      const object = drawInto(
        planes,
        pixels,
        label,
        random.uniform(scale[0], scale[1]),
        objects,
        { size, gap },
        random,
      );
      if (object) objects.push(object);
    }
    if (objects.length === wanted) return describe(planes, objects);
  }
  throw new DataError(
    'bad-request',
    `${wanted} digits don't fit into a scene of ${size} x ${size} pixels. Take fewer or a larger scene.`,
  );
}

function digit(digits: ImageSet | undefined, random: Random): { label: number; pixels: Uint8Array } {
  if (digits) {
    const index = random.integer(digits.count);
    return { label: digits.labels[index]!, pixels: digits.image(index) };
  }
  const label = random.integer(10);
  const pixels = new Uint8Array(784);
  drawDigit(label, random, pixels);
  return { label, pixels };
}

/** Draws a digit at a random place; undefined (and nothing drawn) where it would touch another one. */
function drawInto(
  { image, instances, classes }: Planes,
  pixels: Uint8Array,
  label: number,
  scale: number,
  others: readonly SceneObject[],
  { size, gap }: { size: number; gap: number },
  random: Random,
): SceneObject | undefined {
  const side = Math.round(28 * scale);
  if (side > size) return undefined;
  const [left, top] = [random.integer(size - side + 1), random.integer(size - side + 1)];
  const values = new Uint8Array(side * side);
  let [x0, y0, x1, y1] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const value = sample(pixels, ((x + 0.5) / side) * 28 - 0.5, ((y + 0.5) / side) * 28 - 0.5);
      values[y * side + x] = value;
      if (value < 64) continue;
      [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
    }
  }
  if (x1 < 0) return undefined;
  const box = { label, x: left + x0, y: top + y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
  const apart = (o: SceneObject) =>
    box.x + box.width + gap <= o.x ||
    o.x + o.width + gap <= box.x ||
    box.y + box.height + gap <= o.y ||
    o.y + o.height + gap <= box.y;
  if (!others.every(apart)) return undefined;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const value = values[y * side + x]!;
      const at = (top + y) * size + left + x;
      if (value > image[at]!) image[at] = value;
      if (value < 64) continue;
      instances[at] = others.length + 1;
      classes[at] = label + 1;
    }
  }
  return box;
}

/** Draws a piece of a digit somewhere, its brighter pixels alone. */
function strew(
  image: Uint8Array,
  digits: ImageSet | undefined,
  scale: number,
  size: number,
  random: Random,
): void {
  const { pixels } = digit(digits, random);
  const piece = Math.min(8, size);
  // Near the middle of a digit there is ink.
  const [fromX, fromY] = [random.uniform(6, 14), random.uniform(6, 14)];
  const [left, top] = [random.integer(size - piece + 1), random.integer(size - piece + 1)];
  for (let y = 0; y < piece; y++) {
    for (let x = 0; x < piece; x++) {
      const at = (top + y) * size + left + x;
      image[at] = Math.max(image[at]!, sample(pixels, fromX + x / scale, fromY + y / scale));
    }
  }
}

/** Bilinear; 0 outside. */
function sample(pixels: Uint8Array, x: number, y: number): number {
  const [fx, fy] = [Math.floor(x), Math.floor(y)];
  const [tx, ty] = [x - fx, y - fy];
  const at = (px: number, py: number) => (px < 0 || py < 0 || px > 27 || py > 27 ? 0 : pixels[py * 28 + px]!);
  const upper = at(fx, fy) * (1 - tx) + at(fx + 1, fy) * tx;
  const lower = at(fx, fy + 1) * (1 - tx) + at(fx + 1, fy + 1) * tx;
  return Math.round(upper * (1 - ty) + lower * ty);
}

/** Puts the objects in order from left to right (their masks too) and says in words what is there. */
function describe(
  planes: Planes,
  drawn: readonly SceneObject[],
): Pick<Scene, 'objects' | 'relations' | 'caption'> {
  const order = [...drawn.keys()].sort((a, b) => drawn[a]!.x - drawn[b]!.x);
  const objects = order.map((i) => drawn[i]!);
  const rank = new Uint8Array(drawn.length + 1);
  order.forEach((old, place) => {
    rank[old + 1] = place + 1;
  });
  for (let i = 0; i < planes.instances.length; i++) planes.instances[i] = rank[planes.instances[i]!]!;
  const relations: Scene['relations'][number][] = [];
  for (let a = 0; a < objects.length; a++) {
    for (let b = 0; b < objects.length; b++) {
      if (a === b) continue;
      const [p, q] = [objects[a]!, objects[b]!];
      if (p.x + p.width <= q.x) relations.push({ subject: a, relation: 'left of', object: b });
      if (p.y + p.height <= q.y) relations.push({ subject: a, relation: 'above', object: b });
    }
  }
  const name = ({ label }: SceneObject) => `${label === 8 ? 'an' : 'a'} ${DIGIT_WORDS[label]}`;
  const [first, ...rest] = objects;
  const words = rest.map((object, i) => {
    const between =
      relations.find((r) => r.subject === i && r.object === i + 1) ??
      relations.find((r) => r.subject === i + 1 && r.object === i);
    if (!between) return `beside ${name(object)}`;
    return between.subject === i ? `${between.relation} ${name(object)}` : `below ${name(object)}`;
  });
  return { objects, relations, caption: [name(first!), ...words].join(' ') };
}
