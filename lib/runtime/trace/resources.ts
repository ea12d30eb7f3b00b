import type { GraphOutput } from '../native/api.ts';
import * as types from '../native/dtypes.ts';
import type { Variable } from '../tf.ts';
import { RetraceSignal } from './errors.ts';
import type { Graph, GraphTensor } from './graph.ts';

/** A variable's resource in a graph, and what has happened to it so far. */
interface ResourceState {
  handle: GraphOutput;
  lastWrite: number | undefined;
  /** Reads since the last write: a write must come after them. */
  reads: number[];
}

/** Updates that run only where `predicate` is true. */
interface Condition {
  predicate: GraphOutput;
  /** Handles that exist only where it is true. */
  handles: Map<ResourceState, GraphOutput>;
  updates: number[];
}

/**
 * The variables that a step updates in place, as resources in its graph: TensorFlow keeps no order between ops that don't need
 * each other's results, so reads and writes of one variable are ordered here by control edges.
 */
export class Resources {
  /** Nodes that change state: they run though no output needs them. */
  readonly effects: number[] = [];
  private readonly graph: Graph;
  private readonly capture: (variable: Variable) => GraphOutput;
  /** Variables whose resource goes in, though only their value may be needed. */
  private readonly wanted: ReadonlySet<Variable>;
  private readonly byValue = new Set<Variable>();
  private readonly states = new Map<Variable, ResourceState>();
  private condition: Condition | undefined;

  /** @param capture makes the resource an input of the function */
  constructor(graph: Graph, wanted: ReadonlySet<Variable>, capture: (variable: Variable) => GraphOutput) {
    this.graph = graph;
    this.wanted = wanted;
    this.capture = capture;
  }

  /** True where the step uses a variable's resource, so that a new value must go there. */
  has(variable: Variable): boolean {
    return this.states.has(variable);
  }

  /** True where a variable that is read should go in as a resource. */
  wants(variable: Variable): boolean {
    return this.wanted.has(variable) || this.states.has(variable);
  }

  /** Takes note of a variable whose value went in as a plain input. */
  wentInByValue(variable: Variable): void {
    this.byValue.add(variable);
  }

  /** True inside `onlyWhere`. */
  get conditional(): boolean {
    return this.condition !== undefined;
  }

  private state(variable: Variable): ResourceState {
    const known = this.states.get(variable);
    if (known) return known;
    // Its value went in as a plain input before somebody updated it in place: begin again, with a resource.
    if (this.byValue.has(variable)) throw new RetraceSignal(variable.name);
    const state: ResourceState = { handle: this.capture(variable), lastWrite: undefined, reads: [] };
    this.states.set(variable, state);
    return state;
  }

  /** A variable's value as it is at this point of the step. */
  read(variable: Variable): GraphTensor {
    const state = this.state(variable);
    const attributes = [{ name: 'dtype', type: types.ATTR_TYPE, value: dtypeOf(variable) }];
    const controls = state.lastWrite === undefined ? [] : [state.lastWrite];
    const made = this.graph.add('ReadVariableOp', attributes, [state.handle], controls);
    state.reads.push(made);
    this.graph.setShape({ oper: made, index: 0 }, variable.shape);
    return this.graph.tensor(made);
  }

  /**
   * Adds an op that updates variables: it waits for their reads, and later reads wait for it.
   * @param add makes the op from the variables' handles and the nodes that it must wait for
   */
  update(
    variables: readonly Variable[],
    add: (handles: readonly GraphOutput[], controls: readonly number[]) => number,
  ): void {
    const states = variables.map((variable) => this.state(variable));
    const controls = states.flatMap(({ reads, lastWrite }) =>
      lastWrite === undefined ? reads : [...reads, lastWrite],
    );
    const handles = states.map((state) => this.handle(state));
    const made = add(handles, [...new Set(controls)]);
    for (const state of states) {
      state.lastWrite = made;
      state.reads = [];
    }
    (this.condition?.updates ?? this.effects).push(made);
  }

  private handle(state: ResourceState): GraphOutput {
    const { condition } = this;
    if (!condition) return state.handle;
    let handle = condition.handles.get(state);
    if (!handle) {
      handle = this.switched(state.handle, types.TF_RESOURCE, condition.predicate).whereTrue;
      condition.handles.set(state, handle);
    }
    return handle;
  }

  private switched(data: GraphOutput, dtype: number, predicate: GraphOutput) {
    const attributes = [{ name: 'T', type: types.ATTR_TYPE, value: dtype }];
    const oper = this.graph.add('Switch', attributes, [data, predicate]);
    return { whereFalse: { oper, index: 0 }, whereTrue: { oper, index: 1 } };
  }

  /**
   * The updates that `work` adds run only where the predicate is true, and cost nothing where it is not: their handles come out of
   * a Switch, whose other side is dead. Everything else in `work` runs anyway.
   */
  onlyWhere(predicate: GraphOutput, work: () => void): void {
    if (this.condition) throw new Error('Conditional updates of a compiled step must not be nested.');
    const condition: Condition = { predicate, handles: new Map(), updates: [] };
    this.condition = condition;
    try {
      work();
    } finally {
      this.condition = undefined;
    }
    if (condition.updates.length === 0) return;
    // Whichever side lives goes on from here: what comes later waits for the updates, or for there being none.
    const T = { name: 'T', type: types.ATTR_TYPE, value: types.TF_BOOL };
    const { whereFalse, whereTrue } = this.switched(predicate, types.TF_BOOL, predicate);
    const done = this.graph.add('Identity', [T], [whereTrue], condition.updates);
    const N = { name: 'N', type: types.ATTR_INT, value: 2 };
    const merged = this.graph.add('Merge', [T, N], [whereFalse, { oper: done, index: 0 }]);
    for (const state of condition.handles.keys()) {
      state.lastWrite = merged;
      state.reads = [];
    }
    this.effects.push(merged);
  }
}

function dtypeOf(variable: Variable): number {
  if (variable.dtype === 'float32') return types.TF_FLOAT;
  if (variable.dtype === 'int32') return types.TF_INT32;
  if (variable.dtype === 'bool') return types.TF_BOOL;
  throw new Error(`A variable of ${variable.dtype} can't be updated in a compiled step.`);
}
