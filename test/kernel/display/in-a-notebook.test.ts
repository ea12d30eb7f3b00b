import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createInterpreter } from '../../../kernel/interpreter/index.ts';
import type { Interpreter, InterpreterEvent } from '../../../kernel/interpreter/types.ts';

let interpreter: Interpreter;
let events: InterpreterEvent[] = [];
let answers: ((event: InterpreterEvent) => void) | undefined;
let count = 0;

beforeAll(async () => {
  process.env['CONVBOOK_ENGINE'] = 'none';
  interpreter = createInterpreter({
    cwd: join(import.meta.dirname, '../../..'),
    onEvent: (event) => {
      events.push(event);
      answers?.(event);
    },
  });
  await interpreter.start();
});
afterAll(() => interpreter.shutdown());
beforeEach(() => {
  events = [];
  answers = undefined;
});

async function run(code: string): Promise<InterpreterEvent[]> {
  const id = ++count;
  const outcome = await interpreter.execute({
    id,
    code,
    count: id,
    silent: false,
    allowStdin: true,
    userExpressions: {},
  });
  expect(outcome, JSON.stringify(outcome)).toMatchObject({ status: 'ok' });
  return events.filter((event) => event.type !== 'stream');
}

test('display, update, a handle as the last value', async () => {
  const shown = await run(`
    import { display, html } from 'convbook';
    const first = display(html('<b>1</b>'));
    first.update(html('<b>2</b>'))
  `);
  expect(shown).toMatchObject([
    { type: 'display', update: false, data: { 'text/html': '<b>1</b>', 'text/plain': '1' } },
    { type: 'display', update: true, data: { 'text/html': '<b>2</b>', 'text/plain': '2' } },
  ]);
  const [a, b] = shown as { displayId?: string }[];
  expect(a!.displayId).toBe(b!.displayId);
});

test('a tensor as the last value is a small picture with words, and leaves none behind', async () => {
  const shown = await run(`
    import { tf } from 'convbook';
    const image = tf.linspace(0, 1, 64).reshape([8, 8, 1]);
    image
  `);
  expect(shown).toMatchObject([
    { type: 'result', metadata: { 'image/png': { alt: 'Image of 8 x 8 values' } } },
  ]);
  expect((shown[0] as { data: Record<string, string> }).data['text/plain']).toMatch(
    /^Tensor float32 \[8, 8, 1\], 256 bytes\n/,
  );
});

test('progress changes one output in place', async () => {
  const shown = await run(`
    import { progress } from 'convbook';
    for (const i of progress([1, 2, 3], 'Steps')) await new Promise((resolve) => setTimeout(resolve, 150));
  `);
  expect(shown.length).toBeGreaterThan(2);
  expect(new Set(shown.map((event) => (event as { displayId?: string }).displayId)).size).toBe(1);
  const last = shown.at(-1) as { data: Record<string, string> };
  expect(last.data['text/plain']).toMatch(/^Steps: 3 of 3 \(100 %\) - done in 0\.\d s$/);
});

test('input waits for the reader', async () => {
  answers = (event) => event.type === 'input_request' && interpreter.inputReply(`${event.prompt}42`);
  const shown = await run(`
    import { input } from 'convbook';
    await input('n = ')
  `);
  expect(shown).toMatchObject([
    { type: 'input_request', prompt: 'n = ', password: false },
    { type: 'result', data: { 'text/plain': "'n = 42'" } },
  ]);
});

test('a figure comes for plotly, as a drawing and as words', async () => {
  const shown = await run(`
    import { lineChart } from 'convbook';
    lineChart({ title: 'T', xTitle: 'x', yTitle: 'y', alt: 'Rises', series: [{ name: 'a', y: [1, 2] }] })
  `);
  const { data, metadata } = shown[0] as { data: Record<string, unknown>; metadata: unknown };
  expect(Object.keys(data)).toEqual([
    'application/vnd.plotly.v1+json',
    'text/html',
    'image/svg+xml',
    'text/plain',
  ]);
  expect(metadata).toEqual({ 'image/svg+xml': { alt: 'Rises' } });
});
