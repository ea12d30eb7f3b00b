import { readFileSync } from 'node:fs';

export type Channel = 'shell' | 'control' | 'iopub' | 'stdin' | 'heartbeat';

/** What the front end wrote into the connection file: where to bind, and the key that signs. */
export interface Connection {
  transport: 'tcp' | 'ipc';
  ip: string;
  ports: Record<Channel, number>;
  /** An empty key turns signing off, as the specification says. */
  key: string;
}

const portNames: Record<Channel, string> = {
  shell: 'shell_port',
  control: 'control_port',
  iopub: 'iopub_port',
  stdin: 'stdin_port',
  heartbeat: 'hb_port',
};

/** Reads a connection file. Its text is never changed or copied: only its owner may know the key. */
export function readConnectionFile(path: string): Connection {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `The connection file ${path} can't be read (${(error as NodeJS.ErrnoException).code}). ` +
        'Jupyter writes it and passes its path as the argument {connection_file}.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`The connection file ${path} is not JSON. Start the kernel again to get a new one.`);
  }
  return parseConnection(value, path);
}

/** Checks the fields of a connection file, and says which one is wrong. */
export function parseConnection(value: unknown, path = 'connection file'): Connection {
  const wrong = (what: string) => new Error(`The connection file ${path} ${what}.`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong('holds no JSON object');
  const fields = value as Record<string, unknown>;
  const transport = fields['transport'] ?? 'tcp';
  if (transport !== 'tcp' && transport !== 'ipc') {
    throw wrong(`names the transport ${JSON.stringify(transport)}: expected "tcp" or "ipc"`);
  }
  const ip = fields['ip'];
  if (typeof ip !== 'string' || ip === '') throw wrong('has no "ip" to bind to');
  const scheme = fields['signature_scheme'] ?? 'hmac-sha256';
  const key = fields['key'] ?? '';
  if (typeof key !== 'string') throw wrong('has a "key" that is not text');
  if (key !== '' && scheme !== 'hmac-sha256') {
    throw wrong(`asks for the signature scheme ${JSON.stringify(scheme)}: this kernel knows hmac-sha256`);
  }
  const ports = {} as Record<Channel, number>;
  for (const [channel, name] of Object.entries(portNames) as [Channel, string][]) {
    const port = fields[name];
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65535) {
      throw wrong(`has ${JSON.stringify(port)} as "${name}": expected a port from 1 to 65535`);
    }
    ports[channel] = port;
  }
  return { transport, ip, ports, key };
}

/** The ZeroMQ address of one channel. */
export function address(connection: Connection, channel: Channel): string {
  const port = connection.ports[channel];
  return connection.transport === 'ipc' ? `ipc://${connection.ip}-${port}` : `tcp://${connection.ip}:${port}`;
}
