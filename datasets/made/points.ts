import type { Tensor1D, Tensor2D } from '../../lib/runtime/tf.ts';
import { tf } from '../../lib/runtime/tf.ts';
import { DataError } from '../errors.ts';
import { Random } from '../random.ts';

/**
 * Labelled points, mostly in the plane. `fit(model, points, …)` takes one as it is.
 *
 * @example
 * import { scatterChart, spirals } from 'convbook';
 * const points = spirals({ classes: 3, perClass: 100, seed: 1 });
 * scatterChart({ title: 'Spirals', xTitle: 'x', yTitle: 'y', alt: 'Three spirals', groups: points.groups() });
 */
export class PointSet {
  /** `count * dimensions` coordinates, one point after the other. */
  readonly points: Float32Array;
  /** `count` class numbers. */
  readonly labels: Uint8Array;
  readonly dimensions: number;
  readonly classNames: readonly string[];

  constructor(points: Float32Array, labels: Uint8Array, dimensions: number, classNames: readonly string[]) {
    this.points = points;
    this.labels = labels;
    this.dimensions = dimensions;
    this.classNames = classNames;
  }

  get count(): number {
    return this.labels.length;
  }

  /** The points with their shape, as `fit` takes them. */
  get xs(): { data: Float32Array; shape: [number, number] } {
    return { data: this.points, shape: [this.count, this.dimensions] };
  }

  /** The class numbers, as `fit` takes them. */
  get ys(): Uint8Array {
    return this.labels;
  }

  /** float32 `[count, dimensions]` and int32 `[count]`. The caller disposes both. */
  tensors(): { xs: Tensor2D; ys: Tensor1D } {
    return {
      xs: tf.tensor2d(this.points, [this.count, this.dimensions]),
      ys: tf.tensor1d(Int32Array.from(this.labels), 'int32'),
    };
  }

  /** The first two coordinates by class, as the figures take them. */
  groups(): { name: string; x: number[]; y: number[] }[] {
    return this.classNames.map((name, c) => {
      const own = Array.from(this.labels.keys()).filter((i) => this.labels[i] === c);
      return {
        name,
        x: own.map((i) => this.points[i * this.dimensions]!),
        y: own.map((i) => this.points[i * this.dimensions + 1] ?? 0),
      };
    });
  }

  /** The same points by radius and angle (from -pi to pi): what a linear classifier needs for rings. */
  polar(): PointSet {
    if (this.dimensions !== 2) {
      throw new DataError(
        'bad-request',
        `Only points in the plane have polar coordinates; these have ${this.dimensions}.`,
      );
    }
    const points = new Float32Array(this.points.length);
    for (let i = 0; i < points.length; i += 2) {
      points[i] = Math.hypot(this.points[i]!, this.points[i + 1]!);
      points[i + 1] = Math.atan2(this.points[i + 1]!, this.points[i]!);
    }
    return new PointSet(points, this.labels, 2, this.classNames);
  }

  /** Two sets, the first with `fraction` of the points, in the order in which they are (made sets are shuffled). */
  split(fraction: number): [PointSet, PointSet] {
    if (!(fraction > 0 && fraction < 1)) {
      throw new DataError(
        'bad-request',
        `split(${fraction}) is not a fraction between 0 and 1, for instance 0.8.`,
      );
    }
    const at = Math.round(this.count * fraction);
    const part = (from: number, to: number) =>
      new PointSet(
        this.points.subarray(from * this.dimensions, to * this.dimensions),
        this.labels.subarray(from, to),
        this.dimensions,
        this.classNames,
      );
    return [part(0, at), part(at, this.count)];
  }

  toString(): string {
    return `${this.count} points of ${this.dimensions} coordinates in ${this.classNames.length} classes`;
  }
}

export interface PointOptions {
  /** Points in all. */
  count?: number;
  seed?: number;
}

/** Draws `count` points, each with its class, in random order. */
function draw(
  count: number,
  dimensions: number,
  classNames: readonly string[],
  make: (index: number) => { point: readonly number[]; label: number },
): PointSet {
  if (!Number.isInteger(count) || count < 1) {
    throw new DataError(
      'bad-request',
      `${count} points were asked for; the number must be whole and at least 1.`,
    );
  }
  const points = new Float32Array(count * dimensions);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const { point, label } = make(i);
    points.set(point, i * dimensions);
    labels[i] = label;
  }
  return new PointSet(points, labels, dimensions, classNames);
}

const letters = (classes: number) => Array.from({ length: classes }, (_, c) => `class ${c}`);

/** Points of all classes in turn, then in random order: every class has the same number (but for a remainder). */
function turns(count: number, classes: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: Math.max(0, count) }, (_, i) => i % classes);
  return random.shuffle(order);
}

/**
 * Arms of a spiral around zero, one for each class, radius 0 to 1.
 *
 * @example
 * import { spirals } from 'convbook';
 * console.log(String(spirals({ classes: 3, perClass: 50 }))); // 150 points of 2 coordinates in 3 classes
 */
