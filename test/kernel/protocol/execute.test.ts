import { afterEach, expect, test } from 'vitest';
import { streamText } from '../client.ts';
import { type Served, serve } from '../served.ts';

let served: Served;
afterEach(() => served?.stop());

const types = (messages: { header: { msg_type: string } }[]) => messages.map(({ header }) => header.msg_type);

test('a cell says busy, its input, its outputs and idle, in this order, under its own header', async () => {
  served = await serve({
    cell: ({ request, emit }) => {
      emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'a\n' });
      emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'b\n' });
      emit({ type: 'stream', cell: request.id, name: 'stderr', text: 'c\n' });
      emit({
        type: 'display',
        cell: request.id,
        data: { 'text/html': '<b>d</b>' },
        metadata: { w: 1 },
        update: false,
      });
      emit({ type: 'result', cell: request.id, data: { 'text/plain': '42' }, metadata: {} });
    },
  });
  const client = await served.client();
  const { id, reply, outputs } = await client.execute('cell', { user_expressions: { twice: 'x * 2' } });
  const all = client.outputs(id);
  expect(types(all).filter((type) => type !== 'stream')).toEqual([
    'status',
    'execute_input',
    'display_data',
    'execute_result',
    'status',
  ]);
  expect(all[1]!.content).toEqual({ code: 'cell', execution_count: 1 });
  expect(streamText(outputs)).toBe('a\nb\n');
  expect(streamText(outputs, 'stderr')).toBe('c\n');
  const display = outputs.find(({ header }) => header.msg_type === 'display_data')!;
  expect(display.content).toEqual({ data: { 'text/html': '<b>d</b>' }, metadata: { w: 1 }, transient: {} });
  expect(outputs.at(-1)!.content).toEqual({ execution_count: 1, data: { 'text/plain': '42' }, metadata: {} });
  expect(reply.content).toEqual({
    status: 'ok',
    execution_count: 1,
    payload: [],
    user_expressions: { twice: { status: 'ok', data: { 'text/plain': 'x * 2' }, metadata: {} } },
  });
  expect(all.every((message) => message.parent_header['session'] === client.session)).toBe(true);
  expect(all.map(({ header }) => header['version'])).toEqual(all.map(() => '5.5'));
});

test('an error is the same on iopub and in the reply', async () => {
  served = await serve({
    bad: () => {
      throw new TypeError('no');
    },
  });
  const client = await served.client();
  const { reply, outputs } = await client.execute('bad');
  const error = { ename: 'TypeError', evalue: 'no', traceback: ['Cell [1], line 1', 'TypeError: no'] };
  expect(types(outputs)).toEqual(['error']);
  expect(outputs[0]!.content).toEqual(error);
  expect(reply.content).toMatchObject({ status: 'error', execution_count: 1, ...error });
});

test('after an error the cells that wait are aborted, unless the request says otherwise', async () => {
  served = await serve({
    bad: async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error('no');
    },
  });
  const client = await served.client();
  const send = (code: string, options = {}) =>
    client.send('shell', 'execute_request', client.executeContent(code, options));
  const statuses = async (ids: string[]) =>
    Promise.all(ids.map(async (id) => (await client.reply(id)).content['status']));
  expect(await statuses([await send('bad'), await send('next'), await send('last')])).toEqual([
    'error',
    'aborted',
    'aborted',
  ]);
  expect(served.fake.executed).toEqual(['bad']);
  expect(await statuses([await send('bad', { stop_on_error: false }), await send('next')])).toEqual([
    'error',
    'ok',
  ]);
  // Cells that come later run.
  expect((await client.execute('later')).reply.content['status']).toBe('ok');
});

test('silent cells show nothing, count nothing and are no history', async () => {
  served = await serve({
    noise: ({ request, emit }) => {
      emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'noise' });
      throw new Error('hidden');
    },
  });
  const client = await served.client();
  const { id, reply } = await client.execute('noise', { silent: true, stop_on_error: false });
  expect(reply.content['status']).toBe('error');
  expect(types(client.outputs(id))).toEqual(['status', 'status']);
  const { reply: next } = await client.execute('counted');
  expect(next.content['execution_count']).toBe(1);
  const { reply: unstored } = await client.execute('unstored', { store_history: false });
  expect(unstored.content['execution_count']).toBe(2);
  expect((await client.execute('counted')).reply.content['execution_count']).toBe(2);
  const history = await client.request('history_request', {
    output: false,
    raw: true,
    hist_access_type: 'tail',
    n: 9,
  });
  expect(history.content['history'].map((entry: unknown[]) => entry[2])).toEqual(['counted', 'counted']);
});

