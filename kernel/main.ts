import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterpreter } from './interpreter/index.ts';
import { historyPath } from './protocol/history-file.ts';
import { Kernel } from './protocol/kernel.ts';
import { lossNotice } from './protocol/loss-notice.ts';
import { readConnectionFile } from './transport/connection.ts';
import { Transport } from './transport/transport.ts';

const require = createRequire(import.meta.url);

function version(specifier: string): string {
  try {
    return (JSON.parse(readFileSync(require.resolve(specifier), 'utf8')) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

/** A whole kernel: binds the sockets of the connection file, answers until a client ends it, then exits. */
export async function main(connectionFile: string): Promise<void> {
  const connection = readConnectionFile(connectionFile);
  // The kernel is made before the sockets are bound: its interpreter's processes start meanwhile.
  let transport: Transport | null = null;
  const kernel = new Kernel({
    outbox: {
      send: (...message) => transport?.send(...message) ?? '',
      publish: (...message) => transport?.publish(...message),
      pressure: () => transport?.pressure(),
      drained: () => transport?.drained(),
      subscriber: async (ms) => transport?.subscriber(ms),
      drop: (reason) => transport?.drop(reason),
      get dropped() {
        return transport?.dropped ?? {};
      },
    },
    createInterpreter,
    cwd: process.cwd(),
    // The bundle lies one folder deeper than this file's folder does in the sources: the package finds itself by name.
    versions: {
      implementation: version('convbook/package.json'),
      language: version('typescript/package.json'),
    },
    historyPath: historyPath(),
    ports: Object.fromEntries(
      Object.entries(connection.ports).map(([name, port]) => [
        `${name === 'heartbeat' ? 'hb' : name}_port`,
        port,
      ]),
    ),
    onShutdown: () => void end(0),
  });

  async function end(code: number): Promise<never> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, 20));
    await Promise.race([transport?.flushed(), limit]);
    transport?.close();
    process.exit(code);
  }

  // Ctrl-C in the terminal that started Jupyter, and front ends that interrupt by signal.
  process.on('SIGINT', () => kernel.interrupt());
  process.on('SIGTERM', () => void kernel.shutdown(false));
  process.on('SIGHUP', () => void kernel.shutdown(false));
  // A failure inside the front ends no session: it is told on the terminal, and the kernel goes on.
  process.on('uncaughtException', (error) => console.error('convbook kernel:', error));
  process.on('unhandledRejection', (error) => console.error('convbook kernel:', error));
  endWithParent(() => void kernel.shutdown(false));

  const started = kernel.start();
  transport = await Transport.open(connection, {
    onMessage: (channel, message) => kernel.handle(channel, message),
    welcome: (subscription) => ({ type: 'iopub_welcome', parent: null, content: { subscription } }),
    lossNotice,
  });
  await started;
}

/** The server that started the kernel may die without a word: nobody would end the kernel then. */
function endWithParent(end: () => void): void {
  const parent = Number(process.env['JPY_PARENT_PID']);
  if (!parent || process.ppid !== parent) return;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 1000).unref();
}
