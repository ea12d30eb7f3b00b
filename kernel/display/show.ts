import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import { type ConvbookHost, hostKey } from '../interpreter/host.ts';
import type { MimeBundle } from '../interpreter/types.ts';
import { toMimeBundle } from './mime.ts';
import { DISPLAY, Display, METADATA, type Rendered, STILL } from './rendered.ts';

/** The notebook that the code runs in; undefined in a script or a test. */
export function host(): ConvbookHost | undefined {
  return (globalThis as { [hostKey]?: ConvbookHost })[hostKey as never];
}

export interface DisplayOptions {
  /** A name for later updates; made up where it is left out. */
  displayId?: string;
}

/** One output that can be changed. As the last value of a cell it shows nothing more. */
export interface DisplayHandle {
  readonly displayId: string;
  /** Resolves when the value has been sent; later only for values that take time to describe themselves. */
  readonly sent: Promise<void>;
  /** Puts another value in the output's place. */
  update(value: unknown): DisplayHandle;
}

/**
 * Shows a value under the cell, as its last line would. Outside a notebook it prints the value's text.
 *
 * @example
 * import { display, html } from 'convbook';
 * const handle = display(html('<b>working</b>'));
 * handle.update(html('<b>done</b>'));
 */
export function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  return send(value, options.displayId ?? randomUUID(), false);
}

/**
 * Replaces what an earlier `display` with this `displayId` shows, wherever it stands in the notebook.
 *
 * @example
 * import { display, updateDisplay } from 'convbook';
 * display('working', { displayId: 'state' });
 * updateDisplay('done', { displayId: 'state' });
 */
export function updateDisplay(value: unknown, options: { displayId: string }): DisplayHandle {
  if (typeof options?.displayId !== 'string') {
    throw new TypeError(
      'updateDisplay needs to know which output to replace: pass { displayId: "…" } as display got.',
    );
  }
  return send(still(value), options.displayId, true);
}

/**
 * Removes what the cell has shown so far.
 *
 * @param options.wait Only when the next output comes, so that nothing flickers.
 */
export function clearOutput(options: { wait?: boolean } = {}): void {
  host()?.clearOutput(options.wait ?? false);
}

/** Shows a value in an output that later ones will replace. */
export function displayStill(value: unknown): DisplayHandle {
  return send(still(value), randomUUID(), false);
}

function still(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return value;
  const { [STILL]: make, [METADATA]: metadata } = value as {
    [STILL]?: unknown;
    [METADATA]?: Record<string, unknown>;
  };
  return typeof make === 'function' ? new Display(make.call(value) as MimeBundle, metadata) : value;
}

function send(value: unknown, displayId: string, update: boolean): DisplayHandle {
  // `undefined` has no result, but who asks to see it should see it.
  const rendered = toMimeBundle(value) ?? { data: { 'text/plain': String(value) }, metadata: {} };
  let sent: Promise<void> | undefined;
  if (rendered instanceof Promise) sent = rendered.then((later) => emit(later, displayId, update));
  else emit(rendered, displayId, update);
  const handle: DisplayHandle = {
    displayId,
    sent: sent ?? Promise.resolve(),
    update: (next) => send(still(next), displayId, true),
  };
  Object.defineProperty(handle, DISPLAY, { value: () => ({}) });
  return handle;
}

function emit(rendered: Rendered | undefined, displayId: string, update: boolean): void {
  if (!rendered) return;
  const notebook = host();
  if (notebook) notebook.display(rendered.data, rendered.metadata, { displayId, update });
  else console.log(String(rendered.data['text/plain'] ?? ''));
}
