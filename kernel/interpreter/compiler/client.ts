// The front's side of the compiler thread.
import { Worker } from 'node:worker_threads';
import { bundle } from '../../loader/bundle.mjs';
import type { CompilerMethods } from './worker.ts';

type Settled<T> = T extends Promise<infer Inner> ? Inner : T;
type Failed = { name: string; message: string };
type Call = { resolve: (value: any) => void; reject: (error: Error) => void };

export class Compiler {
  readonly ready: Promise<void>;
  /** The thread ended by itself (it ran out of memory): another has to be started. */
  dead = false;
  private readonly worker: Worker;
  private readonly calls = new Map<number, Call>();
  private next = 0;

  constructor(folder: string) {
    this.worker = new Worker(bundle('kernel/interpreter/compiler/worker.ts'), {
      workerData: { folder },
      execArgv: [],
    });
    this.ready = new Promise((resolve, reject) => {
      this.worker.on('message', (message) => {
        if (message.ready) resolve();
        else this.settle(message);
      });
      this.worker.on('error', (error) => {
        this.dead = true;
        reject(error);
        for (const call of this.calls.values()) call.reject(error);
        this.calls.clear();
      });
    });
    this.ready.catch(() => {});
    this.worker.unref();
  }

  call<Name extends keyof CompilerMethods>(
    method: Name,
    ...args: Parameters<CompilerMethods[Name]>
  ): Promise<Settled<ReturnType<CompilerMethods[Name]>>> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, args });
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private settle({ id, value, error }: { id: number; value: unknown; error?: Failed }): void {
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (error) call?.reject(Object.assign(new Error(error.message), { name: error.name }));
    else call?.resolve(value);
  }
}
