import { decode } from 'fast-png';
import { expect, test, vi } from 'vitest';
import {
  clearOutput,
  display,
  html,
  image,
  inNotebook,
  input,
  json,
  latex,
  markdown,
  memory,
  password,
  picture,
  svg,
  table,
  typecheck,
  updateDisplay,
} from '../../../kernel/display/api.ts';
import { toMimeBundle } from '../../../kernel/display/mime.ts';
import type { Rendered } from '../../../kernel/display/rendered.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { FakeHost } from './fake-host.ts';

const bundle = (value: unknown) => (toMimeBundle(value) as Rendered).data;

test('display shows at once and its handle replaces the output', () => {
  const host = new FakeHost();
  const handle = display(1);
  display('between');
  handle.update(2).update(html('<b>3</b>'));
  const [first, , second, third] = host.shown;
  expect(host.texts).toEqual(['1', "'between'", '2', '3']);
  expect([first!.update, second!.update, third!.update]).toEqual([false, true, true]);
  expect(new Set([first!.displayId, second!.displayId, third!.displayId]).size).toBe(1);
  expect(third!.data['text/html']).toBe('<b>3</b>');
});

test('a handle as the last value of a cell is no second output', () => {
  new FakeHost();
  expect(toMimeBundle(display(1))).toBeUndefined();
});

test('what replaces an output comes in its still form: plotly would not draw again', () => {
  const host = new FakeHost();
  const figure = {
    [Symbol.for('Jupyter.display')]: () => ({ 'application/vnd.plotly.v1+json': {}, 'text/plain': 'moving' }),
    [Symbol.for('convbook.still')]: () => ({ 'image/svg+xml': '<svg/>', 'text/plain': 'still' }),
  };
  display(figure).update(figure);
  updateDisplay(figure, { displayId: 'x' });
  expect(host.texts).toEqual(['moving', 'still', 'still']);
});

test('updateDisplay finds an output by its name', () => {
  const host = new FakeHost();
  display(1, { displayId: 'mine' });
  updateDisplay(2, { displayId: 'mine' });
  expect(host.shown.map(({ displayId, update }) => [displayId, update])).toEqual([
    ['mine', false],
    ['mine', true],
  ]);
  expect(() => updateDisplay(2, {} as { displayId: string })).toThrow(
    'needs to know which output to replace',
  );
});

