import { expect, test } from 'vitest';
import { audioSignals } from '../../datasets/made/audio.ts';
import { clouds, type PointSet, parity, rings, spirals, threeModes } from '../../datasets/made/points.ts';
import { digitScenes } from '../../datasets/made/scenes.ts';
import { madeShapes } from '../../datasets/made/shapes.ts';
import { tf } from '../../lib/runtime/tf.ts';
import { sha256, smallSource } from './support/made-idx.ts';

const bytes = (array: Float32Array | Uint8Array) =>
  sha256(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));

test.each([
  ['spirals', (seed: number) => bytes(spirals({ seed }).points)],
  ['rings', (seed: number) => bytes(rings({ seed }).points)],
  ['parity', (seed: number) => bytes(parity({ seed }).points)],
  ['three modes', (seed: number) => bytes(threeModes({ seed }).points)],
  ['clouds', (seed: number) => bytes(clouds({ seed }).points)],
  ['shapes', (seed: number) => bytes(madeShapes({ train: 5, test: 5, seed }).train.images)],
  ['audio', (seed: number) => bytes(audioSignals({ perClass: 2, seed }).signals)],
  ['scenes', (seed: number) => bytes(digitScenes({ count: 3, seed }).images)],
])('%s: the same seed gives the same bytes, another one others', (_, make) => {
  expect(make(1)).toBe(make(1));
  expect(make(1)).not.toBe(make(2));
});

const counts = (set: PointSet) => set.classNames.map((_, c) => set.labels.filter((l) => l === c).length);
const each = (set: PointSet, check: (point: number[], label: number) => void) => {
  for (let i = 0; i < set.count; i++) {
    check([...set.points.subarray(i * set.dimensions, (i + 1) * set.dimensions)], set.labels[i]!);
  }
};

test('points of the ring have a norm from 1 to 2, all others have not', () => {
  const set = rings({ count: 500 });
  expect(counts(set)).toEqual([250, 250]);
  each(set, ([x, y], label) => {
    const norm = Math.hypot(x!, y!);
    expect(norm >= 1 && norm <= 2).toBe(label === 1);
  });
  each(set.polar(), ([radius, angle], label) => {
    expect(radius! >= 1 && radius! <= 2).toBe(label === 1);
    expect(Math.abs(angle!)).toBeLessThanOrEqual(Math.PI + 1e-6);
  });
});

test('parity is that of the number of positive coordinates', () => {
  const set = parity({ count: 300, dimensions: 5 });
  each(set, (point, label) => expect(point.filter((v) => v > 0).length % 2).toBe(label));
  expect(Math.min(...counts(set))).toBeGreaterThan(100);
});

test('spirals and modes have as many points of each class, in mixed order', () => {
  expect(counts(spirals({ classes: 4, perClass: 30 }))).toEqual([30, 30, 30, 30]);
  expect(counts(threeModes({ count: 200 }))).toEqual([100, 100]);
  expect(new Set(spirals().labels.subarray(0, 30)).size).toBe(3);
  each(spirals(), (point) => expect(Math.hypot(...point)).toBeLessThanOrEqual(1));
});

test('point sets split, give tensors and groups, and refuse nonsense', () => {
  const [train, test] = clouds({ count: 50 }).split(0.8);
  expect([train.count, test.count]).toEqual([40, 10]);
  const { xs, ys } = test.tensors();
  expect([xs.shape, ys.shape, ys.dtype]).toEqual([[10, 2], [10], 'int32']);
  tf.dispose([xs, ys]);
  expect(test.xs.shape).toEqual([10, 2]);
  expect(test.groups().reduce((sum, { x }) => sum + x.length, 0)).toBe(10);
  expect(() => parity({ dimensions: 3 }).polar()).toThrow('Only points in the plane');
  expect(() => rings({ count: 0 })).toThrow('at least 1');
});

test('shapes differ in colour and place, not in anything that gives the class away by its mean', () => {
  const { train, classNames } = madeShapes({ train: 600, test: 6 });
  expect(train.imageShape).toEqual([32, 32, 3]);
  const means = classNames.map((_, label) => {
    const indices = train.indicesOf(label);
    const sum = indices.reduce((total, i) => total + train.image(i).reduce((a, b) => a + b, 0), 0);
    return sum / indices.length / 3072;
  });
  for (const mean of means) expect(Math.abs(mean - 127)).toBeLessThan(25);
  expect(Math.min(...train.classCounts())).toBeGreaterThan(60);
});

