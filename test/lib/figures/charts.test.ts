import { expect, test } from 'vitest';
import {
  barChart,
  type ChartOptions,
  confusionChart,
  type Figure,
  heatmap,
  histogram,
  lineChart,
  panels,
  scatterChart,
} from '../../../lib/figures/index.ts';
import { bundleOf, expectWellFormed, pathPoints, tick } from './support.ts';

const common: ChartOptions = {
  title: 'T & "t"',
  xTitle: 'x <m>',
  yTitle: 'y',
  alt: 'Says <something> & more',
};
const line = (more: object = {}) =>
  lineChart({ ...common, series: [{ name: 'a', x: [0, 5, 10], y: [0, 50, 100] }], ...more });

const all: [string, () => Figure][] = [
  ['lines', () => line()],
  ['logarithmic lines', () => line({ xLog: true, yLog: true })],
  ['points', () => scatterChart({ ...common, groups: [{ name: 'p', x: [1, 2], y: [3, 4] }] })],
  [
    'bars',
    () =>
      barChart({
        ...common,
        categories: ['a', 'b'],
        groups: [{ name: 'g', values: [1, -2], errors: [0.1, 0.2] }],
      }),
  ],
  ['a histogram', () => histogram({ ...common, values: [1, 2, 2, 3] })],
  ['a heat map', () => heatmap({ ...common, values: [[1, 2], [3, Number.NaN]] })], // biome-ignore format: one line
  ['a large heat map', () => heatmap({ ...common, values: Array.from({ length: 300 }, (_, r) => Array.from({ length: 200 }, (_, c) => r * c)) })], // biome-ignore format: one line
  ['a confusion matrix', () => confusionChart({ matrix: [[1, 0], [2, 3]], classNames: ['a', 'b'] })], // biome-ignore format: one line
  ['an empty chart', () => lineChart({ ...common, series: [{ name: 'none', y: [] }] })],
  ['a constant', () => lineChart({ ...common, series: [{ name: 'c', y: [3, 3, 3] }] })],
  ['nothing finite', () => lineChart({ ...common, series: [{ name: 'n', y: [Number.NaN, Infinity] }] })],
];

test.each(all)('%s: a bundle for plotly, for places without it, and for readers', (_, make) => {
  const figure = make();
  const bundle = bundleOf(figure);
  expect(Object.keys(bundle)).toEqual([
    'application/vnd.plotly.v1+json',
    'text/html',
    'image/svg+xml',
    'text/plain',
  ]);
  expectWellFormed(bundle['image/svg+xml'] as string);
  const json = JSON.stringify(bundle['application/vnd.plotly.v1+json']);
  const { data, layout } = JSON.parse(json) as Figure;
  expect(data.length).toBeGreaterThan(0);
  expect([layout.xaxis.title.text, layout.yaxis.title.text].every((title) => title.length > 0)).toBe(true);
  expect(layout.meta.alt).toBe(figure.alt);
  expect(bundle['text/plain']).toContain(figure.alt);
  expect(json.length + (bundle['image/svg+xml'] as string).length).toBeLessThan(200_000);
});

test('a figure without a text for those who do not see it is refused', () => {
  expect(() => line({ alt: '' })).toThrow('A figure needs a text for those who do not see it');
  expect(() => panels([line()], { alt: ' ' })).toThrow('A figure needs a text');
});

test('the drawing names itself and its alt text is escaped', () => {
  expect(line().toSvg()).toContain('role="img" aria-label="Says &lt;something&gt; &amp; more"');
});

test('points of a curve stand where the ticks say', () => {
  const svg = line().toSvg();
  const points = pathPoints(svg, '#0072B2');
  expect(points.length).toBe(3);
  expect(points[0]![0]).toBeCloseTo(tick(svg, '0', 'middle').x, 1);
  expect(points[2]![0]).toBeCloseTo(tick(svg, '10', 'middle').x, 1);
  expect(points[0]![1]).toBeCloseTo(tick(svg, '0', 'end').y, 1);
  expect(points[2]![1]).toBeCloseTo(tick(svg, '100', 'end').y, 1);
  expect(points[1]![1]).toBeCloseTo((points[0]![1] + points[2]![1]) / 2, 1);
});

test('on a logarithmic axis equal factors are equal steps, and what is not positive is left out', () => {
  const svg = line({ yLog: true, series: [{ name: 'a', x: [0, 1, 2, 3], y: [1, 10, 100, 0] }] }).toSvg();
  const ys = pathPoints(svg, '#0072B2').map(([, y]) => y);
  expect(ys.length).toBe(3);
  expect(ys[0]! - ys[1]!).toBeCloseTo(ys[1]! - ys[2]!, 1);
  expect(tick(svg, '10', 'end').y).toBeCloseTo(ys[1]!, 1);
});

