import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, connectionFileText, freshConnection } from './client.ts';

export interface KernelProcess {
  child: ChildProcess;
  folder: string;
  client: Client;
  /** Another client of the same kernel. */
  connect(options?: ClientOptions): Client;
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** The command of the kernel. */
export const entry = fileURLToPath(new URL('../../bin/convbook.mjs', import.meta.url));

/** The kernel as Jupyter starts it: its own process, a connection file, real sockets. */
export async function startKernel(env: NodeJS.ProcessEnv = {}): Promise<KernelProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  const connection = await freshConnection();
  const file = join(folder, 'connection.json');
  writeFileSync(file, connectionFileText(connection), { mode: 0o600 });
  const child = spawn(process.execPath, [entry, 'kernel', file], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    // As Jupyter's server says: the kernel ends when the test's process is gone.
    env: { ...process.env, CONVBOOK_HISTORY: 'off', JPY_PARENT_PID: String(process.pid), ...env },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const clients = [new Client(connection)];
  return {
    child,
    folder,
    client: clients[0]!,
    connect(options) {
      const client = new Client(connection, options);
      clients.push(client);
      return client;
    },
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        await clients[0]!.send('control', 'shutdown_request', { restart: false });
        const limit = setTimeout(() => child.kill('SIGKILL'), 3_000);
        await exited;
        clearTimeout(limit);
      }
      for (const client of clients) client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
