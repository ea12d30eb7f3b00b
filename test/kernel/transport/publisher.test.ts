import { afterEach, expect, test } from 'vitest';
import { Subscriber } from 'zeromq';
import { streamText } from '../client.ts';
import { type Served, serve } from '../served.ts';

let served: Served;
afterEach(() => served.stop());

const line = (i: number) => `${i} ${'x'.repeat(90)}\n`;

/** Prints so many lines, waiting where the front asks for it, as the interpreter does. */
const printing =
  (lines: number) =>
  async ({ request, emit }: any) => {
    for (let i = 0; i < lines; i++)
      await emit({ type: 'stream', cell: request.id, name: 'stdout', text: line(i) });
  };

test('loses nothing of 20 MB for a client that reads, in order', async () => {
  served = await serve({ print: printing(200_000) });
  const client = await served.client();
  const { outputs } = await client.execute('print', {}, 60_000);
  const text = streamText(outputs);
  let expected = '';
  for (let i = 0; i < 200_000; i++) expected += line(i);
  expect(text.length).toBe(expected.length);
  expect(text === expected).toBe(true);
  // Lines are joined: a message each would drown a front end.
  expect(outputs.length).toBeLessThan(2_000);
}, 90_000);

test('bounds the memory of a client that does not read, tells it what it lost, and disturbs no other client', async () => {
  const limits = { highBytes: 200_000, maxBytes: 1_000_000, stallMs: 1_500 };
  // Bytes the operating system takes without anybody reading are no concern here: print more than that.
  served = await serve({ print: printing(600_000) }, { queueLimits: limits });
  const reader = await served.client();
  const deaf = new Subscriber({ receiveHighWaterMark: 1, receiveBufferSize: 4096, linger: 0 });
  const { ip, ports } = served.connection;
  deaf.connect(`tcp://${ip}:${ports.iopub}`);
  deaf.subscribe();
  await new Promise((resolve) => setTimeout(resolve, 200));

  const before = process.memoryUsage.rss();
  const { reply, outputs } = await reader.execute('print', {}, 120_000);
  expect(reply.content['status']).toBe('ok');
  const text = streamText(outputs);
  expect(text.length).toBe(Array.from({ length: 600_000 }, (_, i) => line(i).length).reduce((a, b) => a + b));
  expect(streamText(outputs, 'stderr')).toBe('');
  expect(process.memoryUsage.rss() - before).toBeLessThan(600e6);

  // The deaf one begins to read: it gets what was kept, and the notice where the gap is, with the cell as parent.
  const heard: any[] = [];
  const end = Date.now() + 20_000;
  let done = false;
  const reading = (async () => {
    for await (const frames of deaf as AsyncIterable<Buffer[]>) {
      const at = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
      const [header, parent, , content] = frames.slice(at + 2).map((frame) => JSON.parse(frame.toString()));
      heard.push({ type: header.msg_type, parent, content });
      if (content.name === 'stderr') done = true;
      if (done && content.execution_state === 'idle') return;
    }
  })();
  await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, end - Date.now()))]);
  deaf.close();
  const notice = heard.find(({ type, content }) => type === 'stream' && content.name === 'stderr');
  expect(notice?.content.text).toMatch(
    /^\n\[convbook: [\d.]+ MB of output in \d+ messages were dropped here/,
  );
  expect(notice.parent.msg_id).toBe(reply.parent_header['msg_id']);
  const kept = heard
    .filter(({ content }) => content.name === 'stdout')
    .reduce((sum, { content }) => sum + content.text.length, 0);
  expect(kept).toBeLessThan(text.length);
}, 180_000);

test('welcomes each subscriber with its own subscription, and only it', async () => {
  served = await serve();
  const first = await served.client();
  const second = await served.client();
  await first.execute('anything');
  for (const client of [first, second]) {
    const welcomes = client.published.filter(({ header }) => header.msg_type === 'iopub_welcome');
    expect(welcomes).toHaveLength(1);
    expect(welcomes[0]!.content).toEqual({ subscription: '' });
    expect(welcomes[0]!.parent_header).toEqual({});
    expect(client.published[0]).toBe(welcomes[0]);
  }
  // Both hear of the cell.
  await second.until(() => second.published.some(({ content }) => content['execution_state'] === 'idle'));
});

test('a client may subscribe to a topic', async () => {
  served = await serve({
    hello: ({ request, emit }) =>
      void emit({ type: 'stream', cell: request.id, name: 'stdout', text: 'hello' }),
  });
  const client = await served.client();
  const narrow = new Subscriber({ linger: 0, receiveTimeout: 5_000 });
  const { ip, ports } = served.connection;
  narrow.connect(`tcp://${ip}:${ports.iopub}`);
  narrow.subscribe(`kernel.${served.transport.session}.stream`);
  await narrow.receive();
  await client.execute('hello');
  const frames = (await narrow.receive()) as Buffer[];
  expect(frames[0]!.toString().startsWith(`kernel.${served.transport.session}.stream`)).toBe(true);
  expect(frames.at(-1)!.toString()).toContain('hello');
  narrow.close();
});
