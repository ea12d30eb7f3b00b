import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Request } from './worker.ts';

export interface Answer {
  /** Milliseconds of each step. */
  ms: number[];
  last: number;
  /** The process' peak of resident memory. */
  memoryMb: number;
}

/** One side of a comparison in a process of its own, asked line by line. */
export class Side {
  readonly name: string;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;
  private errors = '';

  constructor(name: string, command: string, args: string[], environment: Record<string, string> = {}) {
    this.name = name;
    this.child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...environment } });
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk).slice(-2000);
    });
    this.reader = createInterface({ input: this.child.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  async ask(request: Request): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended: ${this.errors.trim().split('\n').slice(-3).join(' ')}`);
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.child.stdin.end();
    this.child.kill();
    this.reader.close();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
