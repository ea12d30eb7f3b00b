// The whole kernel, as Jupyter starts it, through a client of its own over real sockets.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { memory, processTree } from '../../kernel/protocol/usage.ts';
import { Client, connectionFileText, freshConnection, streamText } from './client.ts';
import { entry, type KernelProcess, startKernel } from './process.ts';

let kernel: KernelProcess;
beforeAll(async () => {
  kernel = await startKernel();
});
afterAll(() => kernel.stop());

const run = (code: string, options: object = {}) => kernel.client.execute(code, options, 60_000);
const send = (code: string) =>
  kernel.client.send('shell', 'execute_request', kernel.client.executeContent(code));
const result = (outputs: { header: { msg_type: string }; content: any }[]) =>
  outputs.find(({ header }) => header.msg_type === 'execute_result')?.content.data['text/plain'];
/** Whether a process runs; one that ended and that nobody collected yet does not. */
const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Starts a cell and waits until it has printed `begun`. */
async function begin(code: string): Promise<string> {
  const id = await send(code);
  await kernel.client.until(
    () => streamText(kernel.client.outputs(id)).includes('begun'),
    'the begin of the cell',
  );
  return id;
}

async function interrupted(id: string) {
  await kernel.client.request('interrupt_request', {}, 'control');
  const reply = await kernel.client.reply(id);
  await kernel.client.idle(id);
  return reply.content;
}

test('a result is an execute_result, a value printed is a stream', async () => {
  const { outputs, reply } = await run('console.log("printed"); const x: number = 40; x + 2');
  expect(result(outputs)).toBe('42');
  expect(streamText(outputs)).toBe('printed\n');
  expect(reply.content['status']).toBe('ok');
});

test('user expressions are evaluated in the scope of the cell', async () => {
  const { reply } = await run('const base = 20', { user_expressions: { good: 'base + 1', bad: 'base.x.y' } });
  expect(reply.content['user_expressions'].good).toMatchObject({
    status: 'ok',
    data: { 'text/plain': '21' },
  });
  expect(reply.content['user_expressions'].bad).toMatchObject({ status: 'error', ename: 'TypeError' });
});

describe('every failure is an error on iopub and in the reply, alike', () => {
  const failures: [string, string, RegExp, RegExp][] = [
    ['thrown', 'const deep = () => { throw new RangeError("too deep") }\ndeep()', /RangeError/, /too deep/],
    ['rejected', 'await Promise.reject(new Error("refused"))', /Error/, /refused/],
    ['syntax', 'const = 1', /SyntaxError/, /./],
    ['no import', 'import { x } from "no-such-package"', /./, /no-such-package/],
    ['no Error at all', 'throw "text"', /./, /text/],
  ];
  test.each(failures)('%s', async (_name, code, ename, evalue) => {
    const { outputs, reply } = await run(code);
    const error = outputs.find(({ header }) => header.msg_type === 'error')!;
    const { ename: name, evalue: value, traceback } = reply.content;
    expect(reply.content['status']).toBe('error');
    expect(error.content).toEqual({ ename: name, evalue: value, traceback });
    expect(name).toMatch(ename);
    expect(value).toMatch(evalue);
    expect(traceback.join('\n')).toContain(value.split('\n')[0]);
  });

  test('the traceback names the cell and the line, and no frame of the kernel', async () => {
    const { reply } = await run(
      'const a = 1\nfunction fails(): never {\n  throw new Error("here")\n}\nfails()',
    );
    const text = reply.content['traceback'].join('\n');
    expect(text).toContain(`Cell [${reply.content['execution_count']}], line 3`);
    expect(text).not.toMatch(/node:internal|kernel[\\/]/);
  });
});

