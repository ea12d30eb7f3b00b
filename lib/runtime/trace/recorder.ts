import type { TensorRecord } from '../backend.ts';
import type { GraphOutput } from '../native/api.ts';
import type { Attribute } from '../native/attributes.ts';
import { type Binding, bindingConstants, type EagerBinding, type TensorMetadata } from '../native/binding.ts';
import * as types from '../native/dtypes.ts';
import { opError } from '../native/errors.ts';
import type { HostValues } from '../native/values.ts';
import type { Tensor, Variable } from '../tf.ts';
import { tf } from '../tf.ts';
import { TraceError } from './errors.ts';
import { Graph, type GraphTensor } from './graph.ts';
import { userLocation } from './location.ts';
import { HalfPrecision, halfType, type Precision } from './precision.ts';
import { Resources } from './resources.ts';

/** What an input of the finished function stands for. */
export type Capture =
  | { kind: 'argument'; index: number }
  /** A variable's value, looked up anew at each call. */
  | { kind: 'variable'; variable: Variable }
  /** A variable's resource, which the function may update in place. */
  | { kind: 'resource'; variable: Variable }
  /** A tensor from outside the step, frozen as it was in the trace. */
  | { kind: 'constant'; dataId: object; record: TensorRecord };

interface Node extends GraphTensor {
  id: number;
  shape: number[];
  /** The op that made it, for errors. */
  op: string;
}

/** Results that only TensorFlow itself reads; it does not tell their shape. */
const OPAQUE: Readonly<Record<string, readonly number[]>> = { 'FusedBatchNormV3:5': [0] };

let nextId = -2; // unique over all traces, so that a symbol of an old trace is never taken for one of a new

/**
 * The binding that tfjs-node's kernels get while a step is traced: each op becomes a node of a graph, and tensors from
 * outside become the function's inputs.
 */
export class Recorder implements Binding {
  readonly TF_Version: string;
  readonly graph: Graph;
  readonly captures: { capture: Capture; placeholder: GraphOutput }[] = [];
  readonly resources: Resources;
  private readonly eager: EagerBinding;
  /** The variables of before, by the data they had. */
  private readonly variables = new Map<object, Variable>();
  /** Clones of them, which keep their data alive while the step assigns, and put it back after the trace. */
  readonly held = new Map<Variable, Tensor>();
  private readonly half: HalfPrecision | undefined;
  private readonly nodes = new Map<number, Node>();
  private readonly byData = new WeakMap<object, number>();
  private readonly byConstant = new WeakMap<TensorRecord, number>();
  /** Data that stands for a resource after a write: read when somebody asks. */
  private readonly pending = new WeakMap<object, Variable>();
  readonly TF_FLOAT!: number;
  readonly TF_INT32!: number;
  readonly TF_INT64!: number;
  readonly TF_BOOL!: number;
  readonly TF_COMPLEX64!: number;
  readonly TF_STRING!: number;
  readonly TF_RESOURCE!: number;
  readonly TF_UINT8!: number;
  readonly TF_ATTR_STRING!: number;
  readonly TF_ATTR_INT!: number;
  readonly TF_ATTR_FLOAT!: number;
  readonly TF_ATTR_BOOL!: number;
  readonly TF_ATTR_TYPE!: number;
  readonly TF_ATTR_SHAPE!: number;

  /** @param asResource variables whose resource goes in, though only their value may be needed */
  constructor(eager: EagerBinding, asResource: ReadonlySet<Variable>, precision: Precision = 'float32') {
    this.eager = eager;
    this.graph = new Graph(eager.native);
    const half = halfType(precision);
    this.half = half === undefined ? undefined : new HalfPrecision(this.graph, half);
    this.resources = new Resources(this.graph, asResource, (variable) => {
      const placeholder = this.graph.placeholder(types.TF_RESOURCE, []);
      this.captures.push({ capture: { kind: 'resource', variable }, placeholder: placeholder.output });
      return placeholder.output;
    });
    this.TF_Version = eager.TF_Version;
    Object.assign(this, bindingConstants(eager.native));
  }

