// Asks Keras, in the project's own Python environment.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '../../../lib/runtime/tf.ts';
import { tf } from '../../../lib/runtime/tf.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = fileURLToPath(new URL('keras_oracle.py', import.meta.url));

export interface Packed {
  shape: number[];
  data: string;
}

export interface Answer {
  x: Packed;
  y: Packed;
  weights: Packed[];
  after: Packed[];
  weigh: Packed;
  targets: Packed;
  gradients: Packed[];
}

/** The Python that has Keras, or the reason why there is none. */
export function findPython(): { python: string } | { reason: string } {
  const candidates = [process.env['CONVBOOK_PYTHON'], `${root}.venv/bin/python`].filter(
    (p) => p !== undefined,
  );
  const python = candidates.find((p) => existsSync(p));
  if (!python)
    return { reason: 'no Python environment: `npm run setup` makes one, CONVBOOK_PYTHON names another' };
  const found = spawnSync(python, [
    '-c',
    'import importlib.util as u; print(bool(u.find_spec("keras") and u.find_spec("tensorflow")))',
  ]);
  if (found.stdout?.toString().trim() === 'True') return { python };
  return { reason: `${python} has no Keras` };
}

export function ask(python: string, cases: readonly object[]): { version: string; answers: Answer[] } {
  const done = spawnSync(python, [script], {
    input: JSON.stringify(cases),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`The Keras oracle failed: ${done.stderr.slice(-3000)}`);
  return JSON.parse(done.stdout) as { version: string; answers: Answer[] };
}

export function values({ data }: Packed): Float32Array {
  const bytes = Buffer.from(data, 'base64');
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  );
}

export const unpack = (packed: Packed): Tensor => tf.tensor(values(packed), packed.shape);
