import { cString } from './api.ts';
import { type Attribute, attributeSetter } from './attributes.ts';
import type { Native } from './context.ts';
import * as types from './dtypes.ts';
import { opError } from './errors.ts';
import { type HostValues, makeTensor, readTensor } from './values.ts';

/** A tensor as tfjs-node's kernels see it: a number for the handle, its shape, and TensorFlow's data type. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

const CONSTANTS = {
  TF_FLOAT: types.TF_FLOAT,
  TF_INT32: types.TF_INT32,
  TF_INT64: types.TF_INT64,
  TF_BOOL: types.TF_BOOL,
  TF_COMPLEX64: types.TF_COMPLEX64,
  TF_STRING: types.TF_STRING,
  TF_RESOURCE: types.TF_RESOURCE,
  TF_UINT8: types.TF_UINT8,
  TF_ATTR_STRING: types.ATTR_STRING,
  TF_ATTR_INT: types.ATTR_INT,
  TF_ATTR_FLOAT: types.ATTR_FLOAT,
  TF_ATTR_BOOL: types.ATTR_BOOL,
  TF_ATTR_TYPE: types.ATTR_TYPE,
  TF_ATTR_SHAPE: types.ATTR_SHAPE,
} as const;

/** What tfjs-node's kernels expect of their native addon. The tracer offers the same. */
export interface Binding extends Readonly<Record<keyof typeof CONSTANTS, number>> {
  readonly TF_Version: string;
  createTensor(shape: readonly number[], dtype: number, values: HostValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): HostValues;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

/** Constants that every binding carries. */
export const bindingConstants = (native: Native) => ({ ...CONSTANTS, TF_Version: native.version });

export interface EagerBinding extends Binding {
  readonly native: Native;
  /** The TensorFlow handle of a tensor. Throws for an id that was freed or never made. */
  handle(id: number): number;
  /** Takes over a handle that TensorFlow returned. */
  adopt(handle: number): TensorMetadata;
  describe(id: number): TensorMetadata;
  /** Like `executeOp`, for an op whose name tells nothing to a user: `label` stands in its errors. */
  execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
    label?: string,
  ): TensorMetadata[];
  /**
   * Like `execute`, in another thread: JavaScript goes on meanwhile. The inputs may be freed at once, TensorFlow holds them.
   * Give it whole functions; for one op it costs more than the op.
   */
  executeAside(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
    label?: string,
  ): Promise<TensorMetadata[]>;
}

const MAX_OUTPUTS = 64;

/** koffi runs any of its functions in a thread of libuv's pool, too. */
interface KoffiFunction {
  async(...args: unknown[]): void;
}

