import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import {
  animation,
  decisionBoundary,
  imageGrid,
  lineChart,
  networkDiagram,
  scatterChart,
  surfaceChart,
} from '../../../lib/figures/index.ts';
import { Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential } from '../../../lib/layers/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { expectWellFormed } from './support.ts';

const pngs = (svg: string) =>
  [...svg.matchAll(/href="data:image\/png;base64,([^"]*)"/g)].map((m) =>
    decode(Buffer.from(m[1]!, 'base64'), { checkCrc: true }),
  );

test('an image grid holds all images in one picture, with captions and marked mistakes', () => {
  const images = [0, 1, 2].map((n) => Uint8Array.from({ length: 30 * 30 }, (_, i) => (i + 100 * n) % 256));
  const drawing = imageGrid(images, {
    shape: [30, 30],
    alt: 'Three ramps',
    captions: ['a', 'b & c', 'd'],
    wrong: [false, true, false],
    columns: 2,
    title: 'Ramps',
  });
  const svg = drawing.toSvg();
  expectWellFormed(svg);
  const [png, ...others] = pngs(svg);
  expect(others).toEqual([]);
  expect([png!.width, png!.height, png!.channels]).toEqual([60, 60, 1]);
  expect([...png!.data.subarray(0, 30)]).toEqual([...images[0]!.subarray(0, 30)]);
  expect([...png!.data.subarray(30, 60)]).toEqual([...images[1]!.subarray(0, 30)]);
  expect([...png!.data.subarray(30 * 60, 30 * 60 + 30)]).toEqual([...images[2]!.subarray(0, 30)]);
  expect(svg).toContain('fill="#b00020" font-weight="bold">✗ b &amp; c</text>');
  expect(svg).toContain('aria-label="Three ramps"');
  const views = [...svg.matchAll(/viewBox="([\d ]+)" preserve/g)].map((m) => m[1]);
  expect(views).toEqual(['0 0 30 30', '30 0 30 30', '0 30 30 30']);
});

test('filters are coloured around zero, each by its own size where that is asked for', () => {
  const filters = [[-1, 0, 1, 0], [-4, 0, 4, 0]]; // biome-ignore format: one line
  const [common] = pngs(imageGrid(filters, { shape: [2, 2], alt: 'Two filters', size: 36 }).toSvg());
  const [each] = pngs(
    imageGrid(filters, { shape: [2, 2], alt: 'Two filters', size: 36, each: true }).toSvg(),
  );
  const factor = common!.width / 4;
  const pixel = (png: typeof common, x: number) => [
    ...png!.data.subarray(3 * factor * x, 3 * factor * x + 3),
  ];
  expect(pixel(common, 2)).toEqual([0x21, 0x66, 0xac]);
  expect(pixel(common, 0)).not.toEqual(pixel(common, 2));
  expect(pixel(each, 0)).toEqual(pixel(each, 2));
  expect(pixel(each, 1)).toEqual([255, 255, 255]);
});

test('tensors of images, in grey and in colour', () => {
  const grey = tf.zeros([5, 24, 24, 1]);
  const colour = tf.ones([2, 24, 24, 3]);
  expect(pngs(imageGrid(grey, { alt: 'Five', columns: 5 }).toSvg())[0]!.width).toBe(120);
  expect(
    pngs(imageGrid(colour, { alt: 'Two', range: [0, 1] }).toSvg())[0]!.data.every((byte) => byte === 255),
  ).toBe(true);
  expect(
    imageGrid(tf.zeros([300, 4, 4]), { alt: 'Many' })
      .toSvg()
      .match(/<use /g)?.length,
  ).toBe(100);
});

