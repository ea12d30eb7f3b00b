// The value of a cell as a MIME bundle. kernel/display knows how; plain values need nothing of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { projectRoot } from '../../loader/transpile.mjs';
import { importOwn } from './imports.ts';

export interface Bundle {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

type Shown = Bundle | undefined;
type ToMimeBundle = (value: unknown) => Shown | Promise<Shown>;
const path = 'kernel/display/mime.ts';
let known: ToMimeBundle | undefined;
let loading: Promise<void> | undefined;

function load(): Promise<void> {
  loading ??= existsSync(join(projectRoot, path))
    ? importOwn(path).then(
        (module) => {
          known = module.toMimeBundle;
        },
        (error) => console.error(`The display functions could not be loaded: ${error?.message ?? error}`),
      )
    : Promise.resolve();
  return loading;
}

/** Never rejects: a value that can't describe itself is inspected, and one that can't be inspected is named. */
export function bundleOf(value: unknown): Bundle | Promise<Bundle> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return plain(value);
  if (known) return described(value, known);
  return load().then(() => (known ? described(value, known) : plain(value)));
}

function described(value: unknown, toMimeBundle: ToMimeBundle): Bundle | Promise<Bundle> {
  try {
    const bundle = toMimeBundle(value);
    if (typeof (bundle as Promise<Shown>)?.then !== 'function') return checked(bundle as Shown, value);
    return Promise.resolve(bundle).then(
      (settled) => checked(settled, value),
      (error) => failed(value, error),
    );
  } catch (error) {
    return failed(value, error);
  }
}

/** An empty bundle is no result: a display's handle, for instance, has been shown already. */
function checked(bundle: Shown, value: unknown): Bundle {
  if (!bundle) return { data: {}, metadata: {} };
  try {
    JSON.stringify(bundle);
    return { data: bundle.data, metadata: bundle.metadata ?? {} };
  } catch (error) {
    return failed(value, error);
  }
}

function failed(value: unknown, error: unknown): Bundle {
  const note = `(it could not describe itself: ${(error as Error)?.message ?? String(error)})`;
  const bundle = plain(value);
  return { data: { 'text/plain': `${bundle.data['text/plain']} ${note}` }, metadata: {} };
}

export function plain(value: unknown): Bundle {
  let text: string;
  try {
    text = inspect(value, { colors: false, depth: 4, maxArrayLength: 100, maxStringLength: 100_000 });
  } catch (error) {
    text = `[a value that can not be shown: ${(error as Error)?.message ?? 'it throws'}]`;
  }
  return { data: { 'text/plain': text }, metadata: {} };
}
