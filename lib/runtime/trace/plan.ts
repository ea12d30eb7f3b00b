import type { TensorFlowBackend } from '../backend.ts';
import { cString } from '../native/api.ts';
import type { Attribute } from '../native/attributes.ts';
import type { TensorMetadata } from '../native/binding.ts';
import { flatten, rebuild } from '../structure.ts';
import type { Tensor, Variable } from '../tf.ts';
import { tf } from '../tf.ts';
import { RetraceSignal, TraceError } from './errors.ts';
import type { Precision } from './precision.ts';
import { type Capture, Recorder } from './recorder.ts';

type Step = (...args: never[]) => unknown;

/** A step that was traced at one set of shapes: a TensorFlow function and how to call it. */
export interface Plan {
  /** Nodes of its graph before TensorFlow optimises it. */
  readonly nodes: number;
  /** A variable that it uses was disposed: the step has others now, and needs a new trace. */
  readonly stale: boolean;
  run(args: readonly Tensor[]): unknown;
  /** `run` in another thread. */
  runAside(args: readonly Tensor[]): Promise<unknown>;
  dispose(): void;
}

let functions = 0;

interface Traced {
  recorder: Recorder;
  /** What the step returned, its tensors still symbols. */
  result: unknown;
  outputs: ReturnType<Recorder['result']>[];
  /** Variables whose new value is an output of the function. */
  assigned: Variable[];
  constants: Map<object, Tensor>;
}

/** How a step is traced and run. */
export interface PlanSettings {
  /** Names the function in errors. */
  label: string;
  /** Attributes of each call (XLA). */
  attributes: readonly Attribute[];
  precision: Precision;
}

/** Traces a step, again with more resources where it updates variables in place that went in as values. */
export function makePlan(
  backend: TensorFlowBackend,
  step: Step,
  args: readonly unknown[],
  settings: PlanSettings,
): Plan {
  const asResource = new Set<Variable>();
  for (const variable of Object.values(tf.engine().registeredVariables)) {
    if (backend.tensorMap.get(variable.dataId)?.resource !== undefined) asResource.add(variable);
  }
  for (;;) {
    const before = asResource.size;
    const captured = new Set<Variable>();
    try {
      return finish(backend, trace(backend, step, args, asResource, captured, settings.precision), settings);
    } catch (error) {
      if (!(error instanceof RetraceSignal)) throw error;
      for (const variable of captured) {
        if (variable.trainable || variable.name === error.message) asResource.add(variable);
      }
      if (asResource.size === before)
        throw new Error(`The variable "${error.message}" can't become a resource.`);
    }
  }
}

function trace(
  backend: TensorFlowBackend,
  step: Step,
  args: readonly unknown[],
  asResource: ReadonlySet<Variable>,
  captured: Set<Variable>,
  precision: Precision,
): Traced {
  const engine = tf.engine();
  const recorder = new Recorder(backend.eager, asResource, precision);
  for (const variable of Object.values(engine.registeredVariables)) recorder.hold(variable);
  const { tensors } = flatten(args);
  const shapes = tensors.map((tensor) => ({
    dtype: backend.getDTypeInteger(tensor.dtype),
    shape: tensor.shape,
  }));
  const constants = new Map<object, Tensor>();
  let traced: Traced | undefined;
  engine.startScope('compile');
  const binding = backend.binding;
  backend.binding = recorder;
  backend.trace = recorder;
  try {
    const symbols = shapes.map(({ dtype, shape }, index) =>
      backend.createOutputTensor(recorder.argument(index, dtype, shape)),
    );
    const result = step(...(rebuild(args, symbols) as never[]));
    const { tensors: returned } = flatten(result, 'result');
    const outputs = backend.getInputTensorIds(returned).map((id) => recorder.result(id));
    const assigned: Variable[] = [];
    for (const variable of recorder.held.keys()) {
      if (variable.isDisposed) {
        throw new Error(
          `A compiled step disposed the variable "${variable.name}"; do that outside of the step.`,
        );
      }
      if (recorder.isCurrent(variable.dataId, variable)) continue;
      const [id] = backend.getInputTensorIds([variable]);
      if (recorder.resources.has(variable)) {
        const dtype = backend.getDTypeInteger(variable.dtype);
        recorder.executeUpdate(
          'AssignVariableOp',
          [{ name: 'dtype', type: 4, value: dtype }],
          [variable],
          [id!],
        );
      } else {
        outputs.push(recorder.result(id!));
        assigned.push(variable);
      }
    }
    const made = Object.values(engine.registeredVariables).filter((variable) => !recorder.held.has(variable));
    if (made.length) {
      for (const variable of made) variable.dispose();
      throw new TraceError(
        `A compiled step makes new variables each time it is called (the first has shape [${made[0]!.shape}]). ` +
          'Make them outside of the step, or once, in its first call.',
      );
    }
    traced = { recorder, result, outputs, assigned, constants };
  } finally {
    for (const { capture } of recorder.captures)
      if (capture.kind === 'variable') captured.add(capture.variable);
    backend.binding = binding;
    backend.trace = undefined;
    recorder.restore();
    if (traced) holdConstants(backend, recorder, constants);
    engine.endScope();
    if (!traced) recorder.graph.delete();
  }
  return traced!;
}

