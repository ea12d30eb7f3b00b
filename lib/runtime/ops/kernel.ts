import type { DataType, GradConfig, TensorInfo } from '@tensorflow/tfjs';
import type { NodeBackend } from '../backend.ts';
import type { Attribute } from '../native/attributes.ts';
import { ATTR_BOOL, ATTR_FLOAT, ATTR_INT, ATTR_STRING, ATTR_TYPE } from '../native/dtypes.ts';
import type { Tensor } from '../tf.ts';
import { tf } from '../tf.ts';

type Inputs = Record<string, Tensor>;
type Attributes = Record<string, unknown>;

/** Attributes of an op in short: `T` a dtype of tfjs, numbers that are whole as `int`, and so on by name of the kind. */
export const attribute = {
  type: (name: string, backend: NodeBackend, dtype: DataType): Attribute => ({
    name,
    type: ATTR_TYPE,
    value: backend.getDTypeInteger(dtype),
  }),
  int: (name: string, value: number | readonly number[]): Attribute => ({ name, type: ATTR_INT, value }),
  float: (name: string, value: number): Attribute => ({ name, type: ATTR_FLOAT, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: ATTR_BOOL, value }),
  string: (name: string, value: string): Attribute => ({ name, type: ATTR_STRING, value }),
};

/**
 * Makes a TensorFlow op available as a kernel of tfjs: it then takes part in tapes, tidies and profiles like any other.
 * Gives the function that runs it.
 */
export function defineKernel(
  kernelName: string,
  run: (backend: NodeBackend, inputs: Inputs, attributes: Attributes) => Tensor | Tensor[],
): (inputs: Inputs, attributes?: Attributes) => Tensor[] {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(backend as unknown as NodeBackend, inputs as unknown as Inputs, (attrs ?? {}) as Attributes) as
        | TensorInfo
        | TensorInfo[],
  });
  return (inputs, attributes = {}) => {
    const results = tf.engine().runKernel(kernelName, inputs as never, attributes as never) as
      | Tensor
      | Tensor[];
    return Array.isArray(results) ? results : [results];
  };
}

const quietly = (work: () => void) => {
  const warn = console.warn;
  console.warn = () => {}; // tfjs warns of every override
  try {
    work();
  } finally {
    console.warn = warn;
  }
};

/**
 * True where a gradient is being computed inside another gradient's tape: every op on the way then needs a gradient of its
 * own. (The tape of the gradient itself has ended when its gradient functions run.)
 */
export const isNested = () =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;

/**
 * Replaces tfjs' gradient of a kernel on TensorFlow. Other engines and gradients of gradients keep the old one, which gets
 * the same saved tensors: `saves` may only differ from tfjs' where the old formula can bear it.
 */
export function overrideGradient(
  kernelName: string,
  saves: Pick<GradConfig, 'inputsToSave' | 'outputsToSave'> | undefined,
  gradient: GradConfig['gradFunc'],
): void {
  const old = tf.getGradient(kernelName);
  if (!old) throw new Error(`tfjs has no gradient of ${kernelName} to replace.`);
  quietly(() =>
    tf.registerGradient({
      ...old,
      ...saves,
      gradFunc: (dy, saved, attributes) =>
        tf.getBackend() === 'tensorflow' && !isNested()
          ? gradient(dy, saved, attributes)
          : old.gradFunc(dy, saved, attributes),
    }),
  );
}

type KernelFunction = (args: {
  inputs: Inputs;
  attrs: Attributes;
  backend: NodeBackend;
}) => TensorInfo | TensorInfo[];

/** Replaces a kernel of tfjs-node where `run` gives a result; undefined leaves it to the old one. */
export function overrideKernel(
  kernelName: string,
  run: (backend: NodeBackend, inputs: Inputs, attributes: Attributes) => Tensor | undefined,
): void {
  const old = tf.getKernel(kernelName, 'tensorflow');
  if (!old) throw new Error(`tfjs-node has no kernel ${kernelName} to replace.`);
  const oldFunction = old.kernelFunc as unknown as KernelFunction;
  const kernelFunc: KernelFunction = (args) =>
    run(args.backend, args.inputs, args.attrs ?? {}) ?? oldFunction(args);
  quietly(() => tf.registerKernel({ ...old, kernelFunc: kernelFunc as unknown as typeof old.kernelFunc }));
}