describe('interrupts end the cell within a second and keep the state', () => {
  const cells: [string, string][] = [
    ['a loop', 'console.log("begun"); while (true) {}'],
    ['a loop after an await', 'await null; console.log("begun"); for (;;) {}'],
    ['a pending await', 'console.log("begun"); await new Promise(() => {})'],
  ];
  test.each(cells)('%s', async (_name, code) => {
    await run('var kept = "state"');
    const id = await begin(code);
    const waiting = await send('1');
    const start = performance.now();
    const content = await interrupted(id);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    expect((await kernel.client.reply(waiting)).content['status']).toBe('aborted');
    expect(result((await run('kept')).outputs)).toBe("'state'");
  });

  test('by signal too', async () => {
    const id = await begin('console.log("begun"); while (true) {}');
    kernel.child.kill('SIGINT');
    expect((await kernel.client.reply(id)).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    expect(result((await run('kept')).outputs)).toBe("'state'");
  });

  test('with nothing running, nothing happens', async () => {
    await kernel.client.request('interrupt_request', {}, 'control');
    expect(result((await run('1 + 1')).outputs)).toBe('2');
  });
});

test('heartbeat, control and completion are answered while a cell computes', async () => {
  const id = await begin('console.log("begun"); while (true) {}');
  const { client } = kernel;
  expect(await client.ping()).toBeLessThan(2_000);
  expect((await client.request('kernel_info_request', {}, 'control')).content['status']).toBe('ok');
  const completion = await client.request('complete_request', { code: 'Math.flo', cursor_pos: 8 });
  expect(completion.content['matches']).toEqual(['floor']);
  expect(client.hasReply(id)).toBe(false);
  await interrupted(id);
});

test('late output appears under the cell that it comes from', async () => {
  const first = await run('var timer = setTimeout(() => console.log("late"), 300); 0', {});
  await run('await new Promise((resolve) => setTimeout(resolve, 600)); console.log("second")');
  expect(streamText(kernel.client.outputs(first.id))).toBe('late\n');
});

test('for a client that takes no input a cell lasts until what it started has ended', async () => {
  const { outputs } = await run('void setTimeout(() => console.log("late"), 200)', { allow_stdin: false });
  expect(streamText(outputs)).toBe('late\n');
  const { reply } = await run('void Promise.reject(new Error("nobody waits"))', { allow_stdin: false });
  expect(reply.content).toMatchObject({ status: 'error', ename: 'Error', evalue: 'nobody waits' });
});

test('output of child processes and of file descriptors arrives in order', async () => {
  const { outputs } = await run(`
import { execSync } from 'node:child_process';
import { writeSync } from 'node:fs';
console.log('one');
writeSync(1, 'two\\n');
execSync('echo three', { stdio: 'inherit' });
console.log('four');
console.error('problem');`);
  expect(streamText(outputs)).toBe('one\ntwo\nthree\nfour\n');
  expect(streamText(outputs, 'stderr')).toBe('problem\n');
});

test('input asks the front end, and fails where the front end can not answer', async () => {
  const { client } = kernel;
  const code = "import { input } from 'convbook'; const name = await input('Name? '); name";
  const id = await client.send(
    'shell',
    'execute_request',
    client.executeContent(code, { allow_stdin: true }),
  );
  const request = await client.until(
    () => client.inputs.find((input) => input.parent_header.msg_id === id),
    'the question',
    60_000,
  );
  await client.send('stdin', 'input_reply', { value: 'Ada' }, { parent: request.header });
  await client.reply(id);
  await client.idle(id);
  expect(result(client.outputs(id))).toBe("'Ada'");
  const { reply } = await run("await input('Name? ')", { allow_stdin: false });
  expect(reply.content['status']).toBe('error');
});

test('an edited file is read again, with or without its ending', async () => {
  const file = join(kernel.folder, 'side.ts');
  writeFileSync(file, 'export const value: number = 1');
  expect(result((await run("import { value } from './side.ts'; value")).outputs)).toBe('1');
  writeFileSync(file, 'export const value: number = 2222');
  expect(result((await run("import { value } from './side'; value")).outputs)).toBe('2222');
});

describe('a cell process that dies ends the cell with an error, and cells go on in a new one', () => {
  test.each([
    ['process.exit()', 'process.exit(3)', /exit/i],
    ['a signal', 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})', /SIGKILL/],
    ['an abort', 'process.abort()', /SIGABRT|abort/i],
  ])('%s', async (_name, code, reason) => {
    const { reply, outputs } = await run(code);
    expect(reply.content['status']).toBe('error');
    expect(reply.content['evalue']).toMatch(reason);
    expect(outputs.filter(({ header }) => header.msg_type === 'error')).toHaveLength(1);
    expect(result((await run('6 * 7')).outputs)).toBe('42');
  });
});

