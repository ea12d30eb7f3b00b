import { expect, test } from 'vitest';
import { closeAfterEach, openSession, textOf } from './harness.ts';

closeAfterEach();

test('streams keep their order, and come before the end of the cell', async () => {
  const { run } = openSession();
  const ran = await run(
    'console.log("a"); console.error("b"); process.stdout.write("c\\n"); console.warn("d"); console.info("e")',
  );
  const parts = ran.events.map((event) =>
    event.type === 'stream' ? `${event.name}:${event.text}` : event.type,
  );
  expect(parts.join('')).toBe('stdout:a\nstderr:b\nstdout:c\nstderr:d\nstdout:e\n');
});

test('native code and child processes are heard', async () => {
  const { run } = openSession();
  const ran = await run(
    `const { execSync } = require('node:child_process');
execSync('echo out; echo err >&2', { stdio: 'inherit' });
require('node:fs').writeSync(1, 'descriptor\\n'); 1`,
  );
  expect(ran.stdout).toBe('out\ndescriptor\n');
  expect(ran.stderr).toBe('err\n');
});

test('ten megabytes arrive whole and in order', async () => {
  const { run } = openSession();
  const { stdout } = await run('for (let i = 0; i < 100_000; i++) console.log(String(i).padStart(99, "."))');
  expect(stdout.length).toBe(10_000_000);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.every((line, i) => Number(line.replace(/^\.+/, '')) === i)).toBe(true);
});

test('text beyond ASCII is not cut', async () => {
  const { run } = openSession();
  const { stdout } = await run('for (let i = 0; i < 20_000; i++) console.log("päivää 😀 日本")');
  expect(stdout).toBe('päivää 😀 日本\n'.repeat(20_000));
});

test('what a busy cell prints is seen while it computes', async () => {
  const session = openSession();
  const ran = session.run(
    'console.log("early"); const until = Date.now() + 1500; while (Date.now() < until); "end"',
  );
  await session.until((event) => event.type === 'stream' && event.text.includes('early'));
  expect(session.events.some((event) => event.type === 'result')).toBe(false);
  expect((await ran).result).toContain('end');
});

test('late output appears under the cell that it comes from, also while another runs', async () => {
  const session = openSession();
  const first = await session.run('setTimeout(() => console.log("from the first"), 50); 1');
  await session.run('await new Promise((r) => setTimeout(r, 150)); console.log("from the second")');
  const late = session.events.find(
    (event) => event.type === 'stream' && event.text.includes('from the first'),
  );
  expect(late).toMatchObject({ cell: first.id });
});

test('a reader that is behind holds a printing cell back', async () => {
  let release: () => void = () => {};
  let read = 0;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const session = openSession((event) => {
    if (event.type !== 'stream') return;
    read += event.text.length;
    return gate;
  });
  const done = session.run('for (let i = 0; i < 100_000; i++) console.log("x".repeat(99))');
  await session.until((event) => event.type === 'stream');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(read).toBeLessThan(2_000_000);
  release();
  await done;
  expect(textOf(session.events, 'stdout').length).toBe(10_000_000);
});

test('display, clear_output, input and comms go through the host', async () => {
  const session = openSession();
  const { run, interpreter } = session;
  await run('const host = (globalThis as any)[Symbol.for("convbook.host")]; 1');
  const shown = await run(
    'host.display({ "text/plain": "shown" }, { a: 1 }, { displayId: "d" }); host.clearOutput(true)',
  );
  expect(shown.events).toMatchObject([
    { type: 'display', data: { 'text/plain': 'shown' }, metadata: { a: 1 }, displayId: 'd', update: false },
    { type: 'clear_output', wait: true },
  ]);
  const refused = await run('await host.input("name?")');
  expect(refused.error?.ename).toBe('StdinNotImplementedError');
  const asked = run('"got " + await host.input("name?")', { allowStdin: true });
  await session.until((event) => event.type === 'input_request');
  interpreter.inputReply('Ada');
  expect((await asked).result).toContain('got Ada');

  await run(
    'var heard: any[] = []; host.onComm((m: any) => heard.push(m)); host.comm({ event: "open", commId: "c1", target: "t", data: { x: 1 }, buffers: [new Uint8Array([1, 2, 3])] })',
  );
  const opened = await session.until((event) => event.type === 'comm');
  expect(opened).toMatchObject({ event: 'open', commId: 'c1', target: 't', data: { x: 1 } });
  expect(Array.from((opened as { buffers: Uint8Array[] }).buffers[0]!)).toEqual([1, 2, 3]);
  expect(interpreter.comms()).toEqual({ c1: { target_name: 't' } });
  interpreter.comm({ event: 'msg', commId: 'c1', data: { y: 2 }, buffers: [new Uint8Array([9])] });
  const heard = await run(
    'await new Promise((r) => setTimeout(r, 50)); [heard[0].data.y, heard[0].buffers[0][0]].join(" ")',
  );
  expect(heard.result).toContain('2 9');
});
