import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

beforeAll(() => {
  process.env['CONVBOOK_WAIT'] = '1';
});
afterAll(() => {
  delete process.env['CONVBOOK_WAIT'];
});
closeAfterAll();
const session = openSession();
const { run } = session;

test('an executed cell is not done while a timer or a promise that it made is pending', async () => {
  const ran = await run(
    'setTimeout(() => console.log("late"), 150); void new Promise((r) => setTimeout(r, 50)).then(() => console.log("then")); 1',
  );
  expect(ran.stdout).toBe('then\nlate\n');
  expect(ran.result).toBe('1');
});

test('a rejection that nobody handled fails the cell', async () => {
  const { error } = await run(
    'setTimeout(() => { void Promise.reject(new RangeError("in the dark")) }, 20); 1',
  );
  expect(error).toMatchObject({ ename: 'RangeError', evalue: 'in the dark' });
  expect(session.events.some((event) => event.type === 'late_error')).toBe(false);
});

test('a throw in a timer fails the cell', async () => {
  const { error } = await run('setTimeout(() => { throw new TypeError("tick") }, 20)');
  expect(error).toMatchObject({ ename: 'TypeError', evalue: 'tick' });
});

test('file work is waited for', async () => {
  const ran = await run(
    "import { readFile } from 'node:fs'; readFile('/proc/self/status', () => console.log('read')); 1",
  );
  expect(ran.stdout).toBe('read\n');
  const promised = await run(
    "import fs, { readFile as read } from 'node:fs/promises'; void read('/proc/self/status').then(() => console.log('promised')); 1",
  );
  expect(promised.stdout).toBe('promised\n');
  const { error } = await run("void fs.readFile('/not/there'); 1");
  expect(error?.evalue).toContain('ENOENT');
});

test('an interrupt ends the waiting', async () => {
  const done = run('console.log("on"); setInterval(() => {}, 10)');
  await session.until((event) => event.type === 'stream' && event.text.includes('on\n'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  session.interpreter.interrupt();
  expect((await done).error?.ename).toBe('Interrupted');
});
