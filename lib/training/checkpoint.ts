import type { Layer } from '../layers/layer.ts';
import { RandomStream } from '../runtime/random.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { readSafetensors, writeSafetensors } from '../weights/file.ts';
import { assignWeights, storedTensors } from '../weights/model-weights.ts';
import type { StoredTensor } from '../weights/safetensors.ts';
import type { Callback, CallbackState } from './callbacks.ts';
import { type EpochRecord, lowerIsBetter } from './history.ts';
import type { TrainingOptimizer } from './optimizer.ts';

/** Where a training stands between two steps. */
export interface TrainingState {
  epoch: number;
  /** Steps done in this epoch. */
  step: number;
  totalStep: number;
  means: { sums: Record<string, number>; weight: number };
  history: { epochs: EpochRecord[] };
}

interface Meta extends TrainingState {
  format: 1;
  learningRate: number;
  optimizer: string;
  callbacks: unknown[];
  /** Each random stream, dropout's and the augmentation's: its seed and the draws made so far. */
  streams: [seed: number, draws: number][];
}

export interface CheckpointOptions {
  /** Also after every so many steps; default: only after epochs. */
  everySteps?: number;
  /** After every so many epochs; default 1. */
  everyEpochs?: number;
  /** Keeps only the best epoch by this figure: `'valAccuracy'`. Default: the newest. */
  best?: string;
}

/**
 * Writes a checkpoint while `fit` runs: weights, optimiser state, counters, history, and what the callbacks remember, in one
 * safetensors file that is replaced atomically. `fit(model, data, { ...same options, resume: file })` goes on from it and
 * gives the same numbers, bit for bit, as a training that was never interrupted.
 *
 * @example
 * import { checkpoint, Dense, fit, Sequential } from 'convbook';
 * import { tmpdir } from 'node:os';
 * const file = `${tmpdir()}/example-checkpoint.safetensors`;
 * const data = { xs: [[0], [1], [2], [3]], ys: [0, 0, 1, 1] };
 * await fit(new Sequential([new Dense({ units: 2 })]), data, { epochs: 2, callbacks: checkpoint(file) });
 * const history = await fit(new Sequential([new Dense({ units: 2 })]), data, { epochs: 3, resume: file });
 * console.log(history.epochs.length); // 3: two of them from the file
 */
export function checkpoint(
  file: string,
  { everySteps, everyEpochs = 1, best }: CheckpointOptions = {},
): Callback {
  let bestValue = Number.POSITIVE_INFINITY;
  return {
    async onBatchEnd({ totalStep }, control) {
      if (everySteps !== undefined && (totalStep + 1) % everySteps === 0) await control.save(file);
    },
    async onEpochEnd({ epoch, values }, control) {
      if (best !== undefined) {
        const value = values[best];
        if (value === undefined) {
          throw new Error(
            `checkpoint watches "${best}", but the epoch has only ${Object.keys(values).join(', ')}.`,
          );
        }
        const signed = lowerIsBetter(best) ? value : -value;
        if (!(signed < bestValue)) return;
        bestValue = signed;
      } else if ((epoch + 1) % everyEpochs !== 0) return;
      await control.save(file);
    },
    saveState: () => ({ json: Number.isFinite(bestValue) ? bestValue : null }),
    loadState({ json }) {
      bestValue = (json as number | null) ?? Number.POSITIVE_INFINITY;
    },
  };
}

export async function saveCheckpoint(
  file: string,
  model: Layer,
  optimizer: TrainingOptimizer,
  callbacks: readonly Callback[],
  streams: readonly RandomStream[],
  state: TrainingState,
): Promise<void> {
  const named: [string, Tensor][] = model.variables.map((v) => [`model.${v.path}`, v.variable]);
  for (const [name, variable] of optimizer.state()) named.push([`optimizer.${name}`, variable]);
  const json: unknown[] = callbacks.map((callback, i) => {
    const saved = callback.saveState?.();
    for (const [name, tensor] of Object.entries(saved?.tensors ?? {}))
      named.push([`callback.${i}.${name}`, tensor]);
    return saved?.json ?? null;
  });
  const meta: Meta = {
    format: 1,
    ...state,
    learningRate: optimizer.learningRate,
    optimizer: optimizer.name,
    callbacks: json,
    streams: streams.map(({ seed, draws }) => [seed, draws]),
  };
  await writeSafetensors(file, await storedTensors(named), { 'convbook.checkpoint': JSON.stringify(meta) });
}

/** Puts a checkpoint's state into model, optimiser and callbacks, after all of it was checked. */
export async function loadCheckpoint(
  file: string,
  model: Layer,
  optimizer: TrainingOptimizer,
  callbacks: readonly Callback[],
  streams: readonly RandomStream[],
): Promise<TrainingState> {
  const { tensors, metadata } = await readSafetensors(file);
  const text = metadata['convbook.checkpoint'];
  if (!text) throw new Error(`${file} holds weights but no training to go on with. Use loadWeights for it.`);
  const meta = JSON.parse(text) as Meta;
  if (meta.format !== 1)
    throw new Error(`${file} is a checkpoint of the format ${meta.format}; this version reads 1.`);
  if (meta.optimizer !== optimizer.name) {
    throw new Error(
      `${file} was written with the optimiser ${meta.optimizer}; this training uses ${optimizer.name}.`,
    );
  }
  const part = (prefix: string) =>
    new Map(
      [...tensors]
        .filter(([n]) => n.startsWith(prefix))
        .map(([n, t]) => [n.slice(prefix.length), t] as const),
    );
  if (meta.streams.length !== streams.length) {
    throw new Error(
      `${file} is of a training with ${meta.streams.length} sources of random numbers (dropout, augmentation); this one has ` +
        `${streams.length}. Resume with the same model and options.`,
    );
  }
  // The weights are checked whole before any is assigned, and they fit the model that the optimiser's state is for.
  assignWeights(model, part('model.'));
  optimizer.restore(part('optimizer.'), model.trainableVariables);
  optimizer.learningRate = meta.learningRate; // the tensor has only float32's digits
  streams.forEach((stream: { seed: number; draws: number }, i) => {
    // The seed of a new model's dropout may be another one; it counts from the next draw on.
    [stream.seed, stream.draws] = meta.streams[i]!;
  });
  callbacks.forEach((callback, i) => {
    if (!callback.loadState || meta.callbacks[i] === undefined) return;
    const own = [...part(`callback.${i}.`)].map(([name, stored]) => [name, toTensor(stored)] as const);
    const state: CallbackState = { json: meta.callbacks[i], tensors: Object.fromEntries(own) };
    callback.loadState(state);
  });
  return meta;
}

function toTensor({ data, shape, dtype }: StoredTensor): Tensor {
  return tf.tensor(data, [...shape], dtype);
}

/** The random streams of a model's layers and of an augmentation, in a stable order. */
export function streamsOf(model: Layer, augment: unknown): RandomStream[] {
  const owners: object[] = [model, ...model.descendants().map(([, layer]) => layer)];
  const own = (augment as { streams?: readonly RandomStream[] } | undefined)?.streams ?? [];
  return [
    ...owners.flatMap((owner) => Object.values(owner).filter((v) => v instanceof RandomStream)),
    ...own,
  ];
}