export function spirals(
  options: { classes?: number; perClass?: number; turns?: number; noise?: number; seed?: number } = {},
): PointSet {
  const { classes = 3, perClass = 100, turns: revolutions = 0.7, noise = 0.2, seed = 0 } = options;
  const random = new Random(seed);
  const order = turns(classes * perClass, classes, random);
  return draw(classes * perClass, 2, letters(classes), (i) => {
    const label = order[i]!;
    const radius = random.uniform(0.02, 1);
    const angle = 2 * Math.PI * (label / classes + revolutions * radius) + random.normal(0, noise);
    return { point: [radius * Math.sin(angle), radius * Math.cos(angle)], label };
  });
}

/**
 * The ring of the course: class 1 where 1 <= L2 norm <= 2, class 0 inside and outside of it. No line separates them;
 * in polar coordinates two thresholds do.
 *
 * @example
 * import { rings } from 'convbook';
 * const points = rings({ count: 200, seed: 1 });
 * console.log(points.polar().groups()[1]!.x.every((radius) => radius >= 1 && radius <= 2)); // true
 */
export function rings({
  count = 400,
  seed = 0,
  margin = 0.08,
}: PointOptions & { margin?: number } = {}): PointSet {
  const random = new Random(seed);
  const order = turns(count, 2, random);
  return draw(count, 2, ['elsewhere', 'ring'], (i) => {
    const label = order[i]!;
    const inner = random.uniform() < 0.35;
    const radius = label
      ? random.uniform(1 + margin, 2 - margin)
      : inner
        ? random.uniform(0, 1 - margin)
        : random.uniform(2 + margin, 3);
    const angle = random.uniform(-Math.PI, Math.PI);
    return { point: [radius * Math.cos(angle), radius * Math.sin(angle)], label };
  });
}

/**
 * Points uniform in [-1, 1] along each axis; the class says whether the number of positive coordinates is even (0) or odd
 * (1). With two coordinates: the quadrants of XOR.
 *
 * @example
 * import { parity } from 'convbook';
 * console.log(String(parity({ count: 100, dimensions: 4 }))); // 100 points of 4 coordinates in 2 classes
 */
export function parity({
  count = 400,
  dimensions = 2,
  seed = 0,
  margin = 0.05,
}: PointOptions & { dimensions?: number; margin?: number } = {}): PointSet {
  const random = new Random(seed);
  return draw(count, dimensions, ['even', 'odd'], () => {
    const point = Array.from(
      { length: dimensions },
      () => (random.uniform() < 0.5 ? -1 : 1) * random.uniform(margin, 1),
    );
    return { point, label: point.filter((v) => v > 0).length % 2 };
  });
}

/**
 * Class 1 gathers around three places, class 0 lies between and around them.
 *
 * @example
 * import { threeModes } from 'convbook';
 * console.log(threeModes({ count: 60 }).classNames.join()); // elsewhere,three modes
 */
export function threeModes({ count = 400, seed = 0 }: PointOptions = {}): PointSet {
  const random = new Random(seed);
  const order = turns(count, 2, random);
  const centres = [0, 1, 2].map((k) => {
    const angle = (2 * Math.PI * k) / 3 + 0.4;
    return [1.7 * Math.cos(angle), 1.7 * Math.sin(angle)] as const;
  });
  const far = (x: number, y: number) => Math.min(...centres.map(([cx, cy]) => Math.hypot(x - cx, y - cy)));
  return draw(count, 2, ['elsewhere', 'three modes'], (i) => {
    const label = order[i]!;
    if (label) {
      const [cx, cy] = centres[random.integer(3)]!;
      const [radius, angle] = [0.7 * Math.sqrt(random.uniform()), random.uniform(-Math.PI, Math.PI)];
      return { point: [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)], label };
    }
    for (;;) {
      const [x, y] = [random.uniform(-3, 3), random.uniform(-3, 3)];
      if (far(x, y) > 0.85) return { point: [x, y], label };
    }
  });
}

/**
 * Normal clouds around given centres, one class each.
 *
 * @example
 * import { clouds } from 'convbook';
 * console.log(clouds({ count: 90, deviation: 0.1 }).count); // 90
 */
export function clouds(
  options: PointOptions & { centres?: readonly (readonly number[])[]; deviation?: number } = {},
): PointSet {
  const { count = 300, seed = 0, deviation = 0.5, centres = [[-1, -1], [1, 1], [1.5, -1.2]] } = options; // biome-ignore format: one line
  const random = new Random(seed);
  const order = turns(count, centres.length, random);
  return draw(count, centres[0]?.length ?? 2, letters(centres.length), (i) => {
    const label = order[i]!;
    return { point: centres[label]!.map((c) => random.normal(c, deviation)), label };
  });
}