/** Keeps the tensors from outside alive for as long as the plan lives, whatever the user disposes. */
function holdConstants(backend: TensorFlowBackend, recorder: Recorder, constants: Map<object, Tensor>): void {
  for (const { capture } of recorder.captures) {
    if (capture.kind !== 'constant') continue;
    const { dataId, record } = capture;
    backend.incRef(dataId);
    const dtype = record.dtype === 3 ? 'int32' : record.dtype === 10 ? 'bool' : 'float32';
    constants.set(
      dataId,
      tf.keep(tf.engine().makeTensorFromTensorInfo({ dataId, shape: record.shape, dtype })),
    );
  }
}

function finish(backend: TensorFlowBackend, traced: Traced, { label, attributes }: PlanSettings): Plan {
  const { recorder, result, outputs, assigned, constants } = traced;
  const { api, context, status } = backend.eager.native;
  const name = `convbook_${label.replace(/\W/g, '_')}_${++functions}`;
  try {
    recorder.graph.toFunction(
      name,
      recorder.captures.map(({ placeholder }) => placeholder),
      outputs.map(({ output }) => output),
      recorder.resources.effects,
    );
  } finally {
    recorder.graph.delete();
  }
  const captures = recorder.captures.map(({ capture }) => capture);
  const returned = outputs.length - assigned.length;
  const updated = captures.flatMap((capture) => (capture.kind === 'resource' ? [capture.variable] : []));
  /** The handle of an input that the caller does not give. */
  const idOf = (capture: Capture): number => {
    if (capture.kind === 'resource') return backend.claim(capture.variable);
    if (capture.kind === 'variable') return backend.getInputTensorIds([capture.variable])[0]!;
    if (capture.kind === 'constant') return backend.getInputTensorIds([constants.get(capture.dataId)!])[0]!;
    return 0;
  };
  const inputs = (args: readonly Tensor[]): number[] => {
    const ids = captures.map(idOf);
    // after the captures: an argument may share its data with a variable that is about to change
    const given = backend.getInputTensorIds(args);
    captures.forEach((capture, index) => {
      if (capture.kind === 'argument') ids[index] = given[capture.index]!;
    });
    return ids;
  };
  const results = (made: readonly TensorMetadata[]): unknown => {
    for (const variable of updated) backend.forget(variable);
    const tensors = made.map((metadata) => backend.createOutputTensor(metadata));
    assigned.forEach((variable, index) => {
      const value = tensors[returned + index]!;
      variable.assign(value);
      value.dispose();
    });
    return rebuild(result, tensors);
  };
  const variables = captures.flatMap((capture) => ('variable' in capture ? [capture.variable] : []));
  return {
    nodes: recorder.graph.size,
    get stale() {
      return (
        variables.some((variable) => variable.isDisposed) || assigned.some((variable) => variable.isDisposed)
      );
    },
    run: (args) => results(backend.eager.execute(name, attributes, inputs(args), outputs.length, label)),
    runAside: async (args) =>
      results(await backend.eager.executeAside(name, attributes, inputs(args), outputs.length, label)),
    dispose() {
      for (const tensor of constants.values()) tensor.dispose();
      constants.clear();
      api.TFE_ContextRemoveFunction(context, cString(name), status);
    },
  };
}
