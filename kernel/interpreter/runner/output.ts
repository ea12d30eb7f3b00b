// Where a cell's text goes: a buffer, then the pipe to the front by a blocking write, so that a loop that prints is
// held back by its reader. What a busy cell leaves in the buffer is flushed by the inspector thread (inspector.ts).

import childProcess from 'node:child_process';
import { Console } from 'node:console';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { encodeJson, encodeText, kinds, sequenceOf } from '../frames.ts';
import type { CellContext } from './context.ts';

// Kept, for cells see another one: it flushes first.
const { writeSync } = fs;
const pipe = 3;
const flushAt = 1 << 15;
/** After such a pause text goes at once: a crash loses none of it, and native code's text comes behind it. */
const quietMs = 1;
const setImmediateNow = setImmediate;

let text = '';
let textKind: 1 | 2 = kinds.stdout;
let textCell = 0;
let scheduled = false;
let lastFlush = 0;
/** Set where the buffer holds something; read by the inspector thread. */
let dirty: Int32Array = new Int32Array(1);

export function shareDirtyFlag(flag: Int32Array): void {
  dirty = flag;
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(pipe, bytes, at, bytes.length - at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      else if (code === 'EPIPE') process.kill(process.pid, 'SIGKILL');
      else throw error;
    }
  }
}

let fence = '';

/**
 * From here on the descriptors 1 and 2 carry a mark before each frame, by which the front orders what native code
 * and child processes write (merge.ts). What JavaScript can see of such writing first flushes the cell's own text.
 */
export function markNativeOutput(text: string): void {
  fence = text;
  const before = (owner: object, name: string, applies: (args: unknown[]) => boolean) => {
    const functions = owner as Record<string, (...args: unknown[]) => unknown>;
    const original = functions[name]!;
    const wrapped = function (this: unknown, ...args: unknown[]) {
      if (applies(args)) flush();
      return original.apply(this, args);
    };
    // `util.promisify(exec)` reads a symbol of it.
    functions[name] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  };
  for (const name of ['write', 'writeSync', 'writev', 'writevSync']) {
    before(fs, name, ([fd]) => fd === 1 || fd === 2);
  }
  for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
    before(childProcess, name, () => true);
  }
  syncBuiltinESMExports();
}

function mark(sequence: number): void {
  for (const fd of [1, 2]) {
    try {
      writeSync(fd, `${fence}${sequence}\n`);
    } catch {
      // the cell closed it: the front does not wait for ever
    }
  }
}

let inFlight: Buffer | undefined;
/** Set while a frame is made and written. An interrupt may leave it set; the next write of the main thread clears it. */
let writing = false;

/** An interrupt may end this between any two calls: a frame that was not noted as written is sent again next time. */
function writeFrame(frame: Buffer): void {
  writing = true;
  if (inFlight) writeAll(inFlight);
  mark(sequenceOf(frame));
  inFlight = frame;
  writeAll(frame);
  inFlight = undefined;
  writing = false;
}

export function flush(): void {
  if (text === '') return;
  writing = true;
  const frame = encodeText(textKind, textCell, text);
  text = '';
  dirty[0] = 0;
  writeFrame(frame);
  lastFlush = performance.now();
}

/** For the inspector thread, whose call may come in the middle of `flush`: text must not go out twice. */
export function flushBetweenWrites(): void {
  if (!writing) flush();
}

export function print(kind: 1 | 2, cell: number, more: string): void {
  if (text !== '' && (kind !== textKind || cell !== textCell)) flush();
  textKind = kind;
  textCell = cell;
  text += more;
  dirty[0] = 1;
  if (text.length > flushAt || performance.now() - lastFlush > quietMs) flush();
  else if (!scheduled) {
    scheduled = true;
    setImmediateNow(() => {
      scheduled = false;
      flush();
    });
  }
}

/** Sends a message, after all text before it. */
export function send(cell: number, message: unknown, buffers?: readonly Uint8Array[]): void {
  flush();
  // Before the frame gets its number: one that the inspector thread's flush wrote in between would overtake it.
  writing = true;
  writeFrame(encodeJson(cell, message, buffers));
}

/** Puts `process.stdout`, `process.stderr` and `console` onto the pipe. */
export function captureStreams(context: CellContext): void {
  const streamOf = (kind: 1 | 2, fd: number) => {
    const decoder = new StringDecoder('utf8');
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, encoding, done) {
        print(
          kind,
          context.current(),
          typeof chunk === 'string' ? decode(chunk, encoding) : decoder.write(chunk),
        );
        done();
      },
    });
    return Object.assign(stream, { fd, isTTY: false, columns: 80, rows: 24, getColorDepth: () => 1 });
  };
  const stdout = streamOf(kinds.stdout, 1);
  const stderr = streamOf(kinds.stderr, 2);
  Object.defineProperty(process, 'stdout', { value: stdout, configurable: true });
  Object.defineProperty(process, 'stderr', { value: stderr, configurable: true });
  // Node's own console also tells the inspector about each call, which costs more than the printing.
  const fresh = new Console({ stdout, stderr, colorMode: false });
  const keep = [
    'log',
    'info',
    'debug',
    'error',
    'warn',
    'dir',
    'dirxml',
    'table',
    'trace',
    'assert',
    'count',
  ];
  const more = ['countReset', 'group', 'groupCollapsed', 'groupEnd', 'time', 'timeEnd', 'timeLog'];
  const target = console as unknown as Record<string, unknown>;
  for (const name of [...keep, ...more]) {
    target[name] = (fresh as unknown as Record<string, (...args: unknown[]) => void>)[name]!.bind(fresh);
  }
  let depth = 0;
  const plain = fresh.log.bind(fresh);
  const log = (...args: unknown[]): void => {
    if (depth === 0 && args.length === 1 && typeof args[0] === 'string') {
      print(kinds.stdout, context.current(), `${args[0]}\n`);
    } else plain(...args);
  };
  console.log = log;
  console.info = log;
  console.debug = log;
  const { group, groupEnd } = fresh;
  console.group = console.groupCollapsed = (...args) => {
    depth++;
    group.apply(fresh, args);
  };
  console.groupEnd = () => {
    depth = Math.max(0, depth - 1);
    groupEnd.call(fresh);
  };
}

const decode = (chunk: string, encoding: BufferEncoding) =>
  encoding === 'utf8' || encoding === 'utf-8' || !Buffer.isEncoding(encoding)
    ? chunk
    : Buffer.from(chunk, encoding).toString('utf8');
