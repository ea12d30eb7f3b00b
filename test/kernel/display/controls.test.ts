import { expect, test, vi } from 'vitest';
import { drawingPad, openComm, slider } from '../../../kernel/display/api.ts';
import { centred, parsePixels } from '../../../kernel/display/drawn-pixels.ts';
import { toMimeBundle } from '../../../kernel/display/mime.ts';
import { FakeHost } from './fake-host.ts';

type State = Record<string, unknown>;
const opened = (host: FakeHost, model: string) =>
  host.messages.find(
    (m) => m.event === 'open' && ((m.data as { state: State }).state['_model_name'] as string) === model,
  )!;
const change = (host: FakeHost, commId: string, state: State) =>
  host.receive({ event: 'msg', commId, data: { method: 'update', state } });
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a comm carries messages both ways until it is closed', () => {
  const host = new FakeHost();
  const comm = openComm('my.target', { first: 1 });
  const got: unknown[] = [];
  const off = comm.onMessage((data) => got.push(data));
  host.receive({ event: 'msg', commId: 'another', data: 'not mine' });
  host.receive({ event: 'msg', commId: comm.id, data: 'hello' });
  off();
  host.receive({ event: 'msg', commId: comm.id, data: 'unheard' });
  comm.send({ second: 2 });
  expect(got).toEqual(['hello']);
  expect(host.messages).toMatchObject([
    { event: 'open', commId: comm.id, target: 'my.target', data: { first: 1 } },
    { event: 'msg', commId: comm.id, data: { second: 2 } },
  ]);
  const closed = vi.fn();
  comm.onClose(closed);
  host.receive({ event: 'close', commId: comm.id, data: {} });
  expect(closed).toHaveBeenCalledOnce();
  expect(host.listening).toBe(0);
  expect(() => comm.send(1)).toThrow("The comm 'my.target' is closed");
});

test('outside a notebook a comm has nobody to talk to, and a slider still answers once', async () => {
  expect(() => openComm('x')).toThrow('needs a notebook');
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const control = slider({ min: 1, max: 9, value: 4 }, (k) => `k is ${k}`);
  await control.settled();
  expect(log.mock.calls).toEqual([["'k is 4'"]]);
  log.mockRestore();
});

test('a slider speaks the widget protocol and its answer follows the value in place', async () => {
  const host = new FakeHost();
  const control = slider({ min: 1, max: 15, value: 3, step: 2, label: 'k' }, (k) => k * 100);
  await control.settled();
  const { commId, data, metadata } = opened(host, 'IntSliderModel');
  const { state } = data as { state: State };
  expect(metadata).toEqual({ version: '2.1.0' });
  expect(state).toMatchObject({
    min: 1,
    max: 15,
    step: 2,
    value: 3,
    description: 'k',
    _view_name: 'IntSliderView',
  });
  expect(state['layout']).toBe(`IPY_MODEL_${opened(host, 'LayoutModel').commId}`);
  expect(host.shown[0]!.data['application/vnd.jupyter.widget-view+json']).toEqual({
    version_major: 2,
    version_minor: 0,
    model_id: commId,
  });
  expect(host.texts).toEqual(['[slider k: 3, from 1 to 15]', '300']);
  change(host, commId, { value: 7 });
  await control.settled();
  expect(control.value).toBe(7);
  expect(host.texts.at(-1)).toBe('700');
  expect(host.shown.at(-1)).toMatchObject({ update: true, displayId: host.shown[1]!.displayId });
  host.receive({ event: 'msg', commId, data: { method: 'request_state' } });
  expect((host.messages.at(-1)!.data as { state: State }).state['value']).toBe(7);
  expect(toMimeBundle(control)).toBeUndefined();
  control.close();
  expect(host.messages.filter(({ event }) => event === 'close').length).toBe(3);
  expect(host.listening).toBe(0);
});

