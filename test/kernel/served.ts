import { Kernel } from '../../kernel/protocol/kernel.ts';
import { lossNotice } from '../../kernel/protocol/loss-notice.ts';
import type { Connection } from '../../kernel/transport/connection.ts';
import type { Limits } from '../../kernel/transport/message.ts';
import type { QueueLimits } from '../../kernel/transport/subscriber-queue.ts';
import { Transport } from '../../kernel/transport/transport.ts';
import { Client, type ClientOptions, freshConnection } from './client.ts';
import { FakeInterpreter } from './fake-interpreter.ts';

export interface Served {
  kernel: Kernel;
  transport: Transport;
  fake: FakeInterpreter;
  connection: Connection;
  /** Whether each shutdown asked for a restart. */
  shutdowns: boolean[];
  client(options?: ClientOptions): Promise<Client>;
  stop(): Promise<void>;
}

/** The protocol and the transport, over real sockets, with an interpreter that runs the given scripts. */
export async function serve(
  scripts: ConstructorParameters<typeof FakeInterpreter>[1] = {},
  options: { key?: string; historyPath?: string; limits?: Limits; queueLimits?: QueueLimits } = {},
): Promise<Served> {
  const connection = await freshConnection(options.key);
  const clients: Client[] = [];
  const shutdowns: boolean[] = [];
  let fake!: FakeInterpreter;
  let transport!: Transport;
  const kernel = new Kernel({
    outbox: {
      send: (...message) => transport.send(...message),
      publish: (...message) => transport?.publish(...message),
      pressure: () => transport.pressure(),
      drained: () => transport.drained(),
      subscriber: (ms) => transport.subscriber(ms),
      drop: (reason) => transport.drop(reason),
      get dropped() {
        return transport?.dropped ?? {};
      },
    },
    createInterpreter: (given) => {
      fake = new FakeInterpreter(given, scripts);
      return fake;
    },
    cwd: process.cwd(),
    versions: { implementation: '0.0.0', language: '6.0.3' },
    historyPath: options.historyPath ?? null,
    onShutdown: (restart) => shutdowns.push(restart),
  });
  transport = await Transport.open(connection, {
    onMessage: (channel, message) => kernel.handle(channel, message),
    welcome: (subscription) => ({ type: 'iopub_welcome', parent: null, content: { subscription } }),
    lossNotice,
    limits: options.limits,
    queueLimits: options.queueLimits,
  });
  await kernel.start();
  return {
    kernel,
    transport,
    fake,
    connection,
    shutdowns,
    async client(clientOptions) {
      const client = new Client(connection, clientOptions);
      clients.push(client);
      await client.ready();
      return client;
    },
    async stop() {
      for (const client of clients) client.close();
      transport.close();
    },
  };
}
