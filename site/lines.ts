import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Waiting {
  done(answer: Record<string, unknown>): void;
  fail(error: Error): void;
}

/** A process that answers JSON lines: each request carries an `id`, and so does its answer. It starts at the first request. */
export class LineProcess {
  private readonly command: readonly string[];
  private readonly name: string;
  private child: ChildProcess | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private said = '';

  /** @param name how a failure calls it */
  constructor(name: string, command: readonly string[]) {
    this.name = name;
    this.command = command;
  }

  /** @throws where the process answers with an error, or ends */
  ask(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    const child = this.child ?? this.start();
    const id = this.next++;
    return new Promise((done, fail) => {
      this.waiting.set(id, { done, fail });
      child.stdin!.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  end(): void {
    this.child?.stdin?.end();
  }

  private start(): ChildProcess {
    const [command, ...args] = this.command;
    const child = spawn(command!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' },
    });
    this.child = child;
    child.stderr!.on('data', (chunk) => {
      this.said = (this.said + chunk).slice(-3000);
    });
    child.stdin!.on('error', () => {}); // told by `close`
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { id, error, ...answer } = JSON.parse(line) as { id: number; error?: string };
      const one = this.waiting.get(id);
      this.waiting.delete(id);
      if (error !== undefined) one?.fail(new Error(error));
      else one?.done(answer);
    });
    const ended = (why: string) => {
      for (const { fail } of this.waiting.values())
        fail(new Error(`${this.name} ${why}. ${this.said.trim()}`));
      this.waiting.clear();
      this.child = undefined;
    };
    child.on('error', (error) => ended(`can't be started (${error.message})`));
    child.on('close', (code) => ended(`ended with exit code ${code}`));
    return child;
  }
}
