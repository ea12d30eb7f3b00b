import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { Dealer, Request, Subscriber } from 'zeromq';
import type { Connection } from '../../kernel/transport/connection.ts';

export interface Message {
  header: { msg_id: string; msg_type: string; [name: string]: any };
  parent_header: { msg_id?: string; [name: string]: any };
  metadata: Record<string, any>;
  content: Record<string, any>;
  buffers: Buffer[];
  /** The signature, as it came. */
  signature: string;
  /** When it was received, `performance.now()`. */
  at: number;
}

/** Free TCP ports for the five sockets and a key. */
export async function freshConnection(key: string = randomUUID()): Promise<Connection> {
  const servers = await Promise.all(
    Array.from(
      { length: 5 },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const [shell, control, iopub, stdin, heartbeat] = servers.map(
    (server) => (server.address() as { port: number }).port,
  ) as [number, number, number, number, number];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { transport: 'tcp', ip: '127.0.0.1', ports: { shell, control, iopub, stdin, heartbeat }, key };
}

/** The same, as the JSON text of a connection file. */
export function connectionFileText({ transport, ip, ports, key }: Connection): string {
  return JSON.stringify({
    transport,
    ip,
    shell_port: ports.shell,
    control_port: ports.control,
    iopub_port: ports.iopub,
    stdin_port: ports.stdin,
    hb_port: ports.heartbeat,
    key,
    signature_scheme: 'hmac-sha256',
  });
}

export interface ClientOptions {
  /** No iopub socket: the test reads iopub itself, or not at all. */
  iopub?: boolean;
}

/** A small Jupyter client over real sockets, written from the specification and sharing no code with the kernel. */
export class Client {
  readonly session: string = randomUUID();
  readonly shell: Dealer;
  readonly control: Dealer;
  readonly stdin: Dealer;
  readonly iopub: Subscriber | null;
  /** Everything iopub said, in order. */
  readonly published: Message[] = [];
  readonly inputs: Message[] = [];
  /** The same by the request that they are about: a long session must not make this client slow. */
  readonly #outputs = new Map<string, Message[]>();
  readonly #replies = new Map<string, Message>();
  readonly #connection: Connection;
  #waiters: (() => void)[] = [];

  constructor(connection: Connection, options: ClientOptions = {}) {
    this.#connection = connection;
    const { ip, ports } = connection;
    const at = (port: number) => `tcp://${ip}:${port}`;
    // Front ends use one routing id for their shell and stdin sockets: the kernel asks for input through it.
    const routingId = randomUUID();
    this.shell = new Dealer({ linger: 0, routingId });
    this.control = new Dealer({ linger: 0, routingId });
    this.stdin = new Dealer({ linger: 0, routingId });
    this.shell.connect(at(ports.shell));
    this.control.connect(at(ports.control));
    this.stdin.connect(at(ports.stdin));
    this.iopub = options.iopub === false ? null : new Subscriber({ linger: 0 });
    if (this.iopub) {
      this.iopub.connect(at(ports.iopub));
      this.iopub.subscribe();
      void this.#receive(this.iopub, (message) => {
        this.published.push(message);
        const id = message.parent_header.msg_id;
        if (id === undefined) return;
        const about = this.#outputs.get(id);
        if (about) about.push(message);
        else this.#outputs.set(id, [message]);
      });
    }
    const keep = (message: Message) => this.#replies.set(message.parent_header.msg_id ?? '', message);
    void this.#receive(this.shell, keep);
    void this.#receive(this.control, keep);
    void this.#receive(this.stdin, (message) => this.inputs.push(message));
  }

  async #receive(socket: Dealer | Subscriber, take: (message: Message) => void): Promise<void> {
    for (;;) {
      let frames: Buffer[];
      try {
        frames = (await socket.receive()) as Buffer[];
      } catch (error) {
        // The client was closed while it listened.
        if (socket.closed) return;
        throw error;
      }
      const at = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
      const [signature, ...rest] = frames.slice(at + 1);
      const parts = rest.slice(0, 4);
      if (this.#connection.key && this.#sign(parts) !== signature!.toString()) {
        throw new Error('The kernel sent a message with a wrong signature.');
      }
      const [header, parent_header, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
      const message = { header, parent_header, metadata, content, buffers: rest.slice(4) };
      take({ ...message, signature: signature!.toString(), at: performance.now() });
      for (const wake of this.#waiters.splice(0)) wake();
    }
  }

  #sign(parts: readonly Uint8Array[]): string {
    const hmac = createHmac('sha256', this.#connection.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  /** The frames of a message, signed. */
  frames(
    type: string,
    content: object,
    extra: { parent?: object; metadata?: object; id?: string; buffers?: Uint8Array[] } = {},
  ): { id: string; frames: Buffer[] } {
    const id = extra.id ?? randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: 'test',
      date: new Date().toISOString(),
      version: '5.4',
    };
    const parts = [header, extra.parent ?? {}, extra.metadata ?? {}, content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    const signature = this.#connection.key ? this.#sign(parts) : '';
    const buffers = (extra.buffers ?? []).map((buffer) => Buffer.from(buffer));
    return { id, frames: [Buffer.from('<IDS|MSG>'), Buffer.from(signature), ...parts, ...buffers] };
  }

  async send(
    channel: 'shell' | 'control' | 'stdin',
    type: string,
    content: object,
    extra: { parent?: object; metadata?: object; buffers?: Uint8Array[] } = {},
  ): Promise<string> {
    const { id, frames } = this.frames(type, content, extra);
    await this[channel].send(frames);
    return id;
  }

  /** Waits until `find` gives something. */
  async until<T>(find: () => T | undefined | false, what = 'a message', ms = 15_000): Promise<T> {
    const end = Date.now() + ms;
    for (;;) {
      const found = find();
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what} did not come within ${ms} ms.`);
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
        timer = setTimeout(resolve, 100);
      });
      clearTimeout(timer);
    }
  }

  reply(id: string, ms?: number): Promise<Message> {
    return this.until(() => this.#replies.get(id), `The reply to ${id}`, ms);
  }

  hasReply(id: string): boolean {
    return this.#replies.has(id);
  }

  idle(id: string, ms?: number): Promise<Message> {
    return this.until(
      () => this.#outputs.get(id)?.findLast((message) => message.content['execution_state'] === 'idle'),
      `idle of ${id}`,
      ms,
    );
  }

  /** What iopub said about a request. */
  outputs(id: string): Message[] {
    return [...(this.#outputs.get(id) ?? [])];
  }

  /** Sends a request and waits for the reply. */
  async request(type: string, content: object, channel: 'shell' | 'control' = 'shell'): Promise<Message> {
    return this.reply(await this.send(channel, type, content));
  }

  executeContent(code: string, options: object = {}): object {
    return {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
      ...options,
    };
  }

  /** Runs a cell: its reply, and its outputs without status and input. */
  async execute(
    code: string,
    options: object = {},
    ms?: number,
  ): Promise<{ id: string; reply: Message; outputs: Message[] }> {
    const id = await this.send('shell', 'execute_request', this.executeContent(code, options));
    const reply = await this.reply(id, ms);
    await this.idle(id, ms);
    const outputs = this.outputs(id).filter(
      ({ header }) => header.msg_type !== 'status' && header.msg_type !== 'execute_input',
    );
    return { id, reply, outputs };
  }

  /** Waits for the welcome of iopub. */
  async ready(): Promise<void> {
    if (this.iopub) {
      await this.until(
        () => this.published.some(({ header }) => header.msg_type === 'iopub_welcome'),
        'The welcome',
      );
    }
  }

  /** One ping; resolves with its round trip in milliseconds. */
  async ping(ms = 5_000): Promise<number> {
    const socket = new Request({ linger: 0, receiveTimeout: ms });
    socket.connect(`tcp://${this.#connection.ip}:${this.#connection.ports.heartbeat}`);
    try {
      const start = performance.now();
      await socket.send('ping');
      await socket.receive();
      return performance.now() - start;
    } finally {
      socket.close();
    }
  }

  close(): void {
    for (const socket of [this.shell, this.control, this.stdin, this.iopub]) socket?.close();
  }
}

/** The text of a stream among outputs. */
export function streamText(outputs: Message[], name = 'stdout'): string {
  return outputs
    .filter(({ header, content }) => header.msg_type === 'stream' && content['name'] === name)
    .map(({ content }) => content['text'])
    .join('');
}
