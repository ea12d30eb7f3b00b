// Tensor hygiene. TensorFlow's memory is out of sight of JavaScript's garbage collector, so a tensor that nobody can reach
// would stay for ever. Its data are freed when the object that stands for them (tfjs' `dataId`) is collected, which
// is safe by construction: whatever can still use the data holds that object. After a cell that made many bytes the
// collector is asked to run.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { hostKey, type LiveTensor } from '../host.ts';
import { cellCount } from './stacks.ts';

interface TensorData {
  shape: number[];
  refCount: number;
  dtype: number;
}

interface DataStorage {
  has(dataId: object): boolean;
  get(dataId: object): TensorData;
  set(dataId: object, data: TensorData): void;
  delete(dataId: object): boolean;
  dataIdsCount: number;
}

interface Engine {
  backendInstance?: { tensorMap?: DataStorage; disposeData(dataId: object, force: boolean): boolean };
  state: { numTensors: number; numBytes: number; numDataBuffers: number };
}

const collectAfterBytes = 32 << 20;
const idle = 150;
const setTimeoutNow = setTimeout;
const clearTimeoutNow = clearTimeout;

const guarded = new WeakSet<object>();
/** All data that live, with their cells. Entries hold no tensor: nothing is kept alive by being listed. */
const live = new Map<TensorData, number>();
let bytesThen = 0;
let timer: NodeJS.Timeout | undefined;
let collect: (() => void) | undefined;

/** `get` of what is not there would ask other backends for it. */
function forget(storage: DataStorage, dataId: object): void {
  if (storage.has(dataId)) live.delete(storage.get(dataId));
}

const currentCell = () =>
  (globalThis as Record<symbol, { cellId(): number } | undefined>)[hostKey]?.cellId() ?? 0;
const currentEngine = () => (globalThis as { _tfengine?: Engine })._tfengine;

/** Frees data of tensors that were collected. Called often: a backend is guarded once. */
export function guardTensors(): void {
  const engine = currentEngine();
  const backend = engine?.backendInstance;
  const tensorMap = backend?.tensorMap;
  if (!engine || !backend || !tensorMap || guarded.has(tensorMap)) return;
  guarded.add(tensorMap);
  const registry = new FinalizationRegistry<TensorData>((data) => {
    const { state } = engine;
    const references = Math.max(1, data.refCount);
    // The backend knows what belongs to the data; it is asked through a new object that stands for them.
    const again = {};
    set.call(tensorMap, again, data);
    backend.disposeData(again, true);
    tensorMap.dataIdsCount--;
    state.numDataBuffers--;
    state.numTensors -= references;
    state.numBytes -= references * bytesOf(data);
  });
  const { set, delete: remove } = tensorMap;
  tensorMap.set = function (dataId, data) {
    registry.register(dataId, data, dataId);
    forget(this, dataId);
    live.set(data, currentCell());
    set.call(this, dataId, data);
  };
  tensorMap.delete = function (dataId) {
    registry.unregister(dataId);
    forget(this, dataId);
    return remove.call(this, dataId);
  };
}

/** What lives now, the oldest first. Tensors made before the guard are not known. */
export function liveTensors(): LiveTensor[] {
  return [...live].map(([data, cell]) => ({
    shape: data.shape,
    dtype: typeNames[data.dtype] ?? 'other',
    bytes: bytesOf(data),
    cell: cellCount(cell),
  }));
}

const typeNames: Record<number, string> = {
  1: 'float32',
  3: 'int32',
  7: 'string',
  8: 'complex64',
  10: 'bool',
};

/** TensorFlow's numbers of types: 8 for complex64, 10 for bool, 7 for strings (counted by nobody). */
function bytesOf({ shape, dtype }: TensorData): number {
  const size = shape.reduce((product, each) => product * each, 1);
  if (dtype === 7 || dtype === 8) return 0;
  return size * (dtype === 10 ? 1 : 4);
}

export function beforeCell(): void {
  clearTimeoutNow(timer);
}

/** Collects when nothing runs, and only where the cells since the last time left much behind. */
export function afterCell(): void {
  guardTensors();
  const engine = currentEngine();
  if (!engine?.backendInstance?.tensorMap || engine.state.numBytes - bytesThen < collectAfterBytes) return;
  timer = setTimeoutNow(() => {
    collect ??= collector();
    collect();
    // What was collected is reported in a later turn.
    setTimeoutNow(() => {
      bytesThen = engine.state.numBytes;
    }, 20).unref();
  }, idle);
  timer.unref();
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