/** The binding that runs each op at once. */
export function eagerBinding(native: Native): EagerBinding {
  const { api, status, context } = native;
  const {
    TF_GetCode,
    TF_Message,
    TFE_NewOp,
    TFE_OpAddInput,
    TFE_Execute,
    TFE_DeleteOp,
    TFE_TensorHandleNumDims,
    TFE_TensorHandleDim,
    TFE_TensorHandleDataType,
    TFE_DeleteTensorHandle,
  } = api;
  const setAttribute = attributeSetter(api, 'TFE_Op', status);
  const handles = new Map<number, number>();
  let next = 1;
  // Out buffers of TFE_Execute, made once: an address is read as two halves, without a BigInt.
  let halves = new Uint32Array(2 * MAX_OUTPUTS);
  const count = new Int32Array(1);
  const usesGpu = native.devices.some(({ type }) => type === 'GPU');

  const handle = (id: number): number => {
    const found = handles.get(id);
    if (found === undefined) {
      if (id < 0) {
        throw new Error(
          'A tensor that was made while a step was being compiled is used outside of it. ' +
            'Return it from the step; what the step keeps to itself has no value.',
        );
      }
      throw new Error(
        `Tensor ${id} is not on the engine any more: it was disposed. Keep it with tf.keep(), or make it anew.`,
      );
    }
    return found;
  };
  const adopt = (address: number): TensorMetadata => {
    const rank = TFE_TensorHandleNumDims(address, status);
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) shape[axis] = TFE_TensorHandleDim(address, axis, status);
    const id = next++;
    handles.set(id, address);
    return { id, shape, dtype: TFE_TensorHandleDataType(address) };
  };
  const describe = (id: number): TensorMetadata => {
    const address = handle(id);
    const rank = TFE_TensorHandleNumDims(address, status);
    const shape = Array.from({ length: rank }, (_, axis) => TFE_TensorHandleDim(address, axis, status));
    return { id, shape, dtype: TFE_TensorHandleDataType(address) };
  };
  const fail = (name: string, inputs: readonly number[]): never => {
    const message = TF_Message(status);
    const known = inputs.filter((id) => handles.has(id)).map(describe);
    throw opError(name, known, message);
  };

  /** Runs an op; its results are addresses in `halves`. Returns how many there are. */
  function execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
    label = name,
  ): number {
    const op = TFE_NewOp(context, cString(name), status);
    if (op === 0) fail(label, inputs);
    try {
      for (let i = 0; i < inputs.length; i++) {
        TFE_OpAddInput(op, handles.get(inputs[i]!) ?? handle(inputs[i]!), status);
      }
      for (let i = 0; i < attributes.length; i++) setAttribute(op, attributes[i]!);
      if (outputs > halves.length / 2) halves = new Uint32Array(2 * outputs);
      count[0] = outputs;
      TFE_Execute(op, halves, count, status);
      if (TF_GetCode(status) !== 0) fail(label, inputs);
    } finally {
      TFE_DeleteOp(op);
    }
    return count[0]!;
  }
  /** What `execute` does, with memory of its own, since other ops run meanwhile. */
  async function executeAside(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
    label = name,
  ): Promise<TensorMetadata[]> {
    const op = TFE_NewOp(context, cString(name), status);
    if (op === 0) fail(label, inputs);
    const own = { status: api.TF_NewStatus(), results: new BigUint64Array(Math.max(1, outputs)) };
    const made = Int32Array.of(outputs);
    try {
      for (const id of inputs) TFE_OpAddInput(op, handle(id), status);
      for (const attribute of attributes) setAttribute(op, attribute);
      const known = inputs.map(describe);
      await new Promise<void>((resolve, reject) => {
        (TFE_Execute as unknown as KoffiFunction).async(
          op,
          own.results,
          made,
          own.status,
          (error: Error | null) => (error ? reject(error) : resolve()),
        );
      });
      if (TF_GetCode(own.status) !== 0) throw opError(label, known, TF_Message(own.status));
    } finally {
      TFE_DeleteOp(op);
      api.TF_DeleteStatus(own.status);
    }
    return Array.from({ length: made[0]! }, (_, i) => adopt(Number(own.results[i]!)));
  }
  const address = (index: number) => halves[2 * index + 1]! * 0x1_0000_0000 + halves[2 * index]!;
  const collect = (made: number): TensorMetadata[] => {
    const results = new Array<TensorMetadata>(made);
    for (let i = 0; i < made; i++) results[i] = adopt(address(i));
    return results;
  };

  return {
    ...bindingConstants(native),
    native,
    handle,
    adopt,
    describe,
    isUsingGpuDevice: () => usesGpu,
    getNumOfTensors: () => handles.size,
    getNumOfSavedModels: () => 0,
    createTensor(shape, dtype, values) {
      const tensor = makeTensor(native, shape, dtype, values);
      const made = api.TFE_NewTensorHandle(tensor, status);
      api.TF_DeleteTensor(tensor);
      native.check();
      const id = next++;
      handles.set(id, made);
      return id;
    },
    deleteTensor(id) {
      TFE_DeleteTensorHandle(handle(id));
      handles.delete(id);
    },
    tensorDataSync(id) {
      const from = handle(id);
      const tensor = api.TFE_TensorHandleResolve(from, status);
      if (TF_GetCode(status) !== 0) fail('Read', [id]);
      try {
        return readTensor(native, tensor, TFE_TensorHandleDataType(from));
      } finally {
        api.TF_DeleteTensor(tensor);
      }
    },
    executeOp: (name, attributes, inputs, outputs) => collect(execute(name, attributes, inputs, outputs)),
    execute: (name, attributes, inputs, outputs, label) =>
      collect(execute(name, attributes, inputs, outputs, label)),
    executeAside,
  };
}
