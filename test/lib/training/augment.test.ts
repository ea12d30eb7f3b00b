import { beforeAll, describe, expect, it } from 'vitest';
import { compile, startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { type AugmentOptions, augment } from '../../../lib/training/augment.ts';
import { hostRandom } from '../../../lib/training/random.ts';
import { type Warp, warp } from '../../../lib/training/warp.ts';

beforeAll(async () => {
  await startEngine();
});

const random = hostRandom(17);
const [h, w, c] = [6, 7, 2];
const pixels = Float32Array.from({ length: h * w * c }, () => random.uniform());
const image = () => tf.tensor4d(pixels, [1, h, w, c]);

/** One pixel by the definition: where it comes from, and the four neighbours there. */
function plain(
  o: Record<keyof Omit<Warp, 'fill'>, number>,
  fill: number | 'edge',
  row: number,
  column: number,
  channel: number,
) {
  const [cx, cy] = [(w - 1) / 2, (h - 1) / 2];
  let [x, y] = [column - cx, row - cy];
  const bend = 1 + (o.lens * (x * x + y * y)) / (cx * cx + cy * cy);
  [x, y] = [x * bend - o.moveX, y * bend - o.moveY];
  const a = (o.rotate * Math.PI) / 180;
  [x, y] = [Math.cos(a) * x + Math.sin(a) * y, Math.cos(a) * y - Math.sin(a) * x];
  x += Math.tan((o.shear * Math.PI) / 180) * y;
  [x, y] = [(x / o.stretchX) * o.mirror + cx, y / o.stretchY + cy];
  const at = (r: number, q: number) => {
    if (fill !== 'edge' && (r < 0 || q < 0 || r >= h || q >= w)) return fill;
    return pixels[(Math.min(h - 1, Math.max(0, r)) * w + Math.min(w - 1, Math.max(0, q))) * c + channel]!;
  };
  const [l, t] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - l, y - t];
  return (
    (1 - u) * (1 - v) * at(t, l) +
    u * (1 - v) * at(t, l + 1) +
    (1 - u) * v * at(t + 1, l) +
    u * v * at(t + 1, l + 1)
  );
}

const still = { moveX: 0, moveY: 0, rotate: 0, stretchX: 1, stretchY: 1, shear: 0, lens: 0, mirror: 1 };

describe('warp', () => {
  it.each<[string, Partial<typeof still>, number | 'edge']>([
    ['nothing', {}, 0],
    ['a move by whole pixels', { moveX: 2, moveY: -1 }, 0],
    ['a move by parts of pixels', { moveX: 0.3, moveY: 1.6 }, 0.5],
    ['a rotation', { rotate: 33 }, 0],
    ['a stretch', { stretchX: 1.3, stretchY: 0.8 }, 'edge'],
    ['a shear', { shear: -20 }, 0.25],
    ['a barrel', { lens: 0.3 }, 0],
    ['a pincushion', { lens: -0.2 }, 'edge'],
    ['a mirror', { mirror: -1 }, 0],
    [
      'everything',
      { moveX: 0.4, moveY: -0.7, rotate: 12, stretchX: 1.1, stretchY: 0.9, shear: 8, lens: 0.1, mirror: -1 },
      'edge',
    ],
  ])('gives for %s what the definition gives pixel by pixel', (_name, options, fill) => {
    const out = warp(image(), { ...options, fill }).dataSync();
    for (let r = 0; r < h; r++)
      for (let q = 0; q < w; q++)
        for (let k = 0; k < c; k++)
          expect(out[(r * w + q) * c + k]).toBeCloseTo(plain({ ...still, ...options }, fill, r, q, k), 4);
  });

  it('turns a row clockwise into a column, and moves each image by its own amount', () => {
    const row = tf.tensor4d([0, 0, 0, 1, 2, 3, 0, 0, 0], [1, 3, 3, 1]);
    const turned = warp(row, { rotate: 90 }).dataSync();
    [0, 1, 0, 0, 2, 0, 0, 3, 0].forEach((v, i) => void expect(turned[i]).toBeCloseTo(v, 5));
    const moved = warp(tf.concat([row, row]), { moveX: tf.tensor1d([1, -1]) })
      .reshape([2, 9])
      .arraySync() as number[][];
    expect(moved.map((m) => m.slice(3, 6))).toEqual([
      [0, 1, 2],
      [2, 3, 0],
    ]);
  });

  it('says what is wrong', () => {
    expect(() => warp(tf.zeros([4, 4]), {})).toThrow(
      'shape [4,4]; expected [batch, height, width, channels]',
    );
    expect(() => warp(image(), { rotate: tf.tensor1d([1, 2]) })).toThrow('2 numbers for 1 images');
  });
});

