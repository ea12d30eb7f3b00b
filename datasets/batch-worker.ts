import { Worker } from 'node:worker_threads';
import { type BatchJob, makeBatch } from './batch-maker.mjs';

/** The values of a step's batch. */
export interface BatchValues {
  xs: Float32Array;
  ys: Int32Array;
}

/** Gives the batches of an epoch in their order, some of them made ahead. */
export interface BatchProducer {
  next(step: number): BatchValues | Promise<BatchValues>;
  close(): void;
}

/** Makes batches where it is asked, when the event loop has a turn: for bytes that only become floats. */
export function localProducer(job: BatchJob, steps: number, ahead: number): BatchProducer {
  const ready = new Map<number, BatchValues>();
  let turn: NodeJS.Immediate | undefined;
  return {
    next(step) {
      const batch = ready.get(step) ?? makeBatch(job, step);
      ready.delete(step);
      clearImmediate(turn);
      let coming = step + 1;
      const makeNext = () => {
        if (coming >= steps || coming > step + ahead) return;
        if (!ready.has(coming)) ready.set(coming, makeBatch(job, coming));
        coming++;
        turn = setImmediate(makeNext);
      };
      if (ahead > 0) turn = setImmediate(makeNext);
      return batch;
    },
    close() {
      clearImmediate(turn);
      ready.clear();
    },
  };
}

/** The same bytes where another thread can read them. Copied anew for each epoch (milliseconds): they may have changed. */
function share(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** Makes batches in a thread of their own, while the main thread waits for the engine: for augmentation. */
export function threadProducer(job: BatchJob, steps: number, ahead: number): BatchProducer {
  const worker = new Worker(new URL('./batch-maker.mjs', import.meta.url), {
    workerData: { convbookBatches: { ...job, images: share(job.images) } },
    execArgv: [], // the loader of the main thread is not needed there, and would take longer to start than a batch
  });
  worker.unref();
  const waiting = new Map<number, { resolve(batch: BatchValues): void; reject(error: Error): void }>();
  const coming = new Map<number, Promise<BatchValues>>();
  let failure: Error | undefined;
  worker.on('message', ({ step, xs, ys }: BatchValues & { step: number }) => {
    waiting.get(step)?.resolve({ xs, ys });
    waiting.delete(step);
    if (waiting.size === 0) worker.unref();
  });
  const fail = (error: Error) => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', (code) =>
    fail(new Error(`The thread that makes batches ended early (exit code ${code}).`)),
  );
  const ask = (step: number) => {
    if (step >= steps || coming.has(step)) return;
    const answer = new Promise<BatchValues>((resolve, reject) => waiting.set(step, { resolve, reject }));
    answer.catch(() => {}); // reported by next()
    coming.set(step, answer);
    worker.ref(); // a loop that waits for a batch keeps the process alive
    if (failure) fail(failure);
    else worker.postMessage(step);
  };
  return {
    async next(step) {
      for (let k = 0; k <= Math.max(1, ahead); k++) ask(step + k);
      const batch = await coming.get(step)!;
      coming.delete(step);
      return batch;
    },
    close() {
      worker.removeAllListeners('exit');
      void worker.terminate();
    },
  };
}