test('values that are not finite leave a gap in both forms', () => {
  const figure = lineChart({ ...common, series: [{ name: 'a', y: [1, 2, Number.NaN, 4, 5] }] });
  expect(figure.data[0]!.type === 'scatter' && figure.data[0]!.y).toEqual([1, 2, null, 4, 5]);
  expect(
    /<path d="(M[^"]*)" fill="none" stroke="#0072B2"/.exec(figure.toSvg())![1]!.match(/M/g)?.length,
  ).toBe(2);
});

test('long curves are thinned, and keep their peaks', () => {
  const y = Array.from({ length: 50_000 }, (_, i) => Math.sin(i / 1000));
  y[31_234] = 9;
  y[31_235] = -9;
  const trace = lineChart({ ...common, series: [{ name: 'a', y }] }).data[0]!;
  expect(trace.type === 'scatter' && trace.y.length).toBeLessThanOrEqual(600);
  expect(
    trace.type === 'scatter' && [Math.max(...(trace.y as number[])), Math.min(...(trace.y as number[]))],
  ).toEqual([9, -9]);
});

test('curves differ by dash and marker as well as by colour', () => {
  const series = ['a', 'b', 'c'].map((name, k) => ({ name, y: [k, k + 1] }));
  const { data, layout } = lineChart({ ...common, series });
  const of = (key: (t: (typeof data)[number]) => unknown) => new Set(data.map(key)).size;
  expect(of((t) => t.type === 'scatter' && t.line?.color)).toBe(3);
  expect(of((t) => t.type === 'scatter' && t.line?.dash)).toBe(3);
  expect(of((t) => t.type === 'scatter' && t.marker?.symbol)).toBe(3);
  expect(layout.showlegend).toBe(true);
});

test('bars are as high as their values', () => {
  const svg = barChart({
    ...common,
    categories: ['a', 'b', 'c'],
    groups: [{ name: 'g', values: [10, 20, -10] }],
  }).toSvg();
  const heights = [...svg.matchAll(/height="([\d.]+)" fill="#0072B2"/g)].map((m) => Number(m[1]));
  expect(heights.length).toBe(3);
  expect(heights[1]).toBeCloseTo(2 * heights[0]!, 1);
  expect(heights[2]).toBeCloseTo(heights[0]!, 1);
});

test('a histogram counts every value once, in bins with round edges', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i * 37) % 100);
  const trace = histogram({ ...common, values, bins: 10 }).data[0]!;
  if (trace.type !== 'bar') throw new Error('no bars');
  expect(trace.width![0]).toBe(10);
  expect(trace.x).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 85, 95]);
  expect(trace.y).toEqual(new Array(10).fill(100));
  const shares = histogram({ ...common, values: [1, 2, 3, Number.NaN], share: true }).data[0]!;
  expect(shares.type === 'bar' && (shares.y as number[]).reduce((a, b) => a + b)).toBeCloseTo(1, 3);
  expect(() => histogram({ ...common, values: [Number.NaN] })).toThrow('at least one finite number');
});

test('a heat map has its first row at the top, and colours around zero where there are negative values', () => {
  const figure = heatmap({ ...common, values: [[-1, 0], [0, 2]] }); // biome-ignore format: one line
  const svg = figure.toSvg();
  const cells = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)"[^>]*fill="(rgb[^"]*)"/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
    m[3],
  ]);
  expect(cells.length).toBe(4);
  expect(cells[0]![1]).toBeLessThan(cells[2]![1] as number);
  expect([cells[1]![2], cells[2]![2], cells[3]![2]]).toEqual([
    'rgb(255,255,255)',
    'rgb(255,255,255)',
    'rgb(178,24,43)',
  ]);
  const trace = figure.data[0]!;
  expect(trace.type === 'heatmap' && [trace.zmin, trace.zmax]).toEqual([-2, 2]);
});

test('a confusion matrix shows counts, colours by share of the true class, and says the worst mistake', () => {
  const figure = confusionChart({ matrix: [[98, 2], [1, 1]], classNames: ['cat', 'dog'] }); // biome-ignore format: one line
  expect(figure.alt).toBe(
    'Confusion matrix of 2 classes: 99 of 102 are right (97.1 %). The most frequent mistake: cat taken for dog, 2 times.',
  );
  const trace = figure.data[0]!;
  expect(trace.type === 'heatmap' && trace.z).toEqual([[0.98, 0.02], [0.5, 0.5]]); // biome-ignore format: one line
  expect(trace.type === 'heatmap' && trace.text).toEqual([['98', '2'], ['1', '1']]); // biome-ignore format: one line
  expect(figure.toSvg()).toContain('>98</text>');
});