test('sounds are told apart by their zero crossings and stay within -1 and 1', () => {
  const set = audioSignals({ perClass: 30 });
  const rate = (signal: Float32Array) => {
    let crossings = 0;
    for (let i = 1; i < signal.length; i++) if (signal[i - 1]! < 0 !== signal[i]! < 0) crossings++;
    return crossings / signal.length;
  };
  const mean = (name: string) => {
    const own = Array.from(set.labels.keys()).filter((i) => set.classNames[set.labels[i]!] === name);
    expect(own.length).toBe(30);
    return own.reduce((sum, i) => sum + rate(set.signal(i)), 0) / own.length;
  };
  expect(mean('noise')).toBeGreaterThan(0.4);
  expect(mean('tone')).toBeLessThan(0.25);
  expect(mean('chirp')).toBeGreaterThan(mean('tone'));
  expect(set.signals.every((value) => Math.abs(value) <= 1)).toBe(true);
});

test('scenes: boxes are tight around the masks, digits never touch, relations and caption agree with the boxes', () => {
  const { scenes, size } = digitScenes({ count: 60, objects: [1, 4], size: 80, seed: 3 });
  const seen = new Set<number>();
  for (const { image, instances, classes, objects, relations, caption } of scenes) {
    seen.add(objects.length);
    objects.forEach((object, k) => {
      let [x0, y0, x1, y1] = [size, size, -1, -1];
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          if (instances[y * size + x] !== k + 1) continue;
          expect(classes[y * size + x]).toBe(object.label + 1);
          expect(image[y * size + x]).toBeGreaterThanOrEqual(64);
          [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
        }
      }
      expect([x0, y0, x1 - x0 + 1, y1 - y0 + 1]).toEqual([object.x, object.y, object.width, object.height]);
    });
    for (const { subject, relation, object } of relations) {
      const [a, b] = [objects[subject]!, objects[object]!];
      if (relation === 'left of') expect(a.x + a.width).toBeLessThanOrEqual(b.x);
      else expect(a.y + a.height).toBeLessThanOrEqual(b.y);
    }
    expect(caption).toMatch(/^(a \w+|an eight)(( left of| above| below| beside) (a \w+|an eight))*$/);
    expect(caption).not.toContain('a eight');
    expect(caption.match(/\ban? /g)?.length).toBe(objects.length);
    expect(objects.map(({ x }) => x)).toEqual(objects.map(({ x }) => x).toSorted((a, b) => a - b));
  }
  expect([...seen].sort()).toEqual([1, 2, 3, 4]);
});

test('scenes give tensors, and say when the digits do not fit', () => {
  const set = digitScenes({ count: 3 });
  const xs = set.xs(1);
  expect(xs.shape).toEqual([2, 64, 64, 1]);
  expect(xs.dataSync()[0]).toBeCloseTo(set.images[4096]! / 255, 6);
  xs.dispose();
  expect(() => digitScenes({ count: 1, size: 30, objects: [3, 3] })).toThrow(
    "3 digits don't fit into a scene of 30 x 30",
  );
});

test('a small source has what its checksums say', () => {
  const { source, files } = smallSource();
  for (const file of source.files) expect(sha256(files.get(file.name)!)).toBe(file.sha256);
});

test('clutter adds ink to scenes and changes nothing of what is in them', () => {
  const [plain, strewn] = [0, 6].map((clutter) => digitScenes({ count: 1, seed: 3, clutter }).scenes[0]!);
  const ink = (image: Uint8Array) => image.filter((v) => v >= 64).length;
  expect(ink(strewn!.image)).toBeGreaterThan(ink(plain!.image));
  expect(strewn!.objects).toEqual(plain!.objects);
  expect(strewn!.instances).toEqual(plain!.instances);
  expect(strewn!.image.every((v, i) => v >= plain!.image[i]!)).toBe(true);
});

test('a gap below zero lets boxes overlap, by no more than that', () => {
  const { scenes } = digitScenes({ count: 60, seed: 5, objects: [3, 3], gap: -6 });
  const depths = scenes.flatMap(({ objects }) =>
    objects.flatMap((a, i) =>
      objects
        .slice(i + 1)
        .map((b) =>
          Math.min(
            Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
            Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
          ),
        ),
    ),
  );
  expect(Math.max(...depths)).toBeGreaterThan(0);
  expect(Math.max(...depths)).toBeLessThanOrEqual(6);
});
