// TensorFlow's numbers for data types and attribute kinds (tensorflow/c/tf_datatype.h, tf_attrtype.h).

export const TF_FLOAT = 1;
export const TF_DOUBLE = 2;
export const TF_INT32 = 3;
export const TF_UINT8 = 4;
export const TF_INT16 = 5;
export const TF_INT8 = 6;
export const TF_STRING = 7;
export const TF_COMPLEX64 = 8;
export const TF_INT64 = 9;
export const TF_BOOL = 10;
export const TF_BFLOAT16 = 14;
export const TF_HALF = 19;
export const TF_RESOURCE = 20;

export const ATTR_STRING = 0;
export const ATTR_INT = 1;
export const ATTR_FLOAT = 2;
export const ATTR_BOOL = 3;
export const ATTR_TYPE = 4;
export const ATTR_SHAPE = 5;

/** Bytes of one element; strings and resources have none of their own. */
export const BYTES: Readonly<Record<number, number>> = {
  [TF_FLOAT]: 4,
  [TF_DOUBLE]: 8,
  [TF_INT32]: 4,
  [TF_UINT8]: 1,
  [TF_INT16]: 2,
  [TF_INT8]: 1,
  [TF_COMPLEX64]: 8,
  [TF_INT64]: 8,
  [TF_BOOL]: 1,
  [TF_BFLOAT16]: 2,
  [TF_HALF]: 2,
};

const NAMES: Readonly<Record<number, string>> = {
  [TF_FLOAT]: 'float32',
  [TF_DOUBLE]: 'float64',
  [TF_INT32]: 'int32',
  [TF_UINT8]: 'uint8',
  [TF_INT16]: 'int16',
  [TF_INT8]: 'int8',
  [TF_STRING]: 'string',
  [TF_COMPLEX64]: 'complex64',
  [TF_INT64]: 'int64',
  [TF_BOOL]: 'bool',
  [TF_BFLOAT16]: 'bfloat16',
  [TF_HALF]: 'float16',
  [TF_RESOURCE]: 'resource',
};

export const dtypeName = (dtype: number): string => NAMES[dtype] ?? `TensorFlow type ${dtype}`;