test.each([
  [
    'x and y of other lengths',
    () => line({ series: [{ name: 'q', x: [1], y: [1, 2] }] }),
    '"q" has 1 x and 2 y values',
  ],
  [
    'points of other lengths',
    () => scatterChart({ ...common, groups: [{ name: 'q', x: [1], y: [] }] }),
    '"q" have 1 x and 0 y',
  ],
  [
    'too few bars',
    () => barChart({ ...common, categories: ['a', 'b'], groups: [{ name: 'q', values: [1] }] }),
    '"q" has 1 values for 2',
  ],
  ['two bars of one name', () => barChart({ ...common, categories: ['a', 'a'], groups: [] }), 'same name'],
  [
    'a ragged matrix',
    () => heatmap({ ...common, values: [[1, 2], [1]] }),
    'Row 1 of the heat map has 1 values and row 0 has 2',
  ],
  ['an empty matrix', () => heatmap({ ...common, values: [] }), 'got 0 x 0'],
  [
    'missing class names',
    () => confusionChart({ matrix: [[1]], classNames: ['a', 'b'] }),
    'is 1 x 1, and there are 2 class names',
  ],
] as [string, () => Figure, string][])('refuses %s with a sentence', (_, make, message) => {
  expect(make).toThrow(message);
});

test('letters keep their size in narrow panels, whose legend goes below in rows that fit', () => {
  const series = ['training', 'validation', 'a very long name of a curve', 'another'].map((name) => ({
    name,
    y: [1, 2],
  }));
  const chart = lineChart({ title: 'Many', xTitle: 'x', yTitle: 'y', alt: 'Four curves', series });
  const svg = panels([chart, chart, chart], { alt: 'Three times', width: 960 }).toSvg();
  expectWellFormed(svg);
  const inside = /<svg [^>]*? x="0" y="0" width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"/.exec(svg)!;
  expect(inside[1]).toBe(inside[3]); // drawn for its place, not made smaller
  const name = /<text x="([\d.]+)" y="([\d.]+)" font-size="12">training</.exec(svg)!;
  expect(Number(name[2])).toBeGreaterThan(0.75 * Number(inside[4]));
  const long = /<text x="([\d.]+)" y="([\d.]+)" font-size="12">a very long name of a curve</.exec(svg)!;
  expect(Number(long[2])).toBeGreaterThan(Number(name[2])); // the next row
});

test('panels put figures beside and below each other', () => {
  const drawing = panels([line(), line(), line()], {
    alt: 'Three lines',
    columns: 2,
    width: 800,
    title: 'All',
  });
  const svg = drawing.toSvg();
  expectWellFormed(svg);
  const places = [...svg.matchAll(/<svg [^>]* x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map((m) =>
    m.slice(1, 4).map(Number),
  );
  expect(places).toEqual([
    [0, 36, 400],
    [400, 36, 400],
    [0, 296, 400],
  ]);
  expect(Object.keys(bundleOf(drawing))).toEqual(['text/html', 'image/svg+xml', 'text/plain']);
  expect(() => panels([], { alt: 'x' })).toThrow('at least one figure');
});

test('a drawing as HTML has its alt text and, decoded, the very drawing', () => {
  const drawing = panels([line()], { alt: '50 % of "a" & <b> #1' });
  const html = bundleOf(drawing)['text/html'] as string;
  const [, alt, source] = /^<img alt="([^"]*)" style="[^"]*" src="data:image\/svg\+xml,([^"]*)"\/>$/.exec(
    html,
  )!;
  expect(alt).toBe('50 % of &quot;a&quot; &amp; &lt;b&gt; #1');
  expect(decodeURIComponent(source!.replaceAll('&amp;', '&'))).toBe(drawing.toSvg().replaceAll('"', "'"));
  expect(html.length).toBeLessThan(1.25 * drawing.toSvg().length + 200);
});

test('a figure has a still form for outputs that are replaced', () => {
  const still = (line() as unknown as Record<symbol, () => object>)[Symbol.for('convbook.still')]!.call(
    line(),
  );
  expect(Object.keys(still)).toEqual(['text/html', 'image/svg+xml', 'text/plain']);
});

test('the same figure gives the same bytes', () => {
  expect(line().toSvg()).toBe(line().toSvg());
});