test('while an answer is computed only the newest value waits', async () => {
  const host = new FakeHost();
  const asked: number[] = [];
  let release = () => {};
  const control = slider({ min: 0, max: 100, value: 0 }, async (value) => {
    asked.push(value);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return value;
  });
  const { commId } = opened(host, 'IntSliderModel');
  for (const value of [10, 20, 30]) change(host, commId, { value });
  release();
  await nextTurn();
  release();
  await control.settled();
  expect(asked).toEqual([0, 30]);
  expect(host.texts.slice(1)).toEqual(['0', '30']);
});

test('a mistake in the answer is shown in its place, and the slider lives on', async () => {
  const host = new FakeHost();
  const control = slider({ min: 0, max: 1, step: 0.5 }, (value) => {
    if (value > 0) throw new Error('no such value');
    return 'fine';
  });
  const { commId } = opened(host, 'FloatSliderModel');
  change(host, commId, { value: 0.5 });
  await nextTurn();
  await control.settled();
  expect(host.texts.at(-1)).toMatch(/^Error: no such value/);
  for (const value of ['x', null, Number.NaN]) change(host, commId, { value });
  change(host, commId, { value: 0 });
  await nextTurn();
  await control.settled();
  expect(host.texts.at(-1)).toBe("'fine'");
});

test.each([
  [{ min: 3, max: 3 }, 'min < max'],
  [{ min: 0, max: 1, value: 2 }, 'value between min and max'],
  [{ min: 0, max: 1, step: 0 }, 'step above 0'],
])('a slider of %j is refused', (options, part) => {
  expect(() => slider(options, () => 0)).toThrow(part);
});

test('a drawing comes as pixels, centred as MNIST is', async () => {
  const host = new FakeHost();
  const seen: Float32Array[] = [];
  const pad = drawingPad({ label: 'Draw a <digit>' }, (pixels) => {
    seen.push(pixels);
    return `ink ${pixels.reduce((a, b) => a + b, 0).toFixed(0)}`;
  });
  await pad.settled();
  const html = String(host.shown.find(({ data }) => 'text/html' in data)!.data['text/html']);
  expect(html).toContain('aria-label="Draw a &lt;digit&gt;"');
  const { commId } = opened(host, 'TextModel');
  // A bar of 4 x 10 pixels in the upper left corner.
  const hex = Array.from({ length: 784 }, (_, i) => (i % 28 < 4 && i < 280 ? 'ff' : '00')).join('');
  change(host, commId, { value: 'nonsense' });
  change(host, commId, { value: hex });
  await nextTurn();
  await pad.settled();
  expect(seen.length).toBe(2);
  expect(pad.value).toBe(seen[1]);
  const [x, y] = [0, 1].map((axis) => {
    const total = pad.value.reduce((a, b) => a + b, 0);
    return pad.value.reduce((sum, ink, i) => sum + ink * (axis ? Math.floor(i / 28) : i % 28), 0) / total;
  });
  expect(x).toBeCloseTo(13.5, 0);
  expect(y).toBeCloseTo(13.5, 0);
  const rows = Array.from({ length: 28 }, (_, r) => Math.max(...pad.value.subarray(r * 28, r * 28 + 28)));
  expect(rows.filter((ink) => ink > 0.5).length).toBe(20);
});

test('pixels that are no pixels are not taken', () => {
  expect(parsePixels('ff00', 1)).toBeUndefined();
  expect(parsePixels('zz', 1)).toBeUndefined();
  expect(parsePixels(7, 1)).toBeUndefined();
  expect([...parsePixels('ff', 1)!]).toEqual([1]);
  const empty = new Float32Array(4);
  expect(centred(empty, 2)).toBe(empty);
});

test.each([0, -1, 2.5, 1000, Number.NaN])('a field of %d pixels is refused in a sentence', (size) => {
  expect(() => drawingPad({ size }, () => undefined)).toThrow('whole number of pixels from 1 to 280');
});
