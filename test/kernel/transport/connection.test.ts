import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Request } from 'zeromq';
import { parseConnection } from '../../../kernel/transport/connection.ts';
import { Transport } from '../../../kernel/transport/transport.ts';
import { connectionFileText, freshConnection } from '../client.ts';

const options = {
  onMessage: () => {},
  welcome: () => ({ type: 'iopub_welcome', parent: null, content: {} }),
  lossNotice: () => ({ type: 'stream', parent: null, content: {} }),
};

test('reads a connection file and names the field that is wrong', async () => {
  const connection = await freshConnection('secret');
  const file = JSON.parse(connectionFileText(connection));
  expect(parseConnection(file)).toEqual(connection);
  expect(() => parseConnection({ ...file, hb_port: 0 })).toThrow(
    'has 0 as "hb_port": expected a port from 1 to 65535',
  );
  expect(() => parseConnection({ ...file, transport: 'udp' })).toThrow('"udp": expected "tcp" or "ipc"');
  expect(() => parseConnection({ ...file, ip: undefined })).toThrow('no "ip"');
  expect(() => parseConnection({ ...file, signature_scheme: 'hmac-md5' })).toThrow('hmac-sha256');
  expect(() => parseConnection([])).toThrow('holds no JSON object');
});

test('binds nothing when one of the addresses is taken', async () => {
  const connection = await freshConnection();
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(connection.ports.stdin, '127.0.0.1', resolve));
  await expect(Transport.open(connection, options)).rejects.toThrow("can't bind to 127.0.0.1");
  await new Promise((resolve) => blocker.close(resolve));
  // ZeroMQ frees the addresses in the background.
  const transport = await vi.waitFor(() => Transport.open(connection, options), {
    timeout: 5_000,
    interval: 20,
  });
  transport.close();
});

test('an ipc connection is served too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-'));
  const ports = { shell: 1, control: 2, iopub: 3, stdin: 4, heartbeat: 5 };
  const connection = { transport: 'ipc' as const, ip: join(folder, 'kernel'), ports, key: 'k' };
  const transport = await Transport.open(connection, options);
  try {
    const socket = new Request({ linger: 0, receiveTimeout: 5_000 });
    socket.connect(`ipc://${folder}/kernel-5`);
    await socket.send('ping');
    expect(String((await socket.receive())[0])).toBe('ping');
    socket.close();
  } finally {
    transport.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('binds exactly the address of the connection file', async () => {
  const connection = await freshConnection();
  const transport = await Transport.open({ ...connection, ip: '127.0.0.1' }, options);
  try {
    // Had it bound to all interfaces, another loopback address of this machine would be taken too.
    const other = createServer();
    await new Promise<void>((resolve, reject) => {
      other.once('error', reject);
      other.listen(connection.ports.shell, '127.0.0.2', resolve);
    });
    await new Promise((resolve) => other.close(resolve));
  } finally {
    transport.close();
  }
});
