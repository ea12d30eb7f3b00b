import type { Tensor } from '../tf.ts';
import { attribute, defineKernel, overrideGradient } from './kernel.ts';

/** Kernels of the form `XGrad(dy, saved)`, each one op of TensorFlow, which differ in the order of their inputs. */
export function overrideActivations(): void {
  const gradientFirst = (op: string) =>
    defineKernel(`convbook/${op}`, (backend, { dy, saved }, { alpha }) =>
      backend.executeSingleOutput(
        op,
        [
          attribute.type('T', backend, dy!.dtype),
          ...(alpha === undefined ? [] : [attribute.float('alpha', alpha as number)]),
        ],
        [dy!, saved!],
      ),
    );
  const outputFirst = (op: string) =>
    defineKernel(`convbook/${op}`, (backend, { dy, saved }) =>
      backend.executeSingleOutput(op, [attribute.type('T', backend, dy!.dtype)], [saved!, dy!]),
    );

  // The output serves as well as the input (y > 0 where x > 0), and lets TensorFlow fuse convolution, bias and ReLU.
  const reluGrad = gradientFirst('ReluGrad');
  overrideGradient('Relu', { inputsToSave: [], outputsToSave: [true] }, (dy, [y]) => ({
    x: () => reluGrad({ dy: dy as Tensor, saved: y! })[0]!,
  }));
  const leakyReluGrad = gradientFirst('LeakyReluGrad');
  overrideGradient('LeakyRelu', undefined, (dy, [x], { alpha }) => ({
    x: () => leakyReluGrad({ dy: dy as Tensor, saved: x! }, { alpha })[0]!,
  }));
  const sigmoidGrad = outputFirst('SigmoidGrad');
  overrideGradient('Sigmoid', undefined, (dy, [y]) => ({
    x: () => sigmoidGrad({ dy: dy as Tensor, saved: y! })[0]!,
  }));
  const tanhGrad = outputFirst('TanhGrad');
  overrideGradient('Tanh', undefined, (dy, [y]) => ({
    x: () => tanhGrad({ dy: dy as Tensor, saved: y! })[0]!,
  }));
}
