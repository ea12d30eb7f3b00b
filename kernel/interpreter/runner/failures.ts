// A thrown value as the message that the front makes a traceback of.
import { inspect } from 'node:util';
import { type StackFrame, sourceLine, stackFrames } from './stacks.ts';

export interface Failure {
  ename: string;
  evalue: string;
  frames: (StackFrame & { text?: string })[];
  /** The cause, and the errors of an AggregateError. */
  causes: Failure[];
  /** The import that failed. */
  specifier?: string;
}

export class Interrupted extends Error {
  override name = 'Interrupted';
  constructor() {
    super('The cell was interrupted. Its variables are kept.');
  }
}

export function toFailure(thrown: unknown, depth = 0): Failure {
  try {
    return describe(thrown, depth);
  } catch {
    return {
      ename: typeof thrown,
      evalue: 'A value was thrown that can not be described.',
      frames: [],
      causes: [],
    };
  }
}

function describe(thrown: unknown, depth: number): Failure {
  if (!isError(thrown)) {
    const evalue = typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 2 });
    return { ename: thrown === null ? 'null' : typeof thrown, evalue, frames: [], causes: [] };
  }
  const all = stackFrames(thrown);
  // Much of a library may lie between an error and the reader's own line.
  const frames = [...all.slice(0, 20), ...all.slice(20).filter(({ cell }) => cell > 0)].map((frame) =>
    frame.file ? { ...frame, text: sourceLine(frame.file, frame.line) } : frame,
  );
  const inner = [
    thrown.cause,
    ...(Array.isArray((thrown as AggregateError).errors) ? (thrown as AggregateError).errors : []),
  ];
  return {
    ename: String(thrown.name || thrown.constructor?.name || 'Error'),
    evalue: withoutSuffix(String(thrown.message ?? '')),
    frames,
    causes:
      depth < 3
        ? inner
            .filter((each) => each !== undefined)
            .slice(0, 5)
            .map((each) => toFailure(each, depth + 1))
        : [],
  };
}

/** The compiler's other name for a name that hides a global (compiler/shadowing.ts). */
const withoutSuffix = (text: string) => text.replaceAll('$cell', '');

const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
