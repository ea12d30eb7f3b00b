// What VS Code's Jupyter extension says to a kernel that it starts itself, in its order: a smoke test of its dialect.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KernelProcess, startKernel } from './process.ts';

let kernel: KernelProcess;
beforeAll(async () => {
  kernel = await startKernel();
});
afterAll(() => kernel.stop());

test('a session of VS Code: start-up code, cells with its metadata, completion, widgets, interrupt, restart', async () => {
  const { client } = kernel;
  // It asks on both channels at once, before iopub is known to listen.
  const infos = await Promise.all([
    client.request('kernel_info_request', {}),
    client.request('kernel_info_request', {}, 'control'),
  ]);
  for (const info of infos) expect(info.content['language_info'].name).toBe('typescript');

  // Its own start-up code is silent and must not count.
  const silent = await client.execute('globalThis.vscode = 1', {
    silent: true,
    store_history: false,
    stop_on_error: false,
  });
  expect(silent.reply.content['status']).toBe('ok');
  expect(silent.outputs).toEqual([]);

  const cell = async (code: string, options = {}) => {
    const id = await client.send('shell', 'execute_request', client.executeContent(code, options), {
      metadata: { cellId: 'vscode-notebook-cell:/lab.ipynb#W1sZmlsZQ==', trusted: true },
    });
    const reply = await client.reply(id);
    await client.idle(id);
    return { id, reply: reply.content, outputs: client.outputs(id) };
  };
  const first = await cell('const answer: number = 42; answer', { allow_stdin: true });
  expect(first.reply).toMatchObject({ status: 'ok', execution_count: 1 });
  const shown = first.outputs.find(({ header }) => header.msg_type === 'execute_result');
  expect(shown!.content['data']['text/plain']).toBe('42');

  const completion = await client.request('complete_request', { code: 'answ', cursor_pos: 4 });
  expect(completion.content['matches']).toContain('answer');
  const inspection = await client.request('inspect_request', {
    code: 'answer',
    cursor_pos: 6,
    detail_level: 0,
  });
  expect(inspection.content).toMatchObject({ status: 'ok', found: true });
  expect((await client.request('comm_info_request', { target_name: 'jupyter.widget' })).content).toEqual({
    status: 'ok',
    comms: {},
  });
  // It registers its widget targets: a target that nobody knows is closed, not left hanging.
  await client.send('shell', 'comm_open', { comm_id: 'w1', target_name: 'nobody.knows', data: {} });
  await client.until(() =>
    client.published.some(
      ({ header, content }) => header.msg_type === 'comm_close' && content['comm_id'] === 'w1',
    ),
  );

  const endless = await client.send('shell', 'execute_request', client.executeContent('while (true) {}'));
  await client.until(() => client.outputs(endless).some(({ header }) => header.msg_type === 'execute_input'));
  await client.request('interrupt_request', {}, 'control');
  expect((await client.reply(endless)).content['ename']).toBe('Interrupted');
  expect((await cell('answer')).reply).toMatchObject({ status: 'ok', execution_count: 3 });

  const reply = await client.request('shutdown_request', { restart: true }, 'control');
  expect(reply.content).toEqual({ status: 'ok', restart: true });
  expect(await kernel.exited).toBe(0);
});
