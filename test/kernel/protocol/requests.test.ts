import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../client.ts';
import { type Served, serve } from '../served.ts';

let served: Served;
let client: Client;
beforeAll(async () => {
  served = await serve({
    loop: ({ fake }) => fake.forever(),
    ask: async ({ request, emit, fake }) => {
      const name = await fake.input(request.id, 'Name? ', false);
      emit({ type: 'stream', cell: request.id, name: 'stdout', text: `hello ${name}` });
    },
  });
  client = await served.client();
});
afterAll(() => served.stop());

test('kernel_info names the language and what the kernel can do', async () => {
  const { content, header } = await client.request('kernel_info_request', {});
  expect(header.msg_type).toBe('kernel_info_reply');
  expect(content).toMatchObject({
    status: 'ok',
    protocol_version: '5.5',
    implementation: 'convbook',
    debugger: true,
    supported_features: ['debugger'],
    language_info: {
      name: 'typescript',
      version: '6.0.3',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
    },
  });
});

test('completion counts positions in code points and carries kinds', async () => {
  const code = '"🙂🙂"; console.lo';
  const { content } = await client.request('complete_request', { code, cursor_pos: [...code].length });
  expect(content).toEqual({
    status: 'ok',
    matches: ['log'],
    cursor_start: 14,
    cursor_end: 16,
    metadata: {
      _jupyter_types_experimental: [
        { text: 'log', type: 'method', start: 14, end: 16, signature: '(…data: any[]) => void' },
      ],
    },
  });
});

test('inspection takes positions in code points too', async () => {
  const { content } = await client.request('inspect_request', {
    code: '🙂 word rest',
    cursor_pos: 6,
    detail_level: 0,
  });
  expect(content).toEqual({ status: 'ok', found: true, data: { 'text/plain': 'word' }, metadata: {} });
  const none = await client.request('inspect_request', { code: '', cursor_pos: 0, detail_level: 0 });
  expect(none.content).toEqual({ status: 'ok', found: false, data: {}, metadata: {} });
});

test('is_complete gives an indent for incomplete code only', async () => {
  const ask = async (code: string) => (await client.request('is_complete_request', { code })).content;
  expect(await ask('if (x) {')).toEqual({ status: 'incomplete', indent: '  ' });
  expect(await ask('x')).toEqual({ status: 'complete' });
  expect(await ask('}}')).toEqual({ status: 'invalid' });
});

test('completion, heartbeat and control are answered while a cell computes, and the kernel still shows busy', async () => {
  const id = await client.send('shell', 'execute_request', client.executeContent('loop'));
  await client.until(() => served.fake.executed.includes('loop'));
  const { content } = await client.request('complete_request', { code: 'lo', cursor_pos: 2 });
  expect(content['matches']).toEqual(['log']);
  expect(await client.ping()).toBeLessThan(1000);
  expect((await client.request('kernel_info_request', {}, 'control')).content['status']).toBe('ok');
  // The last state that a front end hears is the cell's.
  await client.until(() => client.published.at(-1)!.parent_header.msg_id === id);
  expect(client.published.at(-1)!.content['execution_state']).toBe('busy');
  await client.request('interrupt_request', {}, 'control');
  await client.idle(id);
});

test('input is asked of the client that runs the cell, and late answers are dropped', async () => {
  const other = await served.client();
  const id = await client.send(
    'shell',
    'execute_request',
    client.executeContent('ask', { allow_stdin: true }),
  );
  const request = await client.until(() => client.inputs.find((input) => input.parent_header.msg_id === id));
  expect(request.header.msg_type).toBe('input_request');
  expect(request.content).toEqual({ prompt: 'Name? ', password: false });
  expect(other.inputs).toEqual([]);
  await client.send('stdin', 'input_reply', { value: 'nobody' }, { parent: { msg_id: 'another question' } });
  await client.send('stdin', 'input_reply', { value: 'Ada' }, { parent: request.header });
  await client.reply(id);
  await client.idle(id);
  expect(client.outputs(id).find(({ header }) => header.msg_type === 'stream')!.content['text']).toBe(
    'hello Ada',
  );
  await client.send('stdin', 'input_reply', { value: 'too late' });
  await client.until(() => served.transport.dropped['invalid-content'] === 2);
});

test('comms go both ways with buffers, and comm_info lists them', async () => {
  await client.send('shell', 'comm_open', { comm_id: 'x', target_name: 'slider', data: { value: 3 } });
  const buffers = [Uint8Array.of(9, 8)];
  const id = await client.send('shell', 'comm_msg', { comm_id: 'x', data: { value: 4 } }, { buffers });
  await client.idle(id);
  expect(served.fake.commMessages[0]).toMatchObject({
    event: 'open',
    commId: 'x',
    target: 'slider',
    data: { value: 3 },
  });
  expect(served.fake.commMessages[1]).toMatchObject({ event: 'msg', data: { value: 4 } });
  expect([...served.fake.commMessages[1]!.buffers![0]!]).toEqual([9, 8]);
  const info = async (content: object) =>
    (await client.request('comm_info_request', content)).content['comms'];
  expect(await info({})).toEqual({ x: { target_name: 'slider' } });
  expect(await info({ target_name: 'other' })).toEqual({});
  await client.idle(await client.send('shell', 'comm_close', { comm_id: 'x', data: {} }));
  expect(await info({})).toEqual({});
});

test('debug requests pass to the interpreter, its events come as debug_event', async () => {
  const request = { type: 'request', seq: 5, command: 'initialize', arguments: {} };
  const { content } = await client.request('debug_request', request, 'control');
  expect(content).toMatchObject({ type: 'response', request_seq: 5, success: true, command: 'initialize' });
  served.fake.emit({ type: 'debug_event', content: { type: 'event', seq: 1, event: 'stopped' } });
  const event = await client.until(() =>
    client.published.find(({ header }) => header.msg_type === 'debug_event'),
  );
  expect(event.content['event']).toBe('stopped');
});

test('subshells are refused with a reason, usage is told', async () => {
  const refused = await client.request('create_subshell_request', {}, 'control');
  expect(refused.content['status']).toBe('error');
  expect(refused.content['evalue']).toContain('no subshells');
  const usage = await client.request('usage_request', {}, 'control');
  expect(usage.content['pid']).toBe(process.pid);
  expect(usage.content['kernel_memory']).toBeGreaterThan(1e7);
});

test('shutdown is answered on control and iopub, with the flag of a restart', async () => {
  const own = await serve({ loop: ({ fake }) => fake.forever() });
  try {
    const one = await own.client();
    await one.send('shell', 'execute_request', one.executeContent('loop'));
    const reply = await one.request('shutdown_request', { restart: true }, 'control');
    expect(reply.content).toEqual({ status: 'ok', restart: true });
    await one.until(() => one.published.some(({ header }) => header.msg_type === 'shutdown_reply'));
    await one.until(() => own.shutdowns.length > 0);
    expect(own.shutdowns).toEqual([true]);
    expect(own.fake.stopped).toBe(true);
  } finally {
    await own.stop();
  }
});
