import { expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

closeAfterAll();
const session = openSession();
const { run, interpreter } = session;

async function interruptAfterStart(code: string) {
  const done = run(`console.log('started');\n${code}`);
  await session.until((event) => event.type === 'stream' && event.text.includes('started'));
  session.events.length = 0;
  await new Promise((resolve) => setTimeout(resolve, 60));
  interpreter.interrupt();
  return done;
}

test.each([
  ['in a loop', 'kept = 1; while (true) {}', '1'],
  ['after an await', 'kept = 2; await null; while (true) {}', '2'],
  ['after a timer', 'kept = 3; await new Promise((r) => setTimeout(r, 5)); for (;;) {}', '3'],
  ['in a timer', 'kept = 4; setTimeout(() => { for (;;) {} }, 5); await new Promise(() => {})', '4'],
  ['in a pending await', 'kept = 5; await new Promise(() => {})', '5'],
  ['in a function that waits', 'kept = 6; await (async () => { await new Promise(() => {}) })()', '6'],
  [
    'in an endless for await',
    'kept = 7; for await (const _ of (async function* () { await new Promise(() => {}) })());',
    '7',
  ],
  ['in a loop that prints', 'kept = 8; for (;;) console.log("x")', '8'],
  ['in a loop that catches', 'kept = 9; for (;;) { try { for (;;) {} } catch {} finally {} }', '9'],
  ['in Atomics.wait', 'kept = 10; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', '10'],
])('an interrupt ends a cell %s, and its variables are kept', async (_name, code, expected) => {
  await run('var kept = 0');
  const { error } = await interruptAfterStart(code);
  expect(error?.ename).toBe('Interrupted');
  expect((await run('kept')).result).toBe(expected);
});

test('output and errors belong to their cells after an interrupt', async () => {
  await interruptAfterStart('while (true) {}');
  const ran = await run('await null; console.log("mine"); setTimeout(() => console.log("later"), 30)', {
    silent: true,
  });
  expect(ran.stdout).toContain('mine');
  await run('1');
  const late = await session.until((event) => event.type === 'stream' && event.text.includes('later'));
  expect(late).toMatchObject({ cell: ran.id });
});

test('what an interrupted cell waited for does not run its rest', async () => {
  await run('var after = "no"');
  await interruptAfterStart('await new Promise((r) => setTimeout(r, 250)); after = "yes"');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await run('after')).result).toContain('no');
});

test('an interrupt with nothing running does nothing', async () => {
  interpreter.interrupt();
  expect((await run('2 + 2')).result).toBe('4');
});

test('each of two cells that follow at once can be interrupted', async () => {
  for (const code of ['for (;;) {}', 'await null; for (;;) {}', 'await new Promise(() => {})']) {
    // The first one waits: what is needed to end a loop must not outlive it.
    expect((await interruptAfterStart('await new Promise(() => {})')).error?.ename).toBe('Interrupted');
    const next = run(code);
    await new Promise((resolve) => setTimeout(resolve, 30));
    interpreter.interrupt();
    expect((await next).error?.ename).toBe('Interrupted');
  }
  expect((await run('3 + 3')).result).toBe('6');
});
