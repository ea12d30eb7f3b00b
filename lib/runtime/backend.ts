import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs';
import type { Attribute } from './native/attributes.ts';
import type { Binding, EagerBinding, TensorMetadata } from './native/binding.ts';
import * as types from './native/dtypes.ts';
import { loadKernelFile } from './native/kernels.ts';
import type { HostValues } from './native/values.ts';
import type { Tensor } from './tf.ts';
import { tf } from './tf.ts';

/** What the backend knows of one tensor. `values` wait on the host until an op needs them; then `id` is the handle. */
export interface TensorRecord {
  shape: number[];
  dtype: number;
  values: HostValues | null;
  id: number;
  refCount: number;
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
}

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
        const record = this.tensorMap.get(tensor.dataId);
        if (record === undefined) {
          throw new Error(
            `An input of shape [${tensor.shape}] was disposed, or belongs to another engine. ` +
              'Keep it with tf.keep(), or make it anew.',
          );
        }
        if (record.values !== null) {
          // Made eagerly even while a step is being traced: the tensor may outlive the trace.
          record.id = eager.createTensor(record.shape, record.dtype, record.values);
          record.values = null;
        }
        ids[i] = record.id;
      }
      return ids;
    }

    override memory() {
      return { unreliable: false } as unknown as ReturnType<KernelBackend['memory']>;
    }
  }
  return new Backend(eager, '@tensorflow/tfjs-node-gpu') as TensorFlowBackend;
}
