import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { tf } from '../runtime/tf.ts';
import { parseManifest, readShards } from './tfjs-manifest.ts';

/**
 * Loads a whole TensorFlow.js model, its architecture included, from `model.json` and the shards beside it (gzipped ones too): a layers
 * model (from Keras) or a graph model. It runs on this library's engine; `predict` gives its outputs.
 *
 * @throws a sentence where a file is missing or damaged
 *
 * @example
 * import { loadTfjsModel } from 'convbook';
 * await loadTfjsModel('none/model.json').catch((error) => console.log(error.message.includes("can't be read"))); // true
 */
export async function loadTfjsModel(file: string): Promise<tf.LayersModel | tf.GraphModel> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`The model ${file} can't be read: ${error.message}.`, { cause: error });
  });
  const groups = parseManifest(text, basename(file));
  const { modelTopology, format, ...rest } = JSON.parse(text) as Record<string, unknown>;
  if (!modelTopology) {
    throw new Error(
      `${file} holds weights but no architecture. Make the model and load them with readTfjsWeights.`,
    );
  }
  const shards: Uint8Array[] = [];
  for (const group of groups) shards.push(...(await readShards(dirname(file), group)));
  const whole = Uint8Array.from(Buffer.concat(shards)); // a copy of its own: a Buffer may share its memory
  const artifacts = {
    ...rest,
    format,
    modelTopology,
    weightSpecs: groups.flatMap((group) => group.weights),
    weightData: whole.buffer,
  } as unknown as tf.io.ModelArtifacts;
  const load = () =>
    format === 'graph-model'
      ? tf.loadGraphModel(tf.io.fromMemory(artifacts))
      : tf.loadLayersModel(tf.io.fromMemory(artifacts));
  return load().catch((error: Error) => {
    throw new Error(`The model ${file} can't be built: ${error.message}`, { cause: error });
  });
}