test.each([
  ['no shape', () => imageGrid([[1, 2]], { alt: 'x' }), 'pass { shape: [height, width] }'],
  [
    'an image of another size',
    () => imageGrid([[1, 2], [1]], { alt: 'x', shape: [1, 2] }),
    'Image 1 has 1 values; the shape [1, 2] takes 2',
  ],
  [
    'a part of an image',
    () => imageGrid([1, 2, 3], { alt: 'x', shape: [1, 2] }),
    '3 values are no whole number of images',
  ],
  [
    'a shape of two colours',
    () => imageGrid(tf.zeros([1, 2, 2, 2]), { alt: 'x' }),
    'The shape [1, 2, 2, 2] reads as no images',
  ],
  [
    'too few captions',
    () => imageGrid([1, 2], { alt: 'x', shape: [1, 1], captions: ['a'] }),
    '1 captions for 2 images',
  ],
] as [string, () => unknown, string][])('an image grid refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

const common = { title: 'T', xTitle: 'x', yTitle: 'y', alt: 'Left a, right b' };
const groups = [
  { name: 'a', x: [-1, -1], y: [-1, 1] },
  { name: 'b', x: [1, 1], y: [-1, 1] },
];

test('a decision boundary lies where the classifier has it', async () => {
  const figure = await decisionBoundary({
    ...common,
    groups,
    resolution: 40,
    predict: (points) =>
      Float32Array.from({ length: points.length / 2 }, (_, i) => (points[2 * i]! > 0.5 ? 1 : 0)),
  });
  const svg = figure.toSvg();
  expectWellFormed(svg);
  const [png] = pngs(svg);
  const row = Array.from({ length: 40 }, (_, x) => [...png!.data.subarray(3 * x, 3 * x + 3)].join());
  expect(new Set(row).size).toBe(2);
  // The points span -1 to 1 with a tenth of room: 0.5 lies at 0.708 of the width.
  expect(row.indexOf(row[39]!)).toBe(Math.round(40 * ((0.5 + 1.2) / 2.4)));
  expect(figure.layout.images?.[0]).toMatchObject({ x: -1.2, y: 1.2, sizex: 2.4, sizey: 2.4 });
});

test('scores colour by the largest, stronger where it is surer; the top of the picture is large y', async () => {
  const figure = await decisionBoundary({
    ...common,
    groups,
    resolution: 2,
    predict: async (points) => {
      const scores: number[] = [];
      for (let i = 0; i < points.length; i += 2)
        scores.push(...(points[i + 1]! > 0 ? [0.9, 0.1] : [0.4, 0.6]));
      return scores;
    },
  });
  const [png] = pngs(figure.toSvg());
  const [top, bottom] = [png!.data.subarray(0, 3), png!.data.subarray(6, 9)];
  expect(top[2]).toBeGreaterThan(top[0]!); // bluish
  expect(bottom[0]).toBeGreaterThan(bottom[2]!); // reddish
  expect(Math.min(...top)).toBeLessThan(Math.min(...bottom));
  await expect(decisionBoundary({ ...common, groups, predict: () => [1, 2, 3] })).rejects.toThrow(
    'gave 3 numbers',
  );
});

test('a network is drawn with its shapes and parameters; layers without weights stand with the one before', () => {
  const model = new Sequential([
    new Conv2D({ filters: 6, kernelSize: 5 }),
    new ReLU(),
    new MaxPool2D(),
    new Flatten(),
    new Dense({ units: 10 }),
  ]);
  const drawing = networkDiagram(model, [28, 28, 1], { title: 'Small' });
  expect(drawing.alt).toBe(
    'Small: Input 28 x 28 x 1, then Conv2D + ReLU 24 x 24 x 6, then MaxPool2D 12 x 12 x 6, then Flatten 864, then Dense 10.',
  );
  const svg = drawing.toSvg();
  expectWellFormed(svg);
  expect(svg.match(/>[\d,]+ parameters</g)).toEqual(['>156 parameters<', '>8,650 parameters<']);
});

test('boxes stand on their images with their names', () => {
  const drawing = imageGrid([new Uint8Array(400), new Uint8Array(400)], {
    shape: [20, 20],
    size: 100,
    alt: 'A box',
    boxes: [
      [{ x: 2, y: 4, width: 10, height: 5, label: '3 & 4' }],
      [{ x: 0, y: 0, width: 20, height: 20, dashed: true }],
    ],
  });
  const svg = drawing.toSvg();
  expectWellFormed(svg);
  const frames = [
    ...svg.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="none" stroke="#D55E00" stroke-width="2"( stroke-dasharray="5 3")?/g,
    ),
  ];
  expect(frames.map((m) => m.slice(1, 5).map(Number))).toEqual([
    [6 + 10, 6 + 20, 50, 25],
    [112, 6, 100, 100],
  ]);
  expect(frames.map((m) => m[5] !== undefined)).toEqual([false, true]);
  expect(svg).toContain('>3 &amp; 4</text>');
});