test('late output goes to the cell it comes from, also while another runs', async () => {
  let late!: () => void;
  served = await serve({
    first: ({ request, emit }) => {
      late = () => {
        emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'late' });
        emit({ type: 'late_error', cell: request.id, error: { ename: 'E', evalue: 'v', traceback: [] } });
      };
    },
    second: ({ request, emit }) => {
      emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'before ' });
      late();
      emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'after' });
    },
  });
  const client = await served.client();
  const first = await client.execute('first');
  const second = await client.execute('second');
  expect(streamText(client.outputs(first.id))).toBe('late');
  expect(types(client.outputs(first.id))).toContain('error');
  expect(streamText(second.outputs)).toBe('before after');
});

test('what a long cell prints shows while it runs, lines joined', async () => {
  served = await serve({
    long: async ({ request, emit, fake }) => {
      for (let i = 0; i < 1000; i++)
        emit({ type: 'stream', cell: request.id, name: 'stdout', text: `${i}\n` });
      await fake.forever();
    },
  });
  const client = await served.client();
  const id = await client.send('shell', 'execute_request', client.executeContent('long'));
  await client.until(() => streamText(client.outputs(id)).endsWith('999\n'));
  expect(client.outputs(id).filter(({ header }) => header.msg_type === 'stream')).toHaveLength(1);
  expect(client.hasReply(id)).toBe(false);
  await client.request('interrupt_request', {}, 'control');
  expect((await client.reply(id)).content['ename']).toBe('Interrupted');
});

test('an interrupt ends the running cell and aborts those that wait; the kernel goes on', async () => {
  served = await serve({ loop: ({ fake }) => fake.forever() });
  const client = await served.client();
  const send = (code: string) => client.send('shell', 'execute_request', client.executeContent(code));
  const ids = [await send('loop'), await send('a'), await send('b')];
  await client.until(() => served.fake.executed.includes('loop'));
  const reply = await client.request('interrupt_request', {}, 'control');
  expect(reply.header.msg_type).toBe('interrupt_reply');
  expect(reply.content).toEqual({ status: 'ok' });
  const replies = await Promise.all(ids.map((id) => client.reply(id)));
  expect(replies.map(({ content }) => content['status'])).toEqual(['error', 'aborted', 'aborted']);
  expect((await client.execute('after')).reply.content['status']).toBe('ok');
});

test('the output of the very first cell reaches a client that asked before it could listen', async () => {
  served = await serve({
    hello: ({ request, emit }) =>
      void emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'hello' }),
  });
  // No `ready`: the request races the subscription.
  const { Client } = await import('../client.ts');
  const client = new Client(served.connection);
  try {
    const { outputs } = await client.execute('hello');
    expect(streamText(outputs)).toBe('hello');
  } finally {
    client.close();
  }
});

test('display ids, updates, clear_output and binary buffers pass', async () => {
  served = await serve({
    show: ({ request, emit }) => {
      const cell = request.id;
      emit({
        type: 'display',
        cell,
        data: { 'text/plain': '1' },
        metadata: {},
        displayId: 'd',
        update: false,
      });
      emit({ type: 'clear_output', cell, wait: true });
      emit({
        type: 'display',
        cell,
        data: { 'text/plain': '2' },
        metadata: {},
        displayId: 'd',
        update: true,
        buffers: [Uint8Array.of(1, 2, 255)],
      });
    },
  });
  const client = await served.client();
  const { outputs } = await client.execute('show');
  expect(types(outputs)).toEqual(['display_data', 'clear_output', 'update_display_data']);
  expect(outputs[0]!.content['transient']).toEqual({ display_id: 'd' });
  expect(outputs[1]!.content).toEqual({ wait: true });
  expect(outputs[2]!.content['transient']).toEqual({ display_id: 'd' });
  expect([...outputs[2]!.buffers[0]!]).toEqual([1, 2, 255]);
});

test('a cell process that dies between cells is told under the newest cell, and its comms are closed', async () => {
  served = await serve({
    open: ({ emit }) =>
      void emit({ type: 'comm', event: 'open', commId: 'c1', target: 'slider', data: { v: 1 } }),
  });
  const client = await served.client();
  const { id, outputs } = await client.execute('open');
  expect(outputs[0]!.content).toEqual({
    comm_id: 'c1',
    target_name: 'slider',
    target_module: null,
    data: { v: 1 },
  });
  served.fake.emit({
    type: 'restarted',
    reason: 'The process that runs cells ended. All variables are gone.',
  });
  await client.until(() => streamText(client.outputs(id), 'stderr').includes('All variables are gone.'));
  const closed = client.outputs(id).find(({ header }) => header.msg_type === 'comm_close');
  expect(closed!.content['comm_id']).toBe('c1');
});