  /** Takes note of a variable that exists outside of the trace. Call it while the eager binding is in place. */
  hold(variable: Variable): void {
    this.variables.set(variable.dataId, variable);
    this.held.set(variable, tf.keep(variable.clone()));
  }

  /** Gives all variables their data of before the trace. Call it while the eager binding is in place. */
  restore(): void {
    for (const [variable, original] of this.held) {
      if (!variable.isDisposed && variable.dataId !== original.dataId) variable.assign(original);
      original.dispose();
    }
    this.held.clear();
  }

  isUsingGpuDevice(): boolean {
    return this.eager.isUsingGpuDevice();
  }

  getNumOfTensors(): number {
    return this.eager.getNumOfTensors();
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  createTensor(shape: readonly number[], dtype: number, values: HostValues): number {
    return this.register(this.graph.constant(shape, dtype, values), 'Const', shape).id;
  }

  deleteTensor(id: number): void {
    if (id > 0) this.eager.deleteTensor(id);
  }

  tensorDataSync(id: number): HostValues {
    if (id > 0) return this.eager.tensorDataSync(id);
    return this.refuseRead(this.nodes.get(id)?.op ?? 'an op');
  }

  refuseRead(op: string): never {
    throw new TraceError(
      `A compiled step reads the value of a tensor (the result of ${op})${userLocation()}. While the step is traced ` +
        'there are no values yet. Return the tensor from the step and read it outside, or compile(step, { fallback: "eager" }).',
    );
  }

  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    const nodes = inputs.map((id) => this.node(id));
    const lower = this.half?.of(name, attributes);
    if (lower) {
      const lowered = nodes.map(({ id, output }, index) => this.half!.lowered(lower, index, id, output));
      const half = this.add(name, lower.attributes, nodes, lowered, []);
      return [this.metadata(this.register(this.graph.tensor(this.half!.raised(half)), name))];
    }
    const made = this.add(
      name,
      attributes,
      nodes,
      nodes.map(({ output }) => output),
      [],
    );
    return Array.from({ length: outputs }, (_, index) =>
      this.metadata(this.register(this.graph.tensor(made, index), name, OPAQUE[`${name}:${index}`])),
    );
  }

  /** Adds an op that updates resources in place. */
  executeUpdate(
    name: string,
    attributes: readonly Attribute[],
    updated: readonly Variable[],
    inputs: readonly number[],
  ): void {
    const nodes = inputs.map((id) => this.node(id));
    const given = nodes.map(({ output }) => output);
    this.resources.update(updated, (handles, controls) =>
      this.add(name, attributes, nodes, [...handles, ...given], controls),
    );
  }

  /** Runs the updates that `work` records only where a boolean scalar is true. */
  onlyWhere(id: number, work: () => void): void {
    this.resources.onlyWhere(this.node(id).output, work);
  }

  private add(
    name: string,
    attributes: readonly Attribute[],
    nodes: readonly Node[],
    inputs: readonly GraphOutput[],
    controls: readonly number[],
  ): number {
    try {
      return this.graph.add(name, attributes, inputs, controls);
    } catch (error) {
      const failure = opError(name, nodes, (error as Error).message);
      failure.message += userLocation() && ` The op is${userLocation()}, in a compiled step.`;
      throw failure;
    }
  }

  /** The symbol for data that an op takes: of this trace, of a variable, or from outside. */
  inputId(dataId: object, record: TensorRecord): number {
    const waiting = this.pending.get(dataId);
    if (waiting) return this.remember(dataId, this.read(waiting));
    const seen = this.byData.get(dataId);
    if (seen !== undefined) return seen;
    const variable = this.variables.get(dataId);
    if (variable) return this.remember(dataId, this.captureVariable(variable, record));
    if (record.values !== null && record.trace === this) return this.constant(record);
    if (record.id < -1) return record.id;
    const placeholder = this.graph.placeholder(record.dtype, record.shape);
    this.captures.push({ capture: { kind: 'constant', dataId, record }, placeholder: placeholder.output });
    return this.remember(dataId, this.register(placeholder, 'Placeholder', record.shape).id);
  }