describe('augment', () => {
  const many = (n: number) => tf.tile(image(), [n, 1, 1, 1]);
  const all: AugmentOptions = {
    translate: 0.2,
    crop: 1,
    rotate: 20,
    stretch: 0.2,
    shear: 10,
    lens: 0.2,
    flip: true,
    brightness: 0.2,
    contrast: 0.3,
    noise: 0.05,
  };

  it('changes images each its own way, another way each call, the same way for the same seed', () => {
    const run = (seed: number) => {
      const change = augment({ ...all, seed });
      return [change(many(3)), change(many(3))].map((t) => t.unstack().map((i) => [...i.dataSync()].join()));
    };
    const a = run(5);
    expect(new Set(a.flat()).size).toBe(6);
    expect(run(5)).toEqual(a);
    expect(run(6)).not.toEqual(a);
  });

  it('is in a compiled step what it is outside, with other numbers each call', () => {
    const eager = augment({ ...all, seed: 2 });
    const traced = augment({ ...all, seed: 2 });
    const step = compile((x: tf.Tensor) => traced(x));
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const [one, two] = [eager(many(2)).dataSync(), step(many(2)).dataSync()];
      one.forEach((v, k) => void expect(two[k]).toBeCloseTo(v, 4));
      seen.add([...two].join());
    }
    expect(seen.size).toBe(4);
    step.dispose();
  });

  it('crops by whole pixels of all amounts and flips half', () => {
    const line = tf.tile(tf.tensor4d([0, 0, 1, 2, 0, 0], [1, 1, 6, 1]), [400, 1, 1, 1]);
    const cropped = augment({ crop: 2, seed: 1 })(tf.tile(line, [1, 9, 1, 1]))
      .slice([0, 4, 0, 0], [400, 1, 6, 1])
      .reshape([400, 6])
      .arraySync() as number[][];
    const places = new Map<number, number>();
    for (const row of cropped) {
      const at = row.indexOf(2) === -1 ? 9 : row.indexOf(2) - 3;
      places.set(at, (places.get(at) ?? 0) + 1);
      expect(row.every((v) => [0, 1, 2].includes(Math.round(v * 1e4) / 1e4))).toBe(true);
    }
    expect([...places.keys()].toSorted((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    for (const count of places.values()) expect(count).toBeGreaterThan(40);
    const flipped = augment({ flip: true, seed: 1 })(line).reshape([400, 6]).arraySync() as number[][];
    const mirrored = flipped.filter((row) => row[2]! > 1.5).length;
    expect(mirrored).toBeGreaterThan(150);
    expect(mirrored).toBeLessThan(250);
  });

  it('keeps brightness when it turns the hue, and grays stay gray', () => {
    const rgb = tf.randomUniform([2, 3, 3, 3], 0.3, 0.7, 'float32', 4) as tf.Tensor4D;
    const luma = (t: tf.Tensor) =>
      t
        .mul(tf.tensor1d([0.299, 0.587, 0.114]))
        .sum(-1)
        .dataSync();
    const turned = augment({ hue: 40, saturation: 0.3, seed: 3 })(rgb);
    luma(rgb).forEach((v, i) => void expect(luma(turned)[i]).toBeCloseTo(v, 2));
    expect(turned.sub(rgb).abs().max().dataSync()[0]).toBeGreaterThan(0.01);
    const gray = augment({ hue: 90, saturation: 0.5, seed: 3 })(tf.fill([1, 2, 2, 3], 0.4));
    gray.dataSync().forEach((v) => void expect(v).toBeCloseTo(0.4, 2));
    expect(() => augment({ hue: 5 })(image())).toThrow('need three channels; the images have 2');
    expect(() => augment({ rotate: -5 })).toThrow('rotate is -5');
  });
});