test('100 MB in a loop lose nothing, and neither process grows without bound', async () => {
  const { client, child } = kernel;
  await run('1');
  const before = memory(processTree(child.pid!))!;
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, memory(processTree(child.pid!)) ?? 0);
  }, 100);
  const { outputs, reply } = await client.execute(
    "for (let i = 0; i < 1_000_000; i++) console.log(String(i).padStart(99, '.'))",
    {},
    120_000,
  );
  clearInterval(watch);
  expect(reply.content['status']).toBe('ok');
  const text = streamText(outputs);
  expect(text.length).toBe(100_000_000);
  for (const i of [0, 1, 499_999, 999_999]) {
    expect(text.slice(i * 100, i * 100 + 100)).toBe(`${String(i).padStart(99, '.')}\n`);
  }
  if (before) expect(peak - before).toBeLessThan(400e6);
}, 180_000);

test('shutdown ends all processes at once, also while a cell computes', async () => {
  const own = await startKernel();
  const { client } = own;
  await client.execute('1', {}, 60_000);
  const id = await client.send(
    'shell',
    'execute_request',
    client.executeContent('console.log("begun"); while (true) {}'),
  );
  await client.until(() => streamText(client.outputs(id)).includes('begun'));
  const tree = processTree(own.child.pid!);
  const reply = await client.request('shutdown_request', { restart: true }, 'control');
  expect(reply.content).toEqual({ status: 'ok', restart: true });
  expect(await own.exited).toBe(0);
  await vi.waitFor(() => expect(tree.filter(alive)).toEqual([]));
  await own.stop();
});

test('an interrupt ends a loop in a timer', async () => {
  const own = await startKernel();
  const { client } = own;
  const code = `console.log('begun'); var kept = 'state';
await new Promise(() => { setTimeout(() => { console.log('looping'); while (true) {} }, 5) })`;
  const id = await client.send('shell', 'execute_request', client.executeContent(code));
  await client.until(() => streamText(client.outputs(id)).includes('looping'));
  await client.request('interrupt_request', {}, 'control');
  expect((await client.reply(id)).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
  expect(result((await client.execute('kept')).outputs)).toBe("'state'");
  await own.stop();
});

test('the kernel ends when it is terminated', async () => {
  const own = await startKernel();
  await own.client.execute('1', {}, 60_000);
  const tree = processTree(own.child.pid!);
  own.child.kill('SIGTERM');
  expect(await own.exited).toBe(0);
  await vi.waitFor(() => expect(tree.filter(alive)).toEqual([]));
  await own.stop();
});

test('no process is left behind when the front is killed while a cell computes', async () => {
  const own = await startKernel();
  const { client } = own;
  const id = await client.send(
    'shell',
    'execute_request',
    client.executeContent('console.log("begun"); for (;;) {}'),
  );
  await client.until(() => streamText(client.outputs(id)).includes('begun'));
  const tree = processTree(own.child.pid!);
  expect(tree.length).toBeGreaterThan(1);
  own.child.kill('SIGKILL');
  await vi.waitFor(() => expect(tree.filter(alive)).toEqual([]), { timeout: 5_000 });
  await own.stop();
});

test('the kernel ends when the server that started it is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orphan-'));
  const file = join(folder, 'connection.json');
  const connection = await freshConnection();
  writeFileSync(file, connectionFileText(connection), { mode: 0o600 });
  // A server in between, which says who it is as Jupyter's does, and dies without a word.
  const server = `
    const { spawn } = require('node:child_process');
    const env = { ...process.env, JPY_PARENT_PID: String(process.pid), CONVBOOK_HISTORY: 'off' };
    const kernel = spawn(process.execPath, [${JSON.stringify(entry)}, 'kernel', ${JSON.stringify(file)}], { env, stdio: 'ignore' });
    console.log(kernel.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
  const client = new Client(connection);
  try {
    await client.execute('1', {}, 60_000);
    const tree = processTree(pid);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(tree.filter(alive)).toEqual([]), { timeout: 10_000, interval: 100 });
  } finally {
    client.close();
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
