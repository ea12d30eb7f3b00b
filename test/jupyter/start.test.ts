import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from '../../cli/setup/paths.mjs';

let home: string;
let child: ChildProcess;
let printed = '';
let ended: Promise<number | null>;
let address: URL;

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'convbook-home-'));
  const port = await freePort();
  const command = [fromRoot('bin', 'convbook.mjs'), 'start', '--no-browser', '--port', String(port)];
  child = spawn(process.execPath, command, {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ended = new Promise((resolve) => child.on('exit', resolve));
  address = await new Promise<URL>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      const match = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/.exec(printed);
      if (match) resolve(new URL(match[0]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', (code) => reject(new Error(`JupyterLab ended with ${code}: ${printed}`)));
  });
});
afterAll(async () => {
  child.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
});

const api = async (path: string) => (await fetch(new URL(`/api/${path}${address.search}`, address))).json();

describe('npm start -- --no-browser --port', () => {
  it('serves JupyterLab on the labs at the port that was asked for, and prints its address', async () => {
    expect(printed).toContain(address.host);
    const { content } = (await api('contents')) as { content: { name: string }[] };
    expect(content.map(({ name }) => name)).toContain('09-cnn-on-mnist.ipynb');
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('JupyterLab');
  });

  it('offers the TypeScript kernel first', async () => {
    const specs = (await api('kernelspecs')) as {
      default: string;
      kernelspecs: Record<string, { spec: { argv: string[] } }>;
    };
    expect(specs.default).toBe('convbook');
    expect(specs.kernelspecs['convbook']?.spec.argv).toContain(fromRoot('bin', 'convbook.mjs'));
  });

  it('ends with one interrupt, and has left the home directory as it was', async () => {
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(printed).not.toContain('Traceback');
    expect(readdirSync(home)).toEqual([]);
  });
});
