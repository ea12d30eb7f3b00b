// The kernels that bench/kernel.ts compares, and one client that drives them all.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memory, processTree } from '../kernel/protocol/usage.ts';
import { Client, connectionFileText, freshConnection } from '../test/kernel/client.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface KernelKind {
  name: string;
  language: 'javascript' | 'python';
  /** The command; undefined where the kernel is not installed. */
  command: ((connectionFile: string) => string[]) | undefined;
  /** What to do to have it in the comparison. */
  install: string;
  interrupt: 'message' | 'signal';
}

function firstThatExists(paths: (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined && existsSync(path));
}

function which(program: string): string | undefined {
  return firstThatExists((process.env['PATH'] ?? '').split(':').map((folder) => join(folder, program)));
}

function python(): string | undefined {
  const found = firstThatExists([
    process.env['CONVBOOK_BENCH_PYTHON'],
    join(root, '.venv/bin/python'),
    which('python3'),
  ]);
  if (!found) return undefined;
  try {
    execFileSync(found, ['-c', 'import ipykernel'], { stdio: 'ignore' });
    return found;
  } catch {
    return undefined;
  }
}

export function kernelKinds(): KernelKind[] {
  const tslab = firstThatExists([join(root, 'node_modules/tslab/bin/tslab')]);
  const deno = firstThatExists([
    process.env['CONVBOOK_BENCH_DENO'],
    join(root, 'node_modules/.bin/deno'),
    which('deno'),
  ]);
  const pythonPath = python();
  return [
    {
      name: 'convbook',
      language: 'javascript',
      command: (file) => [process.execPath, join(root, 'bin/convbook.mjs'), 'kernel', file],
      install: '',
      interrupt: 'message',
    },
    {
      name: 'ipykernel',
      language: 'python',
      command: pythonPath ? (file) => [pythonPath, '-m', 'ipykernel_launcher', '-f', file] : undefined,
      install: 'npm run setup',
      interrupt: 'signal',
    },
    {
      name: 'tslab',
      language: 'javascript',
      command: tslab ? (file) => [process.execPath, tslab, 'kernel', `--config-path=${file}`] : undefined,
      install: 'npm install',
      interrupt: 'signal',
    },
    {
      name: 'deno',
      language: 'javascript',
      command: deno ? (file) => [deno, 'jupyter', '--kernel', '--conn', file] : undefined,
      install: 'npm install --no-save deno, or CONVBOOK_BENCH_DENO=PATH',
      interrupt: 'message',
    },
  ];
}

/** One running kernel with a client. */
export class RunningKernel {
  readonly kind: KernelKind;
  readonly client: Client;
  readonly child: ChildProcess;
  readonly started: number;
  readonly #folder: string;
  exited = false;

  private constructor(
    kind: KernelKind,
    client: Client,
    child: ChildProcess,
    folder: string,
    started: number,
  ) {
    this.kind = kind;
    this.client = client;
    this.child = child;
    this.#folder = folder;
    this.started = started;
    child.once('exit', () => {
      this.exited = true;
    });
  }

  static async start(kind: KernelKind, env: Record<string, string> = {}): Promise<RunningKernel> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-kernel-'));
    const connection = await freshConnection();
    const file = join(folder, 'connection.json');
    writeFileSync(file, connectionFileText(connection), { mode: 0o600 });
    const [program, ...args] = kind.command!(file);
    const client = new Client(connection);
    const started = performance.now();
    const child = spawn(program!, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', process.env['CONVBOOK_BENCH_VERBOSE'] ? 'inherit' : 'ignore'],
      env: {
        ...process.env,
        CONVBOOK_HISTORY: 'off',
        IPYTHONDIR: folder,
        JPY_PARENT_PID: String(process.pid),
        ...env,
      },
    });
    return new RunningKernel(kind, client, child, folder, started);
  }

  /** Waits until the kernel answers and iopub is heard: not every kernel sends a welcome. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      const id = await this.client.send('shell', 'kernel_info_request', {});
      try {
        await this.client.reply(id, 1_000);
        await this.client.idle(id, 300);
        return;
      } catch {
        // It is still starting.
      }
    }
    throw new Error(`${this.kind.name} did not start.`);
  }

  /** Runs a cell; resolves with its time, when both the reply and idle have come, and the text that it showed. */
  async time(code: string, ms = 30_000): Promise<{ time: number; text: string; status: string }> {
    const start = performance.now();
    const id = await this.client.send('shell', 'execute_request', this.client.executeContent(code));
    const [reply, idle] = await Promise.all([this.client.reply(id, ms), this.client.idle(id, ms)]);
    const time = Math.max(reply.at, idle.at) - start;
    return { time, text: shown(this.client, id), status: reply.content['status'] };
  }

  async interrupt(): Promise<void> {
    if (this.kind.interrupt === 'signal') this.child.kill('SIGINT');
    else await this.client.send('control', 'interrupt_request', {});
  }

  /** Proportional memory of all its processes, in MB. */
  memory(): number {
    return (memory(processTree(this.child.pid!)) ?? Number.NaN) / 1e6;
  }

  async stop(): Promise<void> {
    const tree = processTree(this.child.pid!);
    for (const pid of tree.reverse()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
    this.client.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a cell showed, whichever message carried it. */
export function shown(client: Client, id: string): string {
  return client
    .outputs(id)
    .map(({ header, content }) =>
      header.msg_type === 'stream'
        ? content['text']
        : ['execute_result', 'display_data'].includes(header.msg_type)
          ? content['data']['text/plain']
          : '',
    )
    .join('');
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[Math.floor(sorted.length / 2)]!;
}