test('a surface is light where it is high and its paths lie over it', () => {
  const figure = surfaceChart({
    ...common,
    f: (x, y) => x * x + y * y,
    xRange: [-2, 2],
    yRange: [-1, 1],
    resolution: 41,
    contours: 2,
    paths: [{ name: 'way', x: [-2, 0], y: [1, 0] }],
  });
  const svg = figure.toSvg();
  expectWellFormed(svg);
  const [png] = pngs(svg);
  const light = (x: number, y: number) =>
    [0, 1, 2].reduce((sum, c) => sum + png!.data[3 * (41 * y + x) + c]!, 0);
  expect(light(0, 0)).toBeGreaterThan(light(20, 20));
  expect(svg).toMatch(/<path d="M[\d.]+ [\d.]+L/);
  expect(() => surfaceChart({ ...common, f: () => Number.NaN, xRange: [0, 1], yRange: [0, 1] })).toThrow(
    'no finite height',
  );
});

test('an animation over a surface holds the surface once', () => {
  const frame = (steps: number) =>
    surfaceChart({
      title: 'A bowl',
      xTitle: 'a',
      yTitle: 'b',
      alt: 'A bowl',
      f: (x, y) => x * x + y * y,
      xRange: [-1, 1],
      yRange: [-1, 1],
      paths: [{ name: 'descent', x: [1, 0.5, 0.2].slice(0, steps), y: [1, 0.5, 0.2].slice(0, steps) }],
    });
  const svg = animation([frame(1), frame(2), frame(3)], { alt: 'Down' }).toSvg();
  expectWellFormed(svg);
  expect(svg.match(/<image /g)).toHaveLength(1);
  const id = /<image id="([^"]+)"/.exec(svg)![1];
  expect(svg.match(new RegExp(`<use href="#${id}"/>`, 'g'))).toHaveLength(3);
  expect(frame(1).toSvg()).toContain('<image ');
});

test('an animation holds all frames, shows one at a time and rests on the last', () => {
  const frames = [1, 2, 3].map((k) => lineChart({ ...common, series: [{ name: 'a', y: [0, k] }] }));
  const svg = animation(frames, { alt: 'Steeper', captions: ['one', 'two', 'three'], seconds: 3 }).toSvg();
  expectWellFormed(svg);
  expect([...svg.matchAll(/<g display="(\w+)">/g)].map((m) => m[1])).toEqual(['none', 'none', 'inline']);
  expect([...svg.matchAll(/values="([^"]*)" keyTimes="([^"]*)"/g)].map((m) => [m[1], m[2]])).toEqual([
    ['inline;none', '0;0.3333'],
    ['none;inline;none', '0;0.3333;0.6667'],
    ['none;inline', '0;0.6667'],
  ]);
  expect(svg).toContain('repeatCount="3" fill="freeze"');
  expect(animation([frames[0]!], { alt: 'Still' }).toSvg()).not.toContain('<animate');
  expect(() => animation([], { alt: 'x' })).toThrow('at least one frame');
});

test('points carry their names where that is asked for', () => {
  const chart = scatterChart({
    ...common,
    showLabels: true,
    groups: [{ name: 'g', x: [1], y: [2], labels: ['VGG'], size: [30] }],
  });
  expect(chart.toSvg()).toContain('>VGG</text>');
  expect(chart.data[0]).toMatchObject({ mode: 'markers+text', text: ['VGG'], marker: { size: [30] } });
});
