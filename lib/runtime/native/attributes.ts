import { type Api, cString } from './api.ts';
import { ATTR_BOOL, ATTR_FLOAT, ATTR_INT, ATTR_SHAPE, ATTR_STRING, ATTR_TYPE } from './dtypes.ts';

/** One attribute of an op, as tfjs-node's kernels give it. */
export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

type Target = 'TFE_Op' | 'TF_';

/** The setters of one target: an eager op, or a node of a graph. Their signatures differ only for shapes. */
function setters(api: Api, target: Target) {
  return target === 'TFE_Op'
    ? {
        string: api.TFE_OpSetAttrString,
        int: api.TFE_OpSetAttrInt,
        ints: api.TFE_OpSetAttrIntList,
        float: api.TFE_OpSetAttrFloat,
        floats: api.TFE_OpSetAttrFloatList,
        bool: api.TFE_OpSetAttrBool,
        type: api.TFE_OpSetAttrType,
        types: api.TFE_OpSetAttrTypeList,
        shape: (op: number, name: Buffer, dims: BigInt64Array, count: number, status: number) =>
          api.TFE_OpSetAttrShape(op, name, dims, count, status),
      }
    : {
        string: api.TF_SetAttrString,
        int: api.TF_SetAttrInt,
        ints: api.TF_SetAttrIntList,
        float: api.TF_SetAttrFloat,
        floats: api.TF_SetAttrFloatList,
        bool: api.TF_SetAttrBool,
        type: api.TF_SetAttrType,
        types: api.TF_SetAttrTypeList,
        shape: (op: number, name: Buffer, dims: BigInt64Array, count: number, _status: number) =>
          api.TF_SetAttrShape(op, name, dims, count),
      };
}

const longs = (values: readonly number[]) => BigInt64Array.from(values, (value) => BigInt(value));

/** Makes the function that sets one attribute on an op of that kind. */
export function attributeSetter(api: Api, target: Target, status: number) {
  const set = setters(api, target);
  return (op: number, { name, type, value }: Attribute): void => {
    const key = cString(name);
    if (type === ATTR_TYPE) {
      if (Array.isArray(value)) set.types(op, key, Int32Array.from(value), value.length);
      else set.type(op, key, value as number);
    } else if (type === ATTR_INT) {
      if (Array.isArray(value)) set.ints(op, key, longs(value), value.length);
      else set.int(op, key, value as number);
    } else if (type === ATTR_BOOL) {
      set.bool(op, key, value ? 1 : 0);
    } else if (type === ATTR_FLOAT) {
      if (Array.isArray(value)) set.floats(op, key, Float32Array.from(value), value.length);
      else set.float(op, key, value as number);
    } else if (type === ATTR_STRING) {
      const bytes = Buffer.from(value as string);
      set.string(op, key, bytes.length ? bytes : Buffer.alloc(1), bytes.length);
    } else if (type === ATTR_SHAPE) {
      const dims = value as readonly number[];
      set.shape(op, key, longs(dims), dims.length, status);
    } else {
      throw new Error(`The attribute "${name}" has kind ${type}, which this binding does not know.`);
    }
  };
}