test('a value that describes itself later is sent when it has', async () => {
  const host = new FakeHost();
  const handle = display({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/plain': 'late' }) });
  expect(host.texts).toEqual([]);
  await handle.sent;
  expect(host.texts).toEqual(['late']);
});

test('undefined is shown where it is asked for', () => {
  const host = new FakeHost();
  display(undefined);
  expect(host.texts).toEqual(['undefined']);
});

test('clearOutput, input, password and typecheck reach the notebook', async () => {
  const host = new FakeHost();
  clearOutput();
  clearOutput({ wait: true });
  expect(host.cleared).toEqual([false, true]);
  expect(await input('Name? ')).toBe('answer');
  await password();
  expect(host.asked).toEqual([
    ['Name? ', false],
    ['Password: ', true],
  ]);
  typecheck('strict');
  expect(host.modes).toEqual(['strict']);
  expect(() => typecheck('loud' as 'off')).toThrow("the modes are 'strict', 'warn' and 'off'");
  expect(inNotebook()).toBe(true);
});

test('outside a notebook everything is text', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  display(html('<p>one &amp; <b>two</b></p><p>three</p>')).update(4);
  clearOutput();
  typecheck('off');
  expect(log.mock.calls).toEqual([['one & two\nthree'], ['4']]);
  log.mockRestore();
  await expect(password()).rejects.toThrow('notebook only');
  expect(inNotebook()).toBe(false);
});

test('text, formulas and JSON go out in their types', () => {
  expect(bundle(markdown('**a**'))).toEqual({ 'text/markdown': '**a**', 'text/plain': '**a**' });
  expect(bundle(latex('x^2'))).toEqual({ 'text/latex': '$\\displaystyle x^2$', 'text/plain': 'x^2' });
  expect(bundle(latex('$$x$$'))['text/latex']).toBe('$$x$$');
  expect(bundle(json({ a: 1 }))['application/json']).toEqual({ a: 1 });
});

test('a drawing carries its text for those who do not see it, as SVG and as HTML', () => {
  const drawing = toMimeBundle(
    svg('<svg width="1"><text>a\'b" 5%</text></svg>', { alt: 'A "dot"' }),
  ) as Rendered;
  const named =
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A &quot;dot&quot;" width="1"><text>a\'b" 5%</text></svg>';
  expect(drawing.data['image/svg+xml']).toBe(named);
  expect(drawing.metadata).toEqual({ 'image/svg+xml': { alt: 'A "dot"' } });
  const [, alt, source] = /alt="([^"]*)".*src="data:image\/svg\+xml,([^"]*)"/.exec(
    drawing.data['text/html'] as string,
  )!;
  expect(alt).toBe('A &quot;dot&quot;');
  expect(decodeURIComponent(source!.replaceAll('&amp;', '&'))).toBe(named);
  expect(() => svg('<svg/>', { alt: '' })).toThrow('A drawing needs a text');
});

test('a table has headers in HTML and columns in text', () => {
  const rows = [
    { layer: 'conv1', parameters: 760 },
    { layer: 'dense', parameters: 10 },
  ];
  expect(bundle(table(rows, { caption: 'Costs' }))['text/plain']).toBe(
    'Costs\nlayer  parameters\n-----  ----------\nconv1         760\ndense          10',
  );
  expect(bundle(table(new Set(rows), { columns: ['parameters'] }))['text/html']).toContain(
    '<thead><tr><th scope="col">#</th><th scope="col" style="text-align: right">parameters</th></tr></thead>',
  );
});

test('an image is drawn with square pixels and its alt text', () => {
  const rendered = toMimeBundle(
    image([0, 1, 1, 0], { shape: [2, 2, 1], alt: 'A chess board', width: 8 }),
  ) as Rendered;
  const png = decode(Buffer.from(rendered.data['image/png'] as string, 'base64'));
  expect([png.width, png.height]).toEqual([8, 8]);
  expect([...png.data.subarray(0, 8)]).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
  expect(rendered.metadata['image/png']).toEqual({ width: 8, height: 8, alt: 'A chess board' });
  expect(rendered.data['text/html']).toContain('alt="A chess board"');
});

test('an image takes tensors and batches, and refuses what is no picture', () => {
  const batch = tf.ones([6, 4, 4, 1]) as tf.Tensor4D;
  const png = decode(
    Buffer.from(bundle(image(batch, { alt: 'Six', columns: 3, width: 14 }))['image/png'] as string, 'base64'),
  );
  expect([png.width, png.height]).toEqual([14, 9]);
  batch.dispose();
  expect(() => image([1, 2], { alt: 'x' })).toThrow('pass { shape: [height, width, channels] }');
  expect(() => image([1, 2], { alt: 'x', shape: [2] })).toThrow('The shape [2] reads as no picture.');
  expect(() => image([1, 2], { alt: 'x', shape: [2, 2] })).toThrow('takes 4 values, and 2 came');
  expect(() => picture({ width: 1, height: 1, channels: 1, data: Uint8Array.of(0) }, { alt: ' ' })).toThrow(
    'needs a text',
  );
});

test('memory says which cell made what lives, the largest first', () => {
  const host = new FakeHost();
  host.tensors = [
    { shape: [10], dtype: 'float32', bytes: 40, cell: 2 },
    { shape: [3, 1000], dtype: 'float32', bytes: 12_000, cell: 5 },
    { shape: [2], dtype: 'int32', bytes: 8, cell: 2 },
    { shape: [], dtype: 'float32', bytes: 4, cell: undefined },
  ];
  expect(memory().byCell).toEqual([
    { cell: '[5]', tensors: 1, memory: '12.0 kB', largest: 'float32 [3, 1000]' },
    { cell: '[2]', tensors: 2, memory: '48 bytes', largest: 'float32 [10]' },
    { cell: 'imports', tensors: 1, memory: '4 bytes', largest: 'float32 []' },
  ]);
  expect(bundle(memory())['text/html']).toContain(
    '<caption>Tensors that live, by the cell that made them</caption>',
  );
});

test('memory counts the tensors that live', () => {
  const before = memory();
  const kept = tf.zeros([10]);
  const now = memory();
  expect([now.tensors - before.tensors, now.tensorBytes - before.tensorBytes]).toEqual([1, 40]);
  expect(String(now)).toMatch(/^what +count {2}memory\n[- ]+\ntensors/);
  kept.dispose();
});
