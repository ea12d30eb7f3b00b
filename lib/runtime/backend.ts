import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs';
import type { Attribute } from './native/attributes.ts';
import type { Binding, EagerBinding, TensorMetadata } from './native/binding.ts';
import * as types from './native/dtypes.ts';
import { loadKernelFile } from './native/kernels.ts';
import type { HostValues } from './native/values.ts';
import type { Tensor, Variable } from './tf.ts';
import { tf } from './tf.ts';
import { drawsOnHost } from './trace/host-random.ts';
import type { Recorder } from './trace/recorder.ts';

/**
 * What the backend knows of one tensor. `values` wait on the host until an op needs them; then `id` is the handle.
 * The value may also lie in a TensorFlow variable, `resource`, that fused updates change in place; then `id` is a handle
 * read from it, or -1 until somebody asks.
 */
export interface TensorRecord {
  shape: number[];
  dtype: number;
  values: HostValues | null;
  id: number;
  refCount: number;
  resource?: number | undefined;
  /** The trace in which the values were made. */
  trace?: Recorder | undefined;
}

/** tfjs-node's backend class, as far as this library uses it; its own declarations keep these members private. */
export interface NodeBackend extends KernelBackend {
  binding: Binding;
  tensorMap: {
    get(dataId: object): TensorRecord;
    has(dataId: object): boolean;
    set(dataId: object, record: TensorRecord): void;
    delete(dataId: object): boolean;
  };
  createOutputTensor(metadata: TensorMetadata): Tensor;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  getDTypeInteger(dtype: DataType): number;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}

export interface TensorFlowBackend extends NodeBackend {
  readonly eager: EagerBinding;
  /** The trace that is being recorded, if one is. */
  trace: Recorder | undefined;
  /** The TensorFlow variable that holds this variable's value; made where there is none. Gives the handle's number. */
  resourceOf(variable: Variable): number;
  /** `resourceOf`, for an op that will change it: clones keep the old value. */
  claim(variable: Variable): number;
  /** Drops the copy of a variable's value that was read before its resource changed. */
  forget(variable: Variable): void;
  /** Runs an op that updates variables in place; they come before `inputs` in its signature. */
  updateInPlace(
    name: string,
    attributes: readonly Attribute[],
    updated: readonly Variable[],
    inputs: readonly Tensor[],
  ): void;
}

/** TensorFlow makes a variable with a name of its own where this one is given. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** References to a variable's data that a trace itself holds: the variable's and the one that puts it back. */
const HELD = 2;

const dtypeOf = ({ dtype }: TensorRecord): Attribute[] => [
  { name: 'dtype', type: types.ATTR_TYPE, value: dtype },
];

const DTYPES: Readonly<Record<number, DataType>> = {
  [types.TF_FLOAT]: 'float32',
  [types.TF_INT32]: 'int32',
  [types.TF_BOOL]: 'bool',
  [types.TF_COMPLEX64]: 'complex64',
  [types.TF_STRING]: 'string',
  [types.TF_RESOURCE]: 'string', // tfjs has no type for them; tfjs-node does the same
  [types.TF_BFLOAT16]: 'float32',
  [types.TF_HALF]: 'float32',
};

