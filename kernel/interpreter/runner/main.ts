// The process that runs cells. Its main thread is the cells'; this file only wires it up: the pipes, the inspector
// thread, the host for display functions, and the last words before an exit.
import { writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { decodeJson, FrameReader } from '../frames.ts';
import { Cells } from './cells.ts';
import { createContext } from './context.ts';
import { countFileWork } from './file-work.ts';
import { createHost } from './host.ts';
import { installRequire } from './imports.ts';
import { captureStreams, flushBetweenWrites, markNativeOutput, send, shareDirtyFlag } from './output.ts';
import { whenSettled } from './settle.ts';
import { installStacks } from './stacks.ts';

const settings = JSON.parse(process.argv[2]!) as { folder: string; fence: string; inspector: string };
process.argv.splice(1);
const shared = new Int32Array(new SharedArrayBuffer(8));

try {
  // Where memory runs out, Linux ends this process, not the front or Jupyter's server.
  writeFileSync('/proc/self/oom_score_adj', '500');
} catch {
  // not on Linux, or not allowed
}
const context = createContext();
installStacks();
captureStreams(context);
markNativeOutput(settings.fence);
countFileWork();
shareDirtyFlag(shared.subarray(0, 1));

const cells = new Cells({
  context,
  folder: settings.folder,
  busy: (state) => Atomics.store(shared, 1, state),
  settled: whenSettled,
  interrupted: (cell) => inspector.postMessage({ type: 'interrupted', cell, over: true }),
});
const host = createHost(context, settings.folder, () => cells.allowsInput());
for (const [key, value] of [
  [Symbol.for('convbook.host'), host.api],
  ['__convbook', Object.assign(cells, { flush: flushBetweenWrites })],
] as const) {
  Object.defineProperty(globalThis, key, { value });
}
installRequire(settings.folder);

const reallyExit = process.exit.bind(process);
process.exit = ((code?: number) => {
  send(0, { type: 'exit', code: code ?? process.exitCode ?? 0 });
  reallyExit(code);
}) as typeof process.exit;
process.on('SIGINT', () => {}); // a terminal sends it to the whole group; the front decides
process.on('unhandledRejection', (reason, promise) => cells.late(context.ownerOf(promise), reason));
process.on('uncaughtException', (error) => cells.late(context.current(), error));

const input = new Socket({ fd: 4, readable: true, writable: false });
const reader = new FrameReader((frame) => host.receive(decodeJson(frame.body)));
input.on('data', (chunk) => reader.push(chunk));
input.on('end', () => reallyExit(0));
input.on('error', () => reallyExit(0));

const inspector = new Worker(settings.inspector, {
  workerData: { shared },
  execArgv: [],
  stdin: false,
  resourceLimits: { maxYoungGenerationSizeMb: 4 },
});
inspector.on('message', ({ type, cell, busy }: { type: string; cell: number; busy: boolean }) => {
  if (type === 'ready') send(0, { type: 'ready' });
  else if (type === 'interrupt') {
    cells.interrupt(cell, busy);
    inspector.postMessage({ type: 'interrupted', cell, over: cells.isOver(cell) });
  } else if (type === 'terminated') cells.terminated(cell);
});
inspector.on('error', (error) => {
  writeSync(2, `The inspector thread ended: ${error.stack}\n`);
  reallyExit(70);
});
inspector.unref();
