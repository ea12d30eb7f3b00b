import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Served, serve } from '../served.ts';

let served: Served;
beforeAll(async () => {
  served = await serve({}, { limits: { messageBytes: 100_000, frames: 64 } });
});
afterAll(() => served.stop());

/** A request that is answered only after everything sent before it was handled. */
async function settled(client: Awaited<ReturnType<Served['client']>>) {
  expect((await client.request('kernel_info_request', {})).content['status']).toBe('ok');
}

test('drops a wrong and a missing signature, never executing the message', async () => {
  const client = await served.client();
  const content = client.executeContent('forged');
  const wrong = client.frames('execute_request', content).frames;
  wrong[1] = Buffer.from('0'.repeat(64));
  const missing = client.frames('execute_request', content).frames;
  missing[1] = Buffer.alloc(0);
  const changed = client.frames('execute_request', client.executeContent('harmless')).frames;
  changed[5] = Buffer.from(JSON.stringify(content));
  for (const frames of [wrong, missing, changed]) await client.shell.send(frames);
  await settled(client);
  expect(served.fake.executed).not.toContain('forged');
  expect(served.transport.dropped.signature).toBe(3);
});

test('executes a message once, however often it is sent', async () => {
  const client = await served.client();
  const { id, frames } = client.frames('execute_request', client.executeContent('once'));
  for (let i = 0; i < 3; i++) await client.shell.send(frames.map((frame) => Buffer.from(frame)));
  // The other sockets know the message too.
  await client.control.send(frames);
  await client.reply(id);
  await settled(client);
  expect(served.fake.executed.filter((code) => code === 'once')).toHaveLength(1);
  expect(served.transport.dropped.replayed).toBe(3);
});

test('drops truncated, oversized and non-JSON messages', async () => {
  const client = await served.client();
  const { frames } = client.frames('execute_request', client.executeContent('cut'));
  for (let length = 1; length < frames.length; length++) await client.shell.send(frames.slice(0, length));
  const large = client.frames('execute_request', client.executeContent('x'.repeat(150_000))).frames;
  await client.shell.send(large);
  const many = client.frames('execute_request', client.executeContent('many'), {
    buffers: Array.from({ length: 100 }, () => Buffer.from('b')),
  }).frames;
  await client.shell.send(many);
  await settled(client);
  expect(served.fake.executed).not.toContain('cut');
  expect(served.fake.executed).not.toContain('many');
  expect(served.transport.dropped.malformed).toBeGreaterThanOrEqual(5);
  expect(served.transport.dropped.oversized).toBe(2);
});

test('survives two thousand random and damaged messages on every socket', async () => {
  const client = await served.client();
  const before = served.fake.executed.length;
  let seed = 7;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % n;
  };
  const sockets = [client.shell, client.control, client.stdin];
  const count = () => Object.values(served.transport.dropped).reduce((sum, n) => sum + n, 0);
  const droppedBefore = count();
  for (let i = 0; i < 2000; i++) {
    const socket = sockets[random(3)]!;
    const { frames } = client.frames('execute_request', client.executeContent(`fuzz ${i}`));
    switch (random(4)) {
      case 0: {
        // Bits are flipped somewhere.
        const frame = frames[1 + random(5)]!;
        frame[random(frame.length)]! ^= 1 + random(255);
        await socket.send(frames);
        break;
      }
      case 1:
        await socket.send(Array.from({ length: 1 + random(8) }, () => randomBytes(random(200))));
        break;
      case 2:
        // Two of the signed frames change places.
        [frames[2], frames[5]] = [frames[5]!, frames[2]!];
        await socket.send(frames);
        break;
      default:
        await socket.send(frames.slice(0, 1 + random(frames.length - 1)));
    }
  }
  await client.until(() => count() - droppedBefore >= 2000, 'the count of the dropped messages');
  await settled(client);
  expect(served.fake.executed.length).toBe(before);
  expect(await client.ping()).toBeGreaterThan(0);
});

test('drops requests of unknown types and refuses wrong contents with a sentence', async () => {
  const client = await served.client();
  await client.send('shell', '__proto__', {});
  await client.send('shell', 'toString', {});
  await client.send('stdin', 'input_reply', { value: 'nobody asked' });
  const reply = await client.request('execute_request', { code: 42 });
  expect(reply.content).toMatchObject({
    status: 'error',
    ename: 'InvalidContent',
    evalue: 'The request has 42 as "code": expected text.',
  });
  const search = await client.request('history_request', { hist_access_type: 'all' });
  expect(search.content['evalue']).toContain('expected "range", "tail" or "search"');
  expect(served.transport.dropped['unknown-type']).toBe(2);
});

test('takes unsigned messages when the connection file has an empty key', async () => {
  const open = await serve({}, { key: '' });
  try {
    const client = await open.client();
    const { reply } = await client.execute('free');
    expect(reply.content['status']).toBe('ok');
    expect(reply.signature).toBe('');
  } finally {
    await open.stop();
  }
});
