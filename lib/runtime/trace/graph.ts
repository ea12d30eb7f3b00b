import { cString, type GraphOutput } from '../native/api.ts';
import { type Attribute, attributeSetter } from '../native/attributes.ts';
import type { Native } from '../native/context.ts';
import * as types from '../native/dtypes.ts';
import { type HostValues, makeTensor } from '../native/values.ts';
import { opDefinitions } from './op-definitions.ts';

/** One value in a graph. A dimension that TensorFlow can't infer is -1; an unknown rank is undefined. */
export interface GraphTensor {
  output: GraphOutput;
  shape: number[] | undefined;
  dtype: number;
}

/** A TensorFlow graph under construction. */
export class Graph {
  private readonly native: Native;
  private readonly address: number;
  private readonly setAttribute: ReturnType<typeof attributeSetter>;
  private readonly inputsOf: ReturnType<typeof opDefinitions>;
  private nodes = 0;

  constructor(native: Native) {
    this.native = native;
    this.address = native.api.TF_NewGraph();
    this.setAttribute = attributeSetter(native.api, 'TF_', native.status);
    this.inputsOf = opDefinitions(native, this.address);
  }

  get size(): number {
    return this.nodes;
  }

  /** Adds a node. Throws TensorFlow's words where it does not fit. */
  add(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly GraphOutput[],
    controls: readonly number[] = [],
  ): number {
    const { api, status } = this.native;
    const definitions = this.inputsOf(name);
    const node = api.TF_NewOperation(this.address, cString(name), `n${this.nodes++}_${name}`);
    let at = 0;
    definitions.forEach((definition, index) => {
      if (!definition.isList) {
        const input = inputs[at++];
        if (input) api.TF_AddInput(node, input);
        return;
      }
      const given = attributes.find((attribute) => attribute.name === definition.lengthAttribute)?.value;
      const rest = inputs.length - at - (definitions.length - 1 - index);
      const length = typeof given === 'number' ? given : rest;
      api.TF_AddInputList(node, inputs.slice(at, at + length), length);
      at += length;
    });
    for (const control of controls) api.TF_AddControlInput(node, control);
    for (const attribute of attributes) this.setAttribute(node, attribute);
    const finished = api.TF_FinishOperation(node, status);
    this.native.check();
    return finished;
  }

  tensor(oper: number, index = 0): GraphTensor {
    const { api, status } = this.native;
    const output = { oper, index };
    const rank = api.TF_GraphGetTensorNumDims(this.address, output, status);
    this.native.check();
    const dtype = api.TF_OperationOutputType(output);
    if (rank < 0) return { output, shape: undefined, dtype };
    const dims = new BigInt64Array(Math.max(1, rank));
    api.TF_GraphGetTensorShape(this.address, output, dims, rank, status);
    this.native.check();
    return { output, shape: Array.from(dims.subarray(0, rank), Number), dtype };
  }

  placeholder(dtype: number, shape: readonly number[]): GraphTensor {
    const attributes = [
      { name: 'dtype', type: types.ATTR_TYPE, value: dtype },
      { name: 'shape', type: types.ATTR_SHAPE, value: shape },
    ];
    return this.tensor(this.add('Placeholder', attributes, []));
  }

  constant(shape: readonly number[], dtype: number, values: HostValues): GraphTensor {
    const { api, status } = this.native;
    const node = api.TF_NewOperation(this.address, cString('Const'), `n${this.nodes++}_Const`);
    api.TF_SetAttrType(node, cString('dtype'), dtype);
    const tensor = makeTensor(this.native, shape, dtype, values);
    api.TF_SetAttrTensor(node, cString('value'), tensor, status);
    api.TF_DeleteTensor(tensor);
    this.native.check();
    const finished = api.TF_FinishOperation(node, status);
    this.native.check();
    return this.tensor(finished);
  }

  setShape(output: GraphOutput, shape: readonly number[]): void {
    const { api, status } = this.native;
    const dims = BigInt64Array.from(shape.length ? shape : [0], (size) => BigInt(size));
    api.TF_GraphSetTensorShape(this.address, output, dims, shape.length, status);
    this.native.check();
  }

  /** Makes the graph a function of the context, callable by its name. `controls` run though no output needs them. */
  toFunction(
    name: string,
    inputs: readonly GraphOutput[],
    outputs: readonly GraphOutput[],
    controls: readonly number[],
  ): void {
    const { api, context, status } = this.native;
    const made = api.TF_GraphToFunctionWithControlOutputs(
      this.address,
      name,
      0,
      -1,
      null,
      inputs.length,
      [...inputs],
      outputs.length,
      [...outputs],
      null,
      controls.length,
      BigInt64Array.from(controls.length ? controls : [0], (control) => BigInt(control)),
      null,
      0,
      null,
      status,
    );
    this.native.check();
    api.TFE_ContextAddFunction(context, made, status);
    api.TF_DeleteFunction(made);
    this.native.check();
  }

  delete(): void {
    this.native.api.TF_DeleteGraph(this.address);
  }
}
