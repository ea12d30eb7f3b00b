import type { Attribute } from '../native/attributes.ts';
import { ATTR_BOOL, ATTR_TYPE, TF_BFLOAT16, TF_FLOAT, TF_HALF } from '../native/dtypes.ts';

/** The type that matrix products and convolutions of a compiled step compute in. Everything else stays float32. */
export type Precision = 'float32' | 'bfloat16' | 'float16';

/**
 * Ops that gain from half the bytes: each with the attribute that holds its type, and the inputs that are converted
 * (the others are shapes).
 */
const HALVED: Readonly<Record<string, { type: string; inputs: readonly number[] }>> = {
  MatMul: { type: 'T', inputs: [0, 1] },
  BatchMatMulV2: { type: 'T', inputs: [0, 1] },
  Conv2D: { type: 'T', inputs: [0, 1] },
  Conv2DBackpropInput: { type: 'T', inputs: [1, 2] },
  Conv2DBackpropFilter: { type: 'T', inputs: [0, 2] },
};

export const halfType = (precision: Precision): number | undefined =>
  precision === 'bfloat16' ? TF_BFLOAT16 : precision === 'float16' ? TF_HALF : undefined;

/** How an op is to run in half precision, or undefined where it stays as it is. */
export function halved(
  name: string,
  attributes: readonly Attribute[],
  half: number,
): { inputs: readonly number[]; attributes: Attribute[] } | undefined {
  const rule = HALVED[name];
  if (!rule || !attributes.some((a) => a.name === rule.type && a.value === TF_FLOAT)) return undefined;
  return {
    inputs: rule.inputs,
    attributes: attributes.map((a) => (a.name === rule.type ? { ...a, value: half } : a)),
  };
}

export const castAttributes = (from: number, to: number): Attribute[] => [
  { name: 'SrcT', type: ATTR_TYPE, value: from },
  { name: 'DstT', type: ATTR_TYPE, value: to },
  { name: 'Truncate', type: ATTR_BOOL, value: false },
];
