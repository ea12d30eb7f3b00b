import { expect, test } from 'vitest';
import { toMimeBundle } from '../../../kernel/display/mime.ts';
import { METADATA } from '../../../kernel/display/rendered.ts';

async function bundle(value: unknown) {
  return (await toMimeBundle(value))?.data;
}
const text = async (value: unknown) => (await bundle(value))?.['text/plain'];
const DISPLAY = Symbol.for('Jupyter.display');

test('undefined is no result, null is one', async () => {
  expect(toMimeBundle(undefined)).toBeUndefined();
  expect(await text(null)).toBe('null');
});

test.each([
  [42, '42'],
  [0.1 + 0.2, '0.30000000000000004'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  ['a "text"', `'a "text"'`],
  [10n, '10n'],
  [true, 'true'],
  [Symbol('s'), 'Symbol(s)'],
  [[1, 2], '[ 1, 2 ]'],
  [{ a: { b: 1 } }, '{ a: { b: 1 } }'],
  [new Map([[1, 2]]), 'Map(1) { 1 => 2 }'],
  [Math.max, '[Function: max]'],
])('shows %s as Node does, without colours', async (value, expected) => {
  expect(await bundle(value)).toEqual({ 'text/plain': expected });
});

test('a plain value is rendered at once, with no promise', () => {
  expect(toMimeBundle(1)).toEqual({ data: { 'text/plain': '1' }, metadata: {} });
});

test('values that describe themselves are asked, at once or later', async () => {
  const bundleOf = { 'text/html': '<b>1</b>', 'text/plain': 'one' };
  expect(await bundle({ [DISPLAY]: () => bundleOf })).toEqual(bundleOf);
  expect(await bundle({ [DISPLAY]: async () => bundleOf })).toEqual(bundleOf);
  expect(await bundle(Object.assign(() => 1, { [DISPLAY]: () => bundleOf }))).toEqual(bundleOf);
  class Point {
    x = 3;
    [DISPLAY]() {
      return { 'text/markdown': `**${this.x}**` };
    }
  }
  const point = await bundle(new Point());
  expect(point?.['text/markdown']).toBe('**3**');
  expect(point?.['text/plain']).toMatch(/^Point \{/);
});

test('an empty description is no result', async () => {
  expect(await toMimeBundle({ [DISPLAY]: () => ({}) })).toBeUndefined();
});

test('bytes of a description become base64, its metadata go along', async () => {
  const rendered = await toMimeBundle({
    [DISPLAY]: () => ({ 'image/png': Uint8Array.of(1, 2, 3), 'text/plain': 'x' }),
    [METADATA]: { 'image/png': { alt: 'three bytes' } },
  });
  expect(rendered).toEqual({
    data: { 'image/png': 'AQID', 'text/plain': 'x' },
    metadata: { 'image/png': { alt: 'three bytes' } },
  });
});

test.each([
  ['a rejected description', { [DISPLAY]: () => Promise.reject(new Error('no')) }],
  ['a description that throws', { [DISPLAY]: () => { throw new Error('no'); } }], // biome-ignore format: one line each
  ['a description that is no bundle', { [DISPLAY]: () => 7 }],
  ['a getter that throws', { get shape(): number[] { throw new Error('no'); } }], // biome-ignore format: one line each
  ['a revoked proxy', (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()], // biome-ignore format: one line each
  ['an inspector that throws', { [Symbol.for('nodejs.util.inspect.custom')]: () => { throw new Error('no'); } }], // biome-ignore format: one line each
  ['a circle', (() => { const a: unknown[] = []; a.push(a); return a; })()], // biome-ignore format: one line each
])('never fails: %s', async (_, value) => {
  expect(typeof (await text(value))).toBe('string');
});

test('a proxy is not touched', async () => {
  let touched = 0;
  const spy = new Proxy(
    {},
    { get: () => ++touched, has: () => !!++touched, ownKeys: () => (touched++ ? [] : []) },
  );
  await bundle(spy);
  expect(touched).toBe(0);
});

test('errors show their message and causes, without frames of Node', async () => {
  const shown = await text(new TypeError('outer', { cause: new Error('inner') }));
  expect(shown).toMatch(/^TypeError: outer/);
  expect(shown).toContain('[cause]: Error: inner');
  expect(shown).not.toContain('node:');
});

test('instances of classes with words of their own show these', async () => {
  class Model {
    layers = 3;
    toString() {
      return `Model of ${this.layers} layers`;
    }
  }
  class Deeper extends Model {}
  expect(await text(new Deeper())).toBe('Model of 3 layers');
  expect(await text([new Model()])).toBe('[ Model { layers: 3 } ]');
  expect(await text(new (class Plain { a = 1 })())).toBe('Plain { a: 1 }'); // biome-ignore format: one line
  expect(await text(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(await text(/a/g)).toBe('/a/g');
  expect(await text(new (class { toString() { throw new Error('no'); } })())).toMatch(/\{\}$/); // biome-ignore format: one line
});

test('a pending promise says what to write', async () => {
  expect(await text(new Promise(() => {}))).toBe(
    'Promise { <pending> } (write await in front of it to see its value)',
  );
  expect(await text(Promise.resolve(3))).toBe('Promise { 3 }');
});

test('long typed arrays are summed up', async () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => i - 500);
  expect(await text(values)).toBe(
    'Float32Array(1000) [-500, -499, -498, -497, -496, -495, -494, -493, …]\nmin -500  max 499  mean -0.5',
  );
  expect(await text(Uint8Array.of(1, 2))).toBe('Uint8Array(2) [ 1, 2 ]');
});

test('huge texts are cut and say so', async () => {
  const shown = (await text(Array.from({ length: 100 }, () => 'x'.repeat(9000)))) as string;
  expect(shown.length).toBeLessThan(101_000);
  expect(shown).toMatch(/more characters\)$/);
});

test('arrays of records are tables with headers, their text as Node shows it', async () => {
  const shown = await bundle([
    { name: 'a<b', accuracy: 0.98765432 },
    { name: 'c', accuracy: 1, note: 'late' },
  ]);
  expect(shown?.['text/plain']).toContain("name: 'a<b'");
  const html = shown?.['text/html'] as string;
  expect(html.match(/<th scope="col"[^>]*>[^<]*/g)?.map((th) => th.replace(/<[^>]*>/, ''))).toEqual([
    '#',
    'name',
    'accuracy',
    'note',
  ]);
  expect(html).toContain(
    '<td style="text-align: left">a&lt;b</td><td style="text-align: right">0.987654</td><td style="text-align: left"></td>',
  );
  expect(await bundle([{ a: 1 }, 2])).not.toHaveProperty('text/html');
  expect(await bundle([])).not.toHaveProperty('text/html');
});

test('long tables are cut in the middle and say so', async () => {
  const html = (await bundle(Array.from({ length: 500 }, (_, n) => ({ n }))))?.['text/html'] as string;
  expect(html.match(/<tr>/g)?.length).toBe(62);
  expect(html).toContain('440 more rows');
  expect(html).toContain('<th scope="row">499</th>');
});

test('plotly figures go out in plotly’s form, with their title as text', async () => {
  const figure = { data: [{ type: 'scatter', x: [1], y: [2] }], layout: { title: { text: 'Loss' } } };
  expect(await bundle(figure)).toEqual({
    'application/vnd.plotly.v1+json': figure,
    'text/plain': '[plotly figure: Loss; 1 traces]',
  });
});