/** Makes the backend that `tf.registerBackend` gets. */
export function makeBackend(eager: EagerBinding): TensorFlowBackend {
  const { NodeJSKernelBackend } = loadKernelFile('nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => NodeBackend;
  };

  class Backend extends NodeJSKernelBackend implements TensorFlowBackend {
    readonly eager = eager;
    trace: Recorder | undefined;

    /** A tensor of tfjs for a result. Types that tfjs lacks (uint8, int64) become int32 at once, so ops accept them. */
    override createOutputTensor(metadata: TensorMetadata): Tensor {
      let { id, dtype } = metadata;
      const { shape } = metadata;
      let name = DTYPES[dtype];
      if (name === undefined) {
        name = 'int32';
        // tfjs-node marks encoded images (strings) as uint8, to read their bytes unchanged
        const isString = dtype === types.TF_UINT8 && id > 0 && eager.describe(id).dtype === types.TF_STRING;
        if (!isString) {
          const source = id;
          const cast = this.binding.executeOp(
            'Cast',
            [
              { name: 'SrcT', type: types.ATTR_TYPE, value: dtype },
              { name: 'DstT', type: types.ATTR_TYPE, value: types.TF_INT32 },
              { name: 'Truncate', type: types.ATTR_BOOL, value: false },
            ],
            [source],
            1,
          )[0]!;
          this.binding.deleteTensor(source);
          id = cast.id;
          dtype = types.TF_INT32;
        }
      }
      const dataId = {};
      this.tensorMap.set(dataId, { shape, dtype, values: null, id, refCount: 1 });
      return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: name });
    }

    override getInputTensorIds(tensors: readonly TensorInfo[]): number[] {
      const ids = new Array<number>(tensors.length);
      for (let i = 0; i < tensors.length; i++) {
        const tensor = tensors[i]!;
        const value = (tensor as { valueArray?: Int32Array }).valueArray;
        if (value !== undefined) {
          // an Int64Scalar of tfjs-node: two halves of one number
          ids[i] = this.binding.createTensor([], types.TF_INT64, value);
          continue;
        }
        const record = this.recordOf(tensor.dataId, `An input of shape [${tensor.shape}]`);
        ids[i] = this.trace ? this.trace.inputId(tensor.dataId, record) : this.handleOf(record);
      }
      return ids;
    }

    /** What is known of a tensor; data of another engine comes over. */
    private recordOf(dataId: object, what: string): TensorRecord {
      try {
        return this.tensorMap.get(dataId); // fails inside tfjs where no engine has the data
      } catch {
        throw new Error(`${what} was disposed before it was used. Keep it with tf.keep(), or make it anew.`);
      }
    }

    /** The eager handle of a tensor's value, made or read where it is not there yet. */
    handleOf(record: TensorRecord): number {
      if (record.values !== null) {
        record.id = eager.createTensor(record.shape, record.dtype, record.values);
        record.values = null;
      } else if (record.id === -1 && record.resource !== undefined) {
        record.id = eager.executeOp('ReadVariableOp', dtypeOf(record), [record.resource], 1)[0]!.id;
      }
      return record.id;
    }

    resourceOf(variable: Variable): number {
      const record = this.recordOf(variable.dataId, `The variable "${variable.name}"`);
      if (record.resource === undefined) {
        const value = this.handleOf(record);
        const attributes = [
          ...dtypeOf(record),
          { name: 'shape', type: types.ATTR_SHAPE, value: record.shape },
          { name: 'shared_name', type: types.ATTR_STRING, value: ANONYMOUS },
        ];
        const resource = eager.executeOp('VarHandleOp', attributes, [], 1)[0]!.id;
        eager.executeOp('AssignVariableOp', dtypeOf(record), [resource, value], 0);
        record.resource = resource;
      }
      return record.resource;
    }

    /** Makes a variable the only owner of its resource, with no copy of its value on the side: it will be changed. */
    claim(variable: Variable): number {
      const resource = this.resourceOf(variable);
      const record = this.tensorMap.get(variable.dataId);
      if (record.refCount > 1) {
        // Clones share this data: they keep the value of now, and the variable goes on with data of its own.
        this.handleOf(record);
        record.resource = undefined;
        this.renew(variable, { ...record, id: -1, refCount: 1, resource });
      } else this.forget(variable);
      return resource;
    }

    forget(variable: Variable): void {
      const record = this.tensorMap.get(variable.dataId);
      if (record.id < 0) return;
      eager.deleteTensor(record.id);
      record.id = -1;
    }

    /** Gives a variable fresh data. */
    private renew(variable: Variable, record: TensorRecord): object {
      const dataId = {};
      this.tensorMap.set(dataId, record);
      const { shape, dtype } = variable;
      const tensor = tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
      variable.assign(tensor);
      tensor.dispose();
      return dataId;
    }

    updateInPlace(
      name: string,
      attributes: readonly Attribute[],
      updated: readonly Variable[],
      inputs: readonly Tensor[],
    ): void {
      const { trace } = this;
      if (!trace) {
        const ids = this.getInputTensorIds(inputs);
        eager.executeOp(name, attributes, [...updated.map((variable) => this.claim(variable)), ...ids], 0);
        return;
      }
      const ids = this.getInputTensorIds(inputs);
      for (const variable of updated) {
        const { dataId } = variable;
        const record = this.tensorMap.get(dataId);
        if (!trace.isCurrent(dataId, variable)) {
          // assigned a new value earlier in the step
          trace.executeUpdate(
            'AssignVariableOp',
            dtypeOf(record),
            [variable],
            [trace.inputId(dataId, record)],
          );
        } else if (record.refCount > HELD) {
          trace.inputId(dataId, record); // clones want the value from before the update
        }
      }
      trace.executeUpdate(name, attributes, updated, ids);
      for (const variable of updated) {
        const record = this.tensorMap.get(variable.dataId);
        const fresh = { ...record, values: null, id: -1, refCount: 1, resource: undefined };
        trace.defer(this.renew(variable, fresh), variable);
      }
    }

    override move(...args: Parameters<NodeBackend['move']>): void {
      super.move(...args);
      if (this.trace) {
        this.tensorMap.get(args[0]).trace = this.trace;
        drawsOnHost(args[1]);
      }
    }

    override readSync(dataId: object) {
      const record = this.recordOf(dataId, 'A tensor that is read');
      if (this.trace?.isSymbolic(dataId, record)) this.trace.refuseRead(this.trace.opOf(dataId, record));
      const values = record.values ?? eager.tensorDataSync(this.handleOf(record));
      return values as ReturnType<NodeBackend['readSync']>;
    }

    override disposeData(dataId: object, force = false): boolean {
      if (!this.tensorMap.has(dataId)) return true;
      const record = this.tensorMap.get(dataId);
      record.refCount--;
      if (!force && record.refCount > 0) return false;
      if (record.id >= 0) eager.deleteTensor(record.id);
      if (record.resource !== undefined) {
        const lenient = [{ name: 'ignore_lookup_error', type: types.ATTR_BOOL, value: true }];
        eager.executeOp('DestroyResourceOp', lenient, [record.resource], 0);
        eager.deleteTensor(record.resource);
      }
      this.tensorMap.delete(dataId);
      return true;
    }

    override memory() {
      return { unreliable: false } as unknown as ReturnType<KernelBackend['memory']>;
    }
  }
  return new Backend(eager, '@tensorflow/tfjs-node-gpu') as TensorFlowBackend;
}
