import type { GraphOutput } from '../native/api.ts';
import type { Attribute } from '../native/attributes.ts';
import { ATTR_BOOL, ATTR_TYPE, TF_BFLOAT16, TF_FLOAT, TF_HALF } from '../native/dtypes.ts';
import type { Graph } from './graph.ts';

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

/** An op in half precision: its attributes, and which of its inputs are converted. */
interface Halved {
  inputs: readonly number[];
  attributes: readonly Attribute[];
}

const cast = (from: number, to: number): Attribute[] => [
  { name: 'SrcT', type: ATTR_TYPE, value: from },
  { name: 'DstT', type: ATTR_TYPE, value: to },
  { name: 'Truncate', type: ATTR_BOOL, value: false },
];

/** Runs the ops of a graph that gain from it in half precision, between conversions. */
export class HalfPrecision {
  private readonly graph: Graph;
  private readonly half: number;
  /** Values that are converted already, by their number in the trace. */
  private readonly converted = new Map<number, GraphOutput>();

  constructor(graph: Graph, half: number) {
    this.graph = graph;
    this.half = half;
  }

  /** How an op is to run in half precision, or undefined where it stays as it is. */
  of(name: string, attributes: readonly Attribute[]): Halved | undefined {
    const rule = HALVED[name];
    if (!rule || !attributes.some((a) => a.name === rule.type && a.value === TF_FLOAT)) return undefined;
    return {
      inputs: rule.inputs,
      attributes: attributes.map((a) => (a.name === rule.type ? { ...a, value: this.half } : a)),
    };
  }

  /** An input of the op, converted where that is wanted: once for all uses of the value. */
  lowered({ inputs }: Halved, index: number, id: number, output: GraphOutput): GraphOutput {
    if (!inputs.includes(index)) return output;
    let half = this.converted.get(id);
    if (!half) {
      half = { oper: this.graph.add('Cast', cast(TF_FLOAT, this.half), [output]), index: 0 };
      this.converted.set(id, half);
    }
    return half;
  }

  /** The node that gives the op's result in float32. */
  raised(oper: number): number {
    return this.graph.add('Cast', cast(this.half, TF_FLOAT), [{ oper, index: 0 }]);
  }
}
