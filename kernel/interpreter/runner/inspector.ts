// The inspector thread of the runner. It evaluates cells (in V8's REPL mode), ends them on an interrupt, and flushes
// what a busy cell printed. It must not be the cells' thread: an interrupted promise would be answered from inside the
// garbage collector there, and a loop could not be ended at all.
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { decodeJson, encodeJson, FrameReader } from '../frames.ts';

const port = parentPort!;
const shared = workerData.shared as Int32Array;
const session = new Session();
session.connectToMainThread();

const post = (method: string, params: object, done: (error: any, result: any) => void = () => {}) =>
  session.post(method, params, done);

let globalId = '';
let watching: NodeJS.Timeout | undefined;
let interrupting: NodeJS.Timeout | undefined;
/** The cell that is being interrupted. */
let interrupted = 0;
/** Ticks in which a cell that knows of the interrupt is left alone. */
let grace = 0;
/** The main thread has ended the cell. */
let answered = true;
/** Requests to V8 to end what runs that it has not carried out. */
let terminating = 0;
/** Cells, and interrupts of theirs, that wait for the end of an interrupt of the cell before them. */
const waiting: (() => void)[] = [];
let quietTicks = 0;

function run(cell: number, expression: string, silent: boolean): void {
  if (interrupting) {
    waiting.push(() => run(cell, expression, silent));
    return;
  }
  post('Runtime.evaluate', { expression, replMode: true, silent, objectGroup: 'cells' }, (error, result) => {
    if (error) {
      ended(cell, error);
      return;
    }
    const details = result?.exceptionDetails;
    if (details) report(cell, details);
    else post('Runtime.releaseObjectGroup', { objectGroup: 'cells' });
  });
  watch();
}

/** V8 was told to end what runs: what it ended may have been the cell's own report. */
function ended(cell: number, error: { message: string } | null): void {
  if (error && /terminated/i.test(error.message)) port.postMessage({ type: 'terminated', cell });
}

/** Hands the thrown value itself to the main thread. */
function report(cell: number, details: any): void {
  const { exception, lineNumber, columnNumber } = details;
  const thrown = !exception
    ? { value: details.text }
    : exception.objectId
      ? { objectId: exception.objectId }
      : exception.unserializableValue
        ? { unserializableValue: exception.unserializableValue }
        : { value: exception.value };
  const rest = [cell, lineNumber, columnNumber].map((value) => ({ value }));
  post(
    'Runtime.callFunctionOn',
    {
      objectId: globalId,
      functionDeclaration:
        'function (thrown, cell, line, column) { __convbook.fail(cell, thrown, line, column); }',
      arguments: [thrown, ...rest],
      silent: true,
    },
    (error) => ended(cell, error),
  );
  post('Runtime.releaseObjectGroup', { objectGroup: 'cells' });
}

/** While a cell is busy, nobody else can bring out what it printed. */
function watch(): void {
  quietTicks = 0;
  watching ??= setInterval(() => {
    if (Atomics.load(shared, 0) === 1) {
      quietTicks = 0;
      post('Runtime.evaluate', { expression: '__convbook.flush()', silent: true });
    } else if (Atomics.load(shared, 1) === 0 && ++quietTicks > 50) {
      clearInterval(watching);
      watching = undefined;
    }
  }, 20);
}

/**
 * First the main thread is asked: a cell that waits is ended by rejecting what it waits for. No answer means that it
 * computes, and V8 is told to end what runs.
 */
function interrupt(cell: number): void {
  if (interrupting) {
    if (cell !== interrupted) waiting.push(() => interrupt(cell));
    return;
  }
  interrupted = cell;
  let tries = 0;
  grace = 0;
  answered = false;
  post('Debugger.resume', {}); // a cell that stands at a breakpoint
  port.postMessage({ type: 'interrupt', cell, busy: false });
  interrupting = setInterval(() => {
    if (answered) {
      // Where the main thread was idle after all, V8 ends what it does next: this message, and no cell.
      port.postMessage({ type: 'wake' });
      return;
    }
    // A native call may take long: V8 is told again twice a second. In between the main thread is only asked, for where
    // it was idle after all, the end of what runs next would be the end of the asking.
    if (grace-- > 0) return;
    if (tries % 25 === 0) {
      terminating++;
      post('Runtime.terminateExecution', {}, () => {
        terminating--;
        settle();
      });
    }
    if (tries++ % 3 === 0) port.postMessage({ type: 'interrupt', cell, busy: true });
  }, 20);
}

/** The interrupt is over when the main thread has answered and V8 has nothing left to end; then the next cell may run. */
function settle(): void {
  if (!answered || terminating > 0) return;
  clearInterval(interrupting);
  interrupting = undefined;
  for (const go of waiting.splice(0)) go();
}

port.on('message', ({ type, cell, over }: { type: string; cell: number; over: boolean }) => {
  if (type !== 'interrupted' || !interrupting || cell !== interrupted) return;
  if (over) {
    answered = true;
    settle();
  } else if (grace <= 0) grace = 7; // the cell may clean up; then V8 is told, for what it called may go on for ever
});

/** The debugger is in the front: its requests and the inspector's events go through here, also while a cell is stopped. */
function forward({ id, method, params }: { id: number; method: string; params: object }): void {
  post(method, params, (error, result) => {
    commands.write(encodeJson(0, { id, error: error?.message, result }));
  });
}

/** Cells, and files that may be the user's; a source map inside a file would make the message large. */
session.on('Debugger.scriptParsed', ({ params }: { params: { url: string; scriptId: string } }) => {
  const { url, scriptId } = params;
  if (!url.startsWith('cell-') && !/^file:(?!.*\/node_modules\/)/.test(url)) return;
  commands.write(encodeJson(0, { method: 'Debugger.scriptParsed', params: { url, scriptId } }));
});
for (const method of ['Debugger.paused', 'Debugger.resumed']) {
  session.on(method, ({ params }: { params: object }) => commands.write(encodeJson(0, { method, params })));
}

const commands = new Socket({ fd: 5, readable: true, writable: true });
const reader = new FrameReader((frame) => {
  const { message } = decodeJson(frame.body);
  if (message.type === 'run') run(frame.cell, message.code, message.silent);
  else if (message.type === 'interrupt') interrupt(frame.cell);
  else if (message.type === 'inspector') forward(message);
});
commands.on('data', (chunk) => reader.push(chunk));
// The front is gone, and the main thread may compute for ever.
commands.on('close', () => process.kill(process.pid, 'SIGKILL'));

post('Runtime.evaluate', { expression: 'globalThis' }, (_error, result) => {
  globalId = result.result.objectId;
  port.postMessage({ type: 'ready' });
});
