// The host of display functions (../host.ts) in the runner: each call becomes a message to the front.
import type { ConvbookHost } from '../host.ts';
import type { CommMessage } from '../types.ts';
import type { CellContext } from './context.ts';
import { send } from './output.ts';
import { liveTensors } from './tensors.ts';

type Incoming = { message: any; buffers: Uint8Array[] };

export interface Host {
  api: ConvbookHost;
  /** A message of the front to the main thread: an answer to `input`, or a comm message. */
  receive(incoming: Incoming): void;
}

export function createHost(context: CellContext, folder: string, allowsInput: () => boolean): Host {
  const listeners = new Set<(message: CommMessage) => unknown>();
  const inputs: ((text: string) => void)[] = [];

  const api: ConvbookHost = {
    cwd: folder,
    cellId: () => context.current(),
    liveTensors,
    display(data, metadata = {}, { displayId, update = false, buffers } = {}) {
      send(context.current(), { type: 'display', data, metadata, displayId, update }, buffers);
    },
    clearOutput(wait = false) {
      send(context.current(), { type: 'clear_output', wait });
    },
    input(prompt = '', password = false) {
      if (!allowsInput()) {
        const error = new Error(
          'input() was called, but this front end gives no input to a cell (allow_stdin is false).',
        );
        error.name = 'StdinNotImplementedError';
        return Promise.reject(error);
      }
      send(context.current(), { type: 'input_request', prompt: String(prompt), password });
      return new Promise((resolve) => inputs.push(resolve));
    },
    comm({ buffers, ...message }) {
      send(context.current(), { type: 'comm', ...message }, buffers);
    },
    onComm(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    typecheck(mode) {
      if (mode !== 'strict' && mode !== 'warn' && mode !== 'off') {
        throw new TypeError(`typecheck() takes 'strict', 'warn' or 'off', and got ${String(mode)}.`);
      }
      send(context.current(), { type: 'typecheck', mode });
    },
  };

  return {
    api,
    receive({ message, buffers }) {
      if (message.type === 'input_reply') inputs.shift()?.(message.value);
      else if (message.type === 'comm') {
        context.enter(message.cell ?? context.current());
        const { comm } = message;
        const taken = [...listeners].map((listener) => listener({ ...comm, buffers }) === true);
        // As the specification says: a comm that nobody takes is closed, so that no front end waits for it.
        if (comm.event === 'open' && !taken.includes(true)) {
          send(context.current(), { type: 'comm', event: 'close', commId: comm.commId, data: {} });
        }
      }
    },
  };
}
