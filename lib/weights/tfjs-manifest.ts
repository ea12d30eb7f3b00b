// TensorFlow.js' form of weights: `model.json` or `weights_manifest.json`, and shards of plain numbers beside it.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { float16ToFloat32 } from './half.ts';
import type { StoredTensor } from './safetensors.ts';

interface ManifestWeight {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: 'uint8' | 'uint16' | 'float16'; min?: number; scale?: number };
}

export interface ManifestGroup {
  paths: string[];
  weights: ManifestWeight[];
}

const bytesOf: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/**
 * Reads the weights of a TensorFlow.js model: of `weights_manifest.json`, or of the manifest inside of `model.json`. Shards
 * may be gzipped (`name.bin.gz`). Quantised weights become float32.
 *
 * @throws a sentence where a file is missing, too short or too long, or the manifest is damaged
 *
 * @example
 * import { readTfjsWeights } from 'convbook';
 * console.log(typeof readTfjsWeights); // function: `await readTfjsWeights('model/model.json')` gives a map by name
 */
export async function readTfjsWeights(file: string): Promise<Map<string, StoredTensor>> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`The weights manifest ${file} can't be read: ${error.message}.`, { cause: error });
  });
  const groups = parseManifest(text, basename(file));
  const tensors = new Map<string, StoredTensor>();
  for (const group of groups) {
    const shards = await readShards(dirname(file), group);
    for (const [name, tensor] of decodeGroup(group, Buffer.concat(shards), basename(file)))
      tensors.set(name, tensor);
  }
  return tensors;
}

/** The groups of a manifest; `model.json` holds one under `weightsManifest`. */
export function parseManifest(text: string, what: string): ManifestGroup[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is no JSON (${(error as Error).message}).`);
  }
  const groups = Array.isArray(parsed)
    ? parsed
    : (parsed as { weightsManifest?: unknown } | null)?.weightsManifest;
  const isGroup = (g: unknown): g is ManifestGroup =>
    isObject(g) &&
    Array.isArray(g['paths']) &&
    g['paths'].every((p) => typeof p === 'string') &&
    Array.isArray(g['weights']) &&
    g['weights'].every(isWeight);
  if (!Array.isArray(groups) || !groups.every(isGroup)) {
    throw new Error(
      `${what} is no TensorFlow.js weights manifest: groups of paths and weights were expected.`,
    );
  }
  return groups;
}

/** The tensors of one group from the bytes of its shards. */
export function* decodeGroup(
  { weights }: ManifestGroup,
  bytes: Uint8Array,
  what: string,
): Iterable<[string, StoredTensor]> {
  const sizes = weights.map((w) =>
    w.shape.reduce((a, b) => a * b, bytesOf[w.quantization?.dtype ?? w.dtype]!),
  );
  const wanted = sizes.reduce((a, b) => a + b, 0);
  if (bytes.length !== wanted) {
    throw new Error(
      `The weights of ${what} have ${bytes.length} bytes; the manifest describes ${wanted}. Nothing was loaded.`,
    );
  }
  let at = 0;
  for (const [i, weight] of weights.entries()) {
    // A copy is aligned; a Buffer's own slice would share its memory.
    yield [weight.name, decode(weight, Uint8Array.from(bytes.subarray(at, at + sizes[i]!)))];
    at += sizes[i]!;
  }
}

function decode({ shape, dtype, quantization }: ManifestWeight, bytes: Uint8Array): StoredTensor {
  const { buffer } = bytes;
  if (quantization) {
    const { min = 0, scale = 1 } = quantization;
    if (quantization.dtype === 'float16')
      return { shape, dtype: 'float32', data: float16ToFloat32(new Uint16Array(buffer)) };
    const codes = quantization.dtype === 'uint8' ? bytes : new Uint16Array(buffer);
    if (dtype === 'int32')
      return { shape, dtype, data: Int32Array.from(codes, (c) => Math.round(c * scale + min)) };
    return { shape, dtype: 'float32', data: Float32Array.from(codes, (c) => c * scale + min) };
  }
  if (dtype === 'float32') return { shape, dtype, data: new Float32Array(buffer) };
  if (dtype === 'int32') return { shape, dtype, data: new Int32Array(buffer) };
  return { shape, dtype: 'int32', data: Int32Array.from(bytes) };
}

/** The bytes of a group's shards, in order. */
export function readShards(folder: string, group: ManifestGroup): Promise<Uint8Array[]> {
  return Promise.all(group.paths.map((path) => readShard(folder, path)));
}

async function readShard(folder: string, path: string): Promise<Uint8Array> {
  const file = resolve(folder, path);
  if (!file.startsWith(resolve(folder) + sep)) {
    throw new Error(`The manifest names the file "${path}", which lies outside of its folder.`);
  }
  try {
    return await readFile(file);
  } catch (plain) {
    const packed = await readFile(`${join(folder, path)}.gz`).catch(() => undefined);
    if (!packed)
      throw new Error(`The weights file ${file} (or .gz) can't be read: ${(plain as Error).message}.`);
    try {
      return gunzipSync(packed);
    } catch (error) {
      throw new Error(
        `${file}.gz can't be unpacked: ${(error as Error).message}. It is truncated or no gzip file.`,
      );
    }
  }
}

function isWeight(w: unknown): w is ManifestWeight {
  if (!isObject(w) || typeof w['name'] !== 'string' || !Array.isArray(w['shape'])) return false;
  const q = w['quantization'];
  const dtype = isObject(q) ? q['dtype'] : w['dtype'];
  return (
    w['shape'].every((n) => Number.isSafeInteger(n) && n >= 0) &&
    typeof dtype === 'string' &&
    Object.hasOwn(bytesOf, dtype)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
