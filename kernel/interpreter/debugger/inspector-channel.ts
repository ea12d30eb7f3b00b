// Requests of the Chrome DevTools protocol to the runner's inspector thread, and its events.

export interface Inspector {
  /** Rejects with a sentence where the inspector refuses. */
  send(method: string, params: object): Promise<any>;
}

/** Pairs answers with requests over any way of sending messages. */
export class InspectorChannel implements Inspector {
  private readonly waiting = new Map<number, { resolve(value: any): void; reject(error: Error): void }>();
  private readonly tell: (message: object) => void;
  private last = 0;

  constructor(tell: (message: object) => void) {
    this.tell = tell;
  }

  send(method: string, params: object): Promise<any> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.tell({ type: 'inspector', id, method, params });
    });
  }

  answer({ id, error, result }: { id: number; error?: string; result?: unknown }): void {
    const call = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) call?.reject(new Error(error));
    else call?.resolve(result);
  }

  /** The runner is gone: nothing will be answered. */
  fail(): void {
    for (const { reject } of this.waiting.values()) reject(new Error('The process that runs cells ended.'));
    this.waiting.clear();
  }
}