  /** True where the data belongs to a variable, or to the trace: its value is not known. */
  isSymbolic(dataId: object, record: TensorRecord): boolean {
    return (
      this.variables.has(dataId) || this.pending.has(dataId) || (record.values === null && record.id < -1)
    );
  }

  /** What made a tensor, in words for an error. */
  opOf(dataId: object, record: TensorRecord): string {
    const variable = this.variables.get(dataId) ?? this.pending.get(dataId);
    if (variable) return `the variable "${variable.name}"`;
    return this.nodes.get(record.id)?.op ?? 'an op';
  }

  argument(index: number, dtype: number, shape: readonly number[]): TensorMetadata {
    const placeholder = this.graph.placeholder(dtype, shape);
    this.captures.push({ capture: { kind: 'argument', index }, placeholder: placeholder.output });
    return this.metadata(this.register(placeholder, 'an argument', shape));
  }

  /** Marks fresh data as "this variable's resource, as it is now". */
  defer(dataId: object, variable: Variable): void {
    this.pending.set(dataId, variable);
  }

  /** True where a variable's data is just what its resource holds. */
  isCurrent(dataId: object, variable: Variable): boolean {
    return (
      this.variables.get(dataId) === variable ||
      this.pending.get(dataId) === variable ||
      this.written.get(dataId) === variable
    );
  }

  /** A graph's output for a symbol, as a node of its own, so that one value may be returned twice. */
  result(id: number): { output: GraphOutput; shape: number[]; dtype: number } {
    const node = this.node(id);
    const attributes = [{ name: 'T', type: types.ATTR_TYPE, value: node.dtype }];
    const made = this.graph.add('Identity', attributes, [node.output]);
    return { output: { oper: made, index: 0 }, shape: node.shape, dtype: node.dtype };
  }

  private readonly written = new WeakMap<object, Variable>();

  private remember(dataId: object, id: number): number {
    const variable = this.pending.get(dataId);
    if (variable) {
      this.pending.delete(dataId);
      this.written.set(dataId, variable);
    }
    this.byData.set(dataId, id);
    return id;
  }

  private constant(record: TensorRecord): number {
    let id = this.byConstant.get(record);
    if (id === undefined) {
      id = this.createTensor(record.shape, record.dtype, record.values!);
      this.byConstant.set(record, id);
    }
    return id;
  }

  private captureVariable(variable: Variable, record: TensorRecord): number {
    if (this.resources.wants(variable)) return this.read(variable);
    this.resources.wentInByValue(variable);
    const placeholder = this.graph.placeholder(record.dtype, record.shape);
    this.captures.push({ capture: { kind: 'variable', variable }, placeholder: placeholder.output });
    return this.register(placeholder, `the variable "${variable.name}"`, record.shape).id;
  }

  private read(variable: Variable): number {
    return this.register(this.resources.read(variable), `the variable "${variable.name}"`, variable.shape).id;
  }

  private node(id: number): Node {
    const known = this.nodes.get(id);
    if (known) return known;
    if (id > 0) throw new Error(`Tensor ${id} came into a trace from outside, past the backend.`);
    throw new Error(
      'A tensor of another compiled step is used in this one. Return it from that step and pass it as an argument.',
    );
  }

  private register(tensor: GraphTensor, op: string, known?: readonly number[]): Node {
    const shape = known ?? tensor.shape;
    if (!shape || shape.some((size) => size < 0)) {
      throw new TraceError(
        `The shape of the result of ${op} depends on values${userLocation()} (it is ` +
          `${shape ? `[${shape.map((size) => (size < 0 ? '?' : size))}]` : 'unknown'}), and a compiled step needs to know ` +
          'every shape. Do this outside of the step, or compile(step, { fallback: "eager" }).',
      );
    }
    const node: Node = { ...tensor, shape: [...shape], id: nextId--, op };
    this.nodes.set(node.id, node);
    return node;
  }

  private metadata({ id, shape, dtype }: Node): TensorMetadata {
    return { id, shape, dtype };
  }
}
